//! What comes before a run's first event and after its last one.

use std::{fmt, sync::Arc};

use sqlflow_fault as fault;
use sqlflow_plugin_sdk::{CancelToken, Error};
use sqlflow_profile::{Database, OnFailure};
use sqlflow_state::{Command, RunId, RunStarted, RunState, RunStatus, RunStore, Scope, StoreError};

use super::{
    begin::{self, last_run, was_interrupted},
    drive,
    give_up::give_up,
    log::{Log, LogError},
};
use crate::{
    Checked, Compiled, DurableObserver, ExitClass, Observer, Trouble, Workspace,
    bus::Bus,
    check, errors,
    lease::HeldLease,
    planned::{Tables, planned_steps},
    run_store,
    step::RunContext,
    strategy::{Parallel, Sequential, Strategy},
    warehouse::Warehouse,
};

/// How many steps run at a time where nobody says.
const MAX_PARALLEL: usize = 2;

/// What a run is given besides the pipeline.
#[derive(Default)]
pub struct RunOptions {
    /// The most rows that are read of each source: the run is a sample, and moves no watermark.
    pub sample: Option<u64>,
    /// The most steps at a time; what the profile says where it is not given.
    pub max_parallel: Option<usize>,
    /// Whether a run that was interrupted is given up and a new one begun.
    pub fresh: bool,
    /// Whether a run of the same pipeline in another process is waited for.
    pub wait: bool,
    /// Whether nothing is kept of the run once it has ended.
    pub forget: bool,
    /// The id of a run that is begun anew; where there is such a run, nothing is begun.
    pub id: Option<RunId>,
    /// Cancels the run.
    pub cancel: CancelToken,
    /// Stops the process: what runs is rolled back, and the run can be taken up again.
    pub stop: CancelToken,
    /// Who watches this run as it goes.
    pub observers: Vec<Box<dyn Observer>>,
    /// Who is told of all that happens to runs, now or when SQLFlow runs the next time.
    pub durable_observers: Vec<DurableObserver>,
}

impl RunOptions {
    /// A token that is cancelled where the run is to be cancelled or the process is to stop.
    fn either(&self) -> CancelToken {
        let either = CancelToken::new();
        for token in [&self.cancel, &self.stop] {
            let either = either.clone();
            token.on_cancel(move || either.cancel());
        }
        either
    }
}

impl fmt::Debug for RunOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunOptions")
            .field("max_parallel", &self.max_parallel)
            .field("fresh", &self.fresh)
            .field("cancel", &self.cancel)
            .finish_non_exhaustive()
    }
}

/// Which run is driven.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Which {
    /// The last one where it was interrupted, else a new one.
    Plain,
    /// This one, which ended without success.
    This(RunId),
}

/// Checks a pipeline and runs it: takes up its last run where that was interrupted, else begins a
/// new one.
///
/// # Errors
///
/// What was wrong before the first step: the check's findings, a database that cannot be opened,
/// another process that runs the pipeline. A run that fails later is a state that says so.
pub fn run(
    workspace: &Workspace,
    compiled: &Compiled,
    options: RunOptions,
) -> Result<RunState, Trouble> {
    let store = run_store::open(workspace, !options.forget).map_err(Trouble::before)?;
    drive_in(&store, workspace, compiled, options, Which::Plain)
}

/// Checks a pipeline and takes up a run of it that was interrupted, failed or cancelled.
///
/// # Errors
///
/// As [`run`]; there is no such run, it succeeded, or a step that is done has changed since.
pub fn resume(
    workspace: &Workspace,
    compiled: &Compiled,
    id: RunId,
    options: RunOptions,
) -> Result<RunState, Trouble> {
    let store = run_store::open(workspace, !options.forget).map_err(Trouble::before)?;
    drive_in(&store, workspace, compiled, options, Which::This(id))
}

/// Checks a pipeline and drives a run of it, which is kept in this store.
pub(crate) fn drive_in(
    store: &Arc<dyn RunStore>,
    workspace: &Workspace,
    compiled: &Compiled,
    mut options: RunOptions,
    which: Which,
) -> Result<RunState, Trouble> {
    if let Some(there) = begun_before(store.as_ref(), options.id).map_err(of_store)? {
        return Ok(there);
    }
    let scope = scope(workspace, compiled);
    let either = options.either();
    let patience = options.wait.then_some(&either);
    let lease = HeldLease::take(store, &scope, patience, &options.cancel).map_err(of_store)?;
    fault::point(fault::RUN_LEASED);
    let warehouse = Warehouse::open(workspace).map_err(Trouble::before)?;
    let checked = check::check_on(workspace, &warehouse, compiled, &either)?;
    fault::point(fault::RUN_CHECKED);
    if options.stop.is_cancelled() {
        return Err(Trouble::before(errors::of_connector(&Error::cancelled())));
    }
    let durable = std::mem::take(&mut options.durable_observers);
    let mut bus = Bus::new(std::mem::take(&mut options.observers), store, durable);
    let store = Arc::clone(store);
    let prepared = Prepared { workspace, compiled, store, scope, lease, options };
    let state = prepared.drive(&warehouse, &checked, which, &mut bus);
    drop(warehouse);
    fault::point(fault::WAREHOUSE_CLOSED);
    // The lease is given back and the database closed: who only watches may take its time.
    drop(prepared);
    bus.drain();
    state.map_err(|error| Trouble::before(error.told()))
}

/// The run of an id that was given, where it has begun already.
fn begun_before(store: &dyn RunStore, id: Option<RunId>) -> Result<Option<RunState>, StoreError> {
    let Some(id) = id else { return Ok(None) };
    match begin::load(store, id) {
        Ok(state) => Ok(Some(state)),
        Err(StoreError::RunNotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

struct Prepared<'a> {
    workspace: &'a Workspace,
    compiled: &'a Compiled,
    store: Arc<dyn RunStore>,
    scope: Scope,
    lease: HeldLease,
    options: RunOptions,
}

impl Prepared<'_> {
    fn drive(
        &self,
        warehouse: &Warehouse,
        checked: &Checked,
        which: Which,
        bus: &mut Bus,
    ) -> Result<RunState, LogError> {
        let (mut log, command) = self.begin(which)?;
        let before = log.state().clone();
        let events = log.tell(command)?;
        let is_new = before.status() == RunStatus::Pending;
        fault::point(if is_new { fault::RUN_STARTED } else { fault::RUN_TAKEN_UP });
        if !is_new {
            bus.taken_up(log.run(), before);
        }
        events.iter().for_each(|event| bus.event(event));
        let context = RunContext {
            id: log.run(),
            workspace: self.workspace,
            warehouse,
            plan: &self.compiled.plan,
            checked,
            lease: &self.lease,
            sample: self.options.sample,
        };
        let signals = (&self.options.cancel, &self.options.stop);
        drive(context, (&mut log, bus), self.strategy().as_ref(), signals)?;
        if self.lease.is_lost() {
            // However the run stands by now: it is another process that has brought it there.
            self.lease.check().map_err(LogError::Store)?;
        }
        Ok(log.into_state())
    }

    /// The log of the run to drive, and the command that begins it.
    fn begin(&self, which: Which) -> Result<(Log, Command), LogError> {
        let taken_up = match which {
            Which::This(id) => {
                Some((id, begin::load(self.store.as_ref(), id).map_err(LogError::Store)?))
            }
            Which::Plain => self.interrupted()?,
        };
        let steps = planned_steps(&self.compiled.plan, self.options.sample);
        match taken_up {
            Some((id, state)) => {
                let command = begin::resume(&state, steps);
                Ok((self.log(id, state)?, command))
            }
            None => {
                let id = self.options.id.unwrap_or_default();
                let started = RunStarted { steps, ..self.started() };
                Ok((self.log(id, RunState::default())?, begin::start(started)))
            }
        }
    }

    /// The last run, where it was interrupted; where a new one is asked for it is cancelled instead.
    fn interrupted(&self) -> Result<Option<(RunId, RunState)>, LogError> {
        let profile = &self.compiled.plan.profile;
        let last = last_run(self.store.as_ref(), &self.scope, profile).map_err(LogError::Store)?;
        let Some((id, state)) = last.filter(|(_, state)| was_interrupted(state)) else {
            return Ok(None);
        };
        if !self.options.fresh && self.options.id.is_none() {
            return Ok(Some((id, state)));
        }
        if !state.is_terminal() {
            fault::point(fault::RUN_GIVING_UP);
            give_up(&mut self.log(id, state)?)?;
        }
        Ok(None)
    }

    fn log(&self, id: RunId, state: RunState) -> Result<Log, LogError> {
        self.lease.note_run(id).map_err(LogError::Store)?;
        Ok(Log::new(id, &self.store, self.lease.lease(), state))
    }

    fn started(&self) -> RunStarted {
        let profile = self.workspace.profile();
        RunStarted {
            project: self.scope.project.clone(),
            pipeline: self.scope.pipeline.clone(),
            profile: self.compiled.plan.profile.clone(),
            on_failure: match profile.runs.on_failure {
                Some(OnFailure::Continue) => sqlflow_state::OnFailure::Continue,
                _ => sqlflow_state::OnFailure::Stop,
            },
            in_memory: profile.engine.database == Database::Memory,
            ..RunStarted::default()
        }
    }

    fn strategy(&self) -> Box<dyn Strategy> {
        let said = self.options.max_parallel.or(self.workspace.profile().runs.max_parallel);
        match said.unwrap_or(MAX_PARALLEL) {
            0 | 1 => Box::new(Sequential),
            most => Box::new(Parallel::new(most, Tables::of(&self.compiled.plan))),
        }
    }
}

/// What one runner at a time has.
pub(crate) fn scope(workspace: &Workspace, compiled: &Compiled) -> Scope {
    scope_of(workspace, &compiled.plan.pipeline)
}

/// The same by the pipeline's name.
pub(crate) fn scope_of(workspace: &Workspace, pipeline: &str) -> Scope {
    Scope {
        project: workspace.project().root().display().to_string(),
        pipeline: pipeline.to_owned(),
    }
}

fn of_store(error: StoreError) -> Trouble {
    Trouble::before(errors::of_store(&error))
}

/// The class of the exit code of a run that has ended; one that was stopped before is to be taken
/// up again.
pub fn exit_class_of(state: &RunState) -> ExitClass {
    match (state.status(), state.failure()) {
        (RunStatus::Succeeded, _) => ExitClass::Ok,
        (RunStatus::Cancelled | RunStatus::Running | RunStatus::Cancelling, _) => {
            ExitClass::Cancelled
        }
        (_, Some(failure)) => ExitClass::of_step(&failure.error),
        _ => ExitClass::Execution,
    }
}
