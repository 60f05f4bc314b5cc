use std::sync::Arc;

use sqlflow_engine::{Mounted, Session};
use sqlflow_plan::{Action, Plan};
use sqlflow_plugin_sdk::{CancelToken, StreamName};
use sqlflow_state::StepError;

use crate::{Workspace, check::Schemas, code, errors, meter::Meter, scan::SourceScan};

/// What a step reads of sources, and how.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading<'a> {
    /// The stream, which is also the name in a query, and the id of the source step.
    pub(crate) sources: &'a [(String, String)],
    /// Whether the streams go by their names in SQL; a load reads its one by the scan alone.
    pub(crate) by_name: bool,
    /// Whether rows keep the source's order.
    pub(crate) ordered: bool,
    /// The most rows that are read of each source: a sample.
    pub(crate) limit: Option<u64>,
    /// Stops the reading.
    pub(crate) cancel: &'a CancelToken,
    /// Counts the rows.
    pub(crate) meter: &'a Arc<Meter>,
}

/// Makes sources readable in a session.
pub(crate) fn mount_sources(
    session: &mut dyn Session,
    workspace: &Workspace,
    plan: &Plan,
    schemas: &Schemas,
    reading: Reading<'_>,
) -> Result<Vec<Mounted>, StepError> {
    let mount = |(stream, step): &(String, String)| {
        let scan = SourceScan {
            sources: workspace.sources(),
            connected: connected(plan, step)?,
            stream: StreamName(stream.clone()),
            schema: schemas.get(step, stream).cloned().ok_or_else(|| missing(step))?,
            ordered: reading.ordered,
            limit: reading.limit,
            threads: workspace.profile().engine.threads,
            cancel: reading.cancel.clone(),
            meter: Arc::clone(reading.meter),
        };
        let scan = Arc::new(scan);
        let mounted = match reading.by_name {
            true => session.mount(stream, scan),
            false => session.mount_unnamed(scan),
        };
        mounted.map_err(errors::of_engine)
    };
    reading.sources.iter().map(mount).collect()
}

fn connected(plan: &Plan, step: &str) -> Result<sqlflow_plan::Connected, StepError> {
    match plan.step(step).map(|step| &step.action) {
        Some(Action::Source(source)) => Ok(source.connected.clone()),
        _ => Err(missing(step)),
    }
}

fn missing(step: &str) -> StepError {
    let message = format!("the source step `{step}` was not bound");
    errors::noticed(code::BUG, "bug", message, "report it, with the pipeline")
}
