//! Everything that can be found out before a row moves: sources are opened and their schemas
//! bound, and every SQL body is bound against them and the warehouse's catalog.

mod bind;
mod discovery;
mod ground;
mod schema_cache;
mod schemas;

use std::time::Duration;

use sqlflow_engine::Purpose;
use sqlflow_plan::pipeline_order;
use sqlflow_plugin_sdk::CancelToken;
use sqlflow_syntax::Severity;

pub(crate) use self::schemas::Schemas;
use self::{bind::Binder, discovery::Discovery, ground::Ground};
use crate::{Attempt, Compiled, Problem, Trouble, Workspace, code, errors, warehouse::Warehouse};

/// How a check looks.
#[derive(Debug, Clone, Default)]
pub struct CheckOptions {
    /// Whether schemas are taken from earlier checks and no connector is opened.
    pub offline: bool,
    /// Stops it.
    pub cancel: CancelToken,
}

/// What a check found out of one pipeline.
#[derive(Debug, Default)]
pub struct Checked {
    pub(crate) schemas: Schemas,
    /// Every mistake that was found, one per root cause, with those that planning found.
    pub problems: Vec<Problem>,
    /// Steps that could not be checked, with the reason; not mistakes.
    pub unchecked: Vec<(String, String)>,
    /// The schemas that were taken from earlier checks.
    pub cached: Vec<CachedSchema>,
}

/// A schema that was taken from an earlier check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CachedSchema {
    /// The source.
    pub source: String,
    /// The stream of it.
    pub stream: String,
    /// How long ago it was discovered.
    pub age: Duration,
}

/// What a check of several pipelines found out.
#[derive(Debug, Default)]
pub struct CheckOutcome {
    /// The pipelines, as they were given.
    pub pipelines: Vec<Checked>,
    /// What is not wrong in any one of them but worth saying: pipelines that wait for each other.
    pub warnings: Vec<Problem>,
    /// Who holds the database, where it could not be looked into: tables that no pipeline of the
    /// check makes are then not known.
    pub held_by: Option<String>,
}

/// Opens the pipelines' sources and binds their SQL. Each knows the tables that the others make.
/// Nothing is written but the schemas, for a check offline: no row, no table, and no database where
/// there is none.
///
/// # Errors
///
/// What keeps it from looking at all.
pub fn check(
    workspace: &Workspace,
    attempts: &[Attempt],
    options: &CheckOptions,
) -> Result<CheckOutcome, Trouble> {
    let (warehouse, held_by) = look(workspace)?;
    let mut discovery = Discovery::new(workspace, options);
    let mut ground = Ground::new(&warehouse, held_by.is_some())?;
    for attempt in attempts {
        ground.forget(attempt.unknown.iter().cloned());
        if !attempt.is_whole {
            ground.reckon_with(attempt.compiled.sources.text(), attempt.misses_file());
        }
    }
    let plans: Vec<_> = attempts.iter().map(Attempt::plan).collect();
    let order = pipeline_order(&plans);
    let mut pipelines: Vec<Checked> = attempts.iter().map(|_| Checked::default()).collect();
    for number in order.order {
        pipelines[number] = check_one(&attempts[number], &mut discovery, &mut ground)?;
    }
    let told = |cycle: sqlflow_plan::PipelineCycle| {
        let mut problem = attempts[cycle.plan].compiled.problem(cycle.diagnostic);
        problem.diagnostic.severity = Severity::Warning;
        problem
    };
    let warnings = order.cycles.into_iter().map(told).collect();
    Ok(CheckOutcome { pipelines, warnings, held_by })
}

/// The pipeline, where neither planning nor the check of what is sound finds a mistake in it; a
/// pipeline that is sound is not checked here, since a run does that itself.
///
/// # Errors
///
/// Every mistake that was found, one per root cause, and what no run does yet; or what keeps it
/// from looking.
pub fn sound_or_all_problems(
    workspace: &Workspace,
    attempt: Attempt,
    cancel: &CancelToken,
) -> Result<Compiled, Trouble> {
    if attempt.is_sound() {
        return attempt.into_compiled();
    }
    let options = CheckOptions { offline: false, cancel: cancel.clone() };
    let outcome = check(workspace, &[attempt], &options)?;
    Err(Trouble::Problems(outcome.pipelines.into_iter().flat_map(|one| one.problems).collect()))
}

/// Checks one pipeline on a database that is open already, before it is run.
pub(crate) fn check_on(
    workspace: &Workspace,
    warehouse: &Warehouse,
    compiled: &Compiled,
    cancel: &CancelToken,
) -> Result<Checked, Trouble> {
    let options = CheckOptions { offline: false, cancel: cancel.clone() };
    let mut discovery = Discovery::new(workspace, &options);
    let mut checked = discovery.discover(compiled)?;
    let mut ground = Ground::new(warehouse, false)?;
    let mut binder = Binder::new(workspace, compiled, &checked.schemas, &mut ground);
    let mut problems = binder.bind_all()?;
    problems.extend(compiled.unbuilt.iter().cloned());
    let unchecked = binder.into_unchecked();
    checked.unchecked.extend(unchecked);
    checked.problems.extend(problems);
    if checked.problems.is_empty() { Ok(checked) } else { Err(Trouble::Problems(checked.problems)) }
}

fn check_one(
    attempt: &Attempt,
    discovery: &mut Discovery<'_>,
    ground: &mut Ground,
) -> Result<Checked, Trouble> {
    let compiled = &attempt.compiled;
    let mut checked = discovery.discover(compiled)?;
    let mut binder = Binder::new(discovery.workspace, compiled, &checked.schemas, ground);
    let problems = binder.bind_all()?;
    let unchecked = binder.into_unchecked();
    checked.unchecked.extend(unchecked);
    checked.problems.extend(problems);
    checked.problems.extend(compiled.unbuilt.iter().cloned());
    checked.problems.splice(0..0, attempt.problems.iter().cloned());
    Ok(checked)
}

/// The database to look into; an empty one, and who holds the real one, where that is held.
fn look(workspace: &Workspace) -> Result<(Warehouse, Option<String>), Trouble> {
    match Warehouse::open_to(workspace, Purpose::Bind) {
        Ok(warehouse) => Ok((warehouse, None)),
        Err(error) if error.code == code::DATABASE_HELD => {
            let empty = Warehouse::open_empty(workspace, Purpose::Bind).map_err(Trouble::before)?;
            Ok((empty, Some(errors::holder(&error))))
        }
        Err(error) => Err(Trouble::before(error)),
    }
}
