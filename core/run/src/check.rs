//! Everything that can be found out before a row moves: sources are opened and their schemas
//! bound, and every SQL body is bound against them and the warehouse's catalog.

mod bind;
mod schemas;

use sqlflow_plugin_sdk::CancelToken;

use self::bind::Binder;
pub(crate) use self::schemas::Schemas;
use crate::{Compiled, Trouble, Workspace, warehouse::Warehouse};

/// What a check found out.
#[derive(Debug)]
pub struct Checked {
    pub(crate) schemas: Schemas,
    /// Steps that could not be checked, with the reason; not mistakes.
    pub unchecked: Vec<(String, String)>,
}

/// Opens the pipeline's sources and binds its SQL. Nothing is written: a database that is not
/// there is not made either.
///
/// # Errors
///
/// Every mistake that was found, one per root cause, and what no run does yet; or what keeps it
/// from looking.
pub fn check(
    workspace: &Workspace,
    compiled: &Compiled,
    cancel: &CancelToken,
) -> Result<Checked, Trouble> {
    let warehouse = Warehouse::open_to_look(workspace).map_err(Trouble::before)?;
    check_on(workspace, &warehouse, compiled, cancel)
}

/// As [`check`], on a database that is open already.
pub(crate) fn check_on(
    workspace: &Workspace,
    warehouse: &Warehouse,
    compiled: &Compiled,
    cancel: &CancelToken,
) -> Result<Checked, Trouble> {
    let (schemas, mut problems) = Schemas::bind(workspace, compiled, cancel)?;
    let mut binder = Binder::new(workspace, warehouse, compiled, &schemas)?;
    let bound = binder.bind_all();
    problems.extend(bound?);
    problems.extend(compiled.unbuilt.iter().cloned());
    let unchecked = binder.into_unchecked();
    if problems.is_empty() {
        Ok(Checked { schemas, unchecked })
    } else {
        Err(Trouble::Problems(problems))
    }
}
