use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Transaction, params};
use sqlflow_fault as fault;

use super::failed::Failed;
use crate::store::chain::{Hash, seal};
use crate::{Lease, LeaseRequest, Scope, StoreError};

pub(super) fn find(from: &Transaction<'_>, scope: &Scope) -> Result<Option<Lease>, Failed> {
    let found: Option<(String, Hash)> = from
        .prepare_cached("SELECT lease, seal FROM leases WHERE project = ?1 AND pipeline = ?2")?
        .query_row([&scope.project, &scope.pipeline], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((text, hash)) = found else { return Ok(None) };
    if seal(&text) != hash {
        return Err(Failed::corrupt(format!("the lease of `{}` was changed", scope.pipeline)));
    }
    let lease = serde_json::from_str(&text)
        .map_err(|error| StoreError::Newer { what: error.to_string() })?;
    Ok(Some(lease))
}

/// Refuses who has been overtaken.
pub(super) fn check_fence(from: &Transaction<'_>, lease: Option<&Lease>) -> Result<(), Failed> {
    let Some(lease) = lease else { return Ok(()) };
    Ok(lease.check_fence(find(from, &lease.scope)?.as_ref())?)
}

pub(super) fn acquire(to: &Transaction<'_>, request: &LeaseRequest) -> Result<Lease, Failed> {
    let lease = Lease::after(find(to, &request.scope)?.as_ref(), request, Timestamp::now())?;
    fault::point(fault::LEASE_ACQUIRING);
    put(to, &lease)?;
    Ok(lease)
}

pub(super) fn renew(to: &Transaction<'_>, lease: &Lease, lasts: Duration) -> Result<Lease, Failed> {
    check_fence(to, Some(lease))?;
    let renewed = lease.renewed(Timestamp::now(), lasts);
    fault::point(fault::LEASE_RENEWING);
    put(to, &renewed)?;
    Ok(renewed)
}

pub(super) fn release(to: &Transaction<'_>, lease: &Lease) -> Result<(), Failed> {
    match check_fence(to, Some(lease)) {
        Err(Failed::Store(StoreError::Fenced { .. })) => return Ok(()),
        checked => checked?,
    }
    fault::point(fault::LEASE_RELEASING);
    put(to, &lease.ended())
}

fn put(to: &Transaction<'_>, lease: &Lease) -> Result<(), Failed> {
    let text = serde_json::to_string(lease).map_err(|error| Failed::corrupt(error.to_string()))?;
    let Scope { project, pipeline } = &lease.scope;
    to.prepare_cached(
        "INSERT OR REPLACE INTO leases (project, pipeline, lease, seal) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute(params![project, pipeline, text, seal(&text)])?;
    Ok(())
}
