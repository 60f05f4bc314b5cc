use std::sync::LazyLock;
use std::time::Duration;

use jiff::Timestamp;
use redis::Script;
use sqlflow_fault as fault;

use super::failed::corrupt;
use super::keys;
use super::server::Server;
use crate::store::text::{sealed, unsealed};
use crate::{Lease, LeaseRequest, Scope, StoreError};

/// Puts a lease in the place of the one that was read. Asked a second time because the answer was
/// lost, it finds its own.
static REPLACE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local there = redis.call('HGET', KEYS[1], ARGV[1]) or ''
         if there == ARGV[3] then return 1 end
         if there ~= ARGV[2] then return 0 end
         redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
         return 1",
    )
});

/// A lease as it stands at a time.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) lease: Option<Lease>,
    /// As it is kept; empty for none.
    text: String,
    now: Timestamp,
}

pub(super) fn find(server: &Server, scope: &Scope) -> Result<Found, StoreError> {
    let mut ask = redis::pipe();
    ask.atomic().hget(keys::LEASES, keys::scope(scope)).cmd("TIME");
    let (text, (seconds, micros)): (Option<String>, (i64, i64)) =
        server.ask(|connection| ask.query(connection))?;
    let now = Timestamp::from_microsecond(seconds.saturating_mul(1_000_000).saturating_add(micros))
        .map_err(|error| corrupt(None, error.to_string()))?;
    let lease = text.as_deref().map(|text| read(scope, text)).transpose()?;
    Ok(Found { lease, text: text.unwrap_or_default(), now })
}

fn read(scope: &Scope, text: &str) -> Result<Lease, StoreError> {
    let changed = || corrupt(None, format!("the lease of `{}` was changed", scope.pipeline));
    let (epoch, text) = text.split_once(' ').ok_or_else(changed)?;
    let text = unsealed(text).ok_or_else(changed)?;
    let lease: Lease = serde_json::from_str(text)
        .map_err(|error| StoreError::Newer { what: error.to_string() })?;
    if epoch == lease.epoch.to_string() { Ok(lease) } else { Err(changed()) }
}

/// The epoch stands first, where the script that appends compares it.
fn write(lease: &Lease) -> Result<String, StoreError> {
    let text = serde_json::to_string(lease).map_err(|error| corrupt(None, error.to_string()))?;
    Ok(format!("{} {}", lease.epoch, sealed(&text)))
}

/// Refuses who has been overtaken.
pub(super) fn check_fence(server: &Server, lease: Option<&Lease>) -> Result<(), StoreError> {
    let Some(lease) = lease else { return Ok(()) };
    lease.check_fence(find(server, &lease.scope)?.lease.as_ref())
}

pub(super) fn acquire(server: &Server, request: &LeaseRequest) -> Result<Lease, StoreError> {
    change(server, &request.scope, |found| {
        fault::point(fault::LEASE_ACQUIRING);
        Lease::after(found.lease.as_ref(), request, found.now)
    })
}

pub(super) fn renew(server: &Server, lease: &Lease, lasts: Duration) -> Result<Lease, StoreError> {
    change(server, &lease.scope, |found| {
        lease.check_fence(found.lease.as_ref())?;
        fault::point(fault::LEASE_RENEWING);
        Ok(lease.renewed(found.now, lasts))
    })
}

pub(super) fn release(server: &Server, lease: &Lease) -> Result<(), StoreError> {
    let released = change(server, &lease.scope, |found| {
        lease.check_fence(found.lease.as_ref())?;
        fault::point(fault::LEASE_RELEASING);
        Ok(lease.ended())
    });
    match released {
        Ok(_) | Err(StoreError::Fenced { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Decides on the lease as it stands, anew where another one was quicker.
fn change(
    server: &Server,
    scope: &Scope,
    decide: impl Fn(&Found) -> Result<Lease, StoreError>,
) -> Result<Lease, StoreError> {
    loop {
        let found = find(server, scope)?;
        let lease = decide(&found)?;
        let text = write(&lease)?;
        let mut replace = REPLACE.prepare_invoke();
        replace.key(keys::LEASES).arg(keys::scope(scope)).arg(&found.text).arg(text);
        if server.ask(|connection| replace.invoke(connection))? {
            return Ok(lease);
        }
    }
}
