//! What comes before a run's first event and after its last one.

use std::{fmt, sync::Arc};

use sqlflow_fault as fault;
use sqlflow_plugin_sdk::CancelToken;
use sqlflow_profile::{Database, OnFailure};
use sqlflow_state::{Command, RunId, RunStarted, RunState, RunStatus, RunStore, Scope, StoreError};

use super::{
    begin::{self, last_run, was_interrupted},
    drive,
    log::{Log, LogError},
};
use crate::{
    Checked, Compiled, ExitClass, Observer, Trouble, Workspace,
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
    /// The id of a new run; starting it a second time starts nothing.
    pub id: Option<RunId>,
    /// Cancels the run.
    pub cancel: CancelToken,
    /// Stops the process: what runs is rolled back, and the run can be taken up again.
    pub stop: CancelToken,
    /// Who watches.
    pub observers: Vec<Box<dyn Observer>>,
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
enum Which {
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
    drive_one(workspace, compiled, options, Which::Plain)
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
    drive_one(workspace, compiled, options, Which::This(id))
}

fn drive_one(
    workspace: &Workspace,
    compiled: &Compiled,
    mut options: RunOptions,
    which: Which,
) -> Result<RunState, Trouble> {
    let store = run_store::open(workspace, !options.forget).map_err(Trouble::before)?;
    let scope = scope(workspace, compiled);
    let lease = HeldLease::take(&store, &scope, options.wait, &options.cancel).map_err(of_store)?;
    fault::point(fault::RUN_LEASED);
    let warehouse = Warehouse::open(workspace).map_err(Trouble::before)?;
    let checked = check::check_on(workspace, &warehouse, compiled, &options.cancel)?;
    let mut bus = Bus::new(std::mem::take(&mut options.observers));
    let prepared = Prepared { workspace, compiled, store, scope, lease, options };
    let state = prepared.drive(&warehouse, &checked, which, &mut bus);
    drop(warehouse);
    // The lease is given back and the database closed: who only watches may take its time.
    drop(prepared);
    bus.drain();
    state.map_err(|error| Trouble::before(error.told()))
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
        let events = log.tell(command)?;
        fault::point(fault::RUN_STARTED);
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

    /// The last run, where it was interrupted; with `fresh` it is cancelled instead.
    fn interrupted(&self) -> Result<Option<(RunId, RunState)>, LogError> {
        let last = last_run(self.store.as_ref(), &self.scope).map_err(LogError::Store)?;
        let Some((id, state)) = last.filter(|(_, state)| was_interrupted(state)) else {
            return Ok(None);
        };
        if !self.options.fresh {
            return Ok(Some((id, state)));
        }
        if !state.is_terminal() {
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

/// Cancels a run whose process has died.
fn give_up(log: &mut Log) -> Result<(), LogError> {
    log.tell(Command::CancelRun)?;
    let running = log.state().running().map(|step| step.planned.id.clone());
    for step in running.collect::<Vec<_>>() {
        log.tell(Command::CancelStep { step })?;
    }
    log.tell(Command::FinishRun)?;
    Ok(())
}

/// What one runner at a time has.
pub(crate) fn scope(workspace: &Workspace, compiled: &Compiled) -> Scope {
    Scope {
        project: workspace.project().root().display().to_string(),
        pipeline: compiled.plan.pipeline.clone(),
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
