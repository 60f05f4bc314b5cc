//! Drives a run: asks the state what can run, does it, and tells what happened in events.

mod log;

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, mpsc},
    thread,
    time::{Duration, Instant},
};

use sqlflow_plan::{Plan, Step, StepKind};
use sqlflow_plugin_sdk::CancelToken;
use sqlflow_state::{
    Command, Failure, PlannedStep, RunId, RunStarted, RunState, RunStatus, StepError, StepResult,
};

use self::log::Log;
use crate::{
    Compiled, ExitClass, Observer, Progress, Trouble, Workspace, check, code, errors,
    meter::Meter,
    step::{RunContext, executor},
    warehouse::Warehouse,
};

/// How often a running step's progress is told.
const TICK: Duration = Duration::from_millis(100);

/// What a run is given besides the pipeline.
#[derive(Default)]
pub struct RunOptions {
    /// The most rows that are read of each source: the run is a sample, and moves no watermark.
    pub sample: Option<u64>,
    /// Cancels the run.
    pub cancel: CancelToken,
    /// Who watches.
    pub observers: Vec<Box<dyn Observer>>,
}

impl fmt::Debug for RunOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunOptions").field("cancel", &self.cancel).finish_non_exhaustive()
    }
}

/// Checks a pipeline and runs it.
///
/// # Errors
///
/// What was wrong before the first step: the check's findings, a database that cannot be opened.
/// A run that fails later is a state that says so.
pub fn run(
    workspace: &Workspace,
    compiled: &Compiled,
    options: RunOptions,
) -> Result<RunState, Trouble> {
    let warehouse = Warehouse::open(workspace).map_err(Trouble::before)?;
    let checked = check::check_on(workspace, &warehouse, compiled, &options.cancel)?;
    let run = RunId::new();
    let context = RunContext {
        run,
        workspace,
        warehouse: &warehouse,
        plan: &compiled.plan,
        checked: &checked,
        cancel: options.cancel,
        sample: options.sample,
    };
    let mut log = Log::new(run, options.observers);
    drive(&context, &mut log).map_err(|error| Trouble::before(log::rejected(&error)))?;
    Ok(log.into_state())
}

/// The class of the exit code of a run that has ended.
pub fn exit_class_of(state: &RunState) -> ExitClass {
    match (state.status(), state.failure()) {
        (RunStatus::Succeeded, _) => ExitClass::Ok,
        (RunStatus::Cancelled, _) => ExitClass::Cancelled,
        (_, Some(failure)) => ExitClass::of_step(&failure.error),
        _ => ExitClass::Execution,
    }
}

/// One step after the other, in the plan's order.
fn drive(context: &RunContext<'_>, log: &mut Log) -> Result<(), log::LogError> {
    log.tell(Command::StartRun(started(context.plan)))?;
    loop {
        pass_on_cancel(context, log)?;
        let Some(id) = log.next_step() else { break };
        let Some(step) = context.plan.step(&id) else { break };
        log.tell(Command::StartStep { step: id.clone() })?;
        let outcome = watch(context, step, log)?;
        pass_on_cancel(context, log)?;
        log.tell(conclude(context, id, outcome))?;
    }
    log.tell(Command::FinishRun)
}

/// Telling it again changes nothing.
fn pass_on_cancel(context: &RunContext<'_>, log: &mut Log) -> Result<(), log::LogError> {
    if context.cancel.is_cancelled() { log.tell(Command::CancelRun) } else { Ok(()) }
}

fn started(plan: &Plan) -> RunStarted {
    let planned = |step: &Step| PlannedStep {
        id: step.id.clone(),
        kind: match step.kind() {
            StepKind::Source => sqlflow_state::StepKind::Source,
            StepKind::Load => sqlflow_state::StepKind::Load,
            StepKind::Transform => sqlflow_state::StepKind::Transform,
            StepKind::Export => sqlflow_state::StepKind::Export,
            StepKind::Test => sqlflow_state::StepKind::Test,
        },
        name: step.name.clone(),
        depends_on: step.depends_on.clone(),
    };
    RunStarted {
        pipeline: plan.pipeline.clone(),
        profile: plan.profile.clone(),
        steps: plan.steps.iter().map(planned).collect(),
        ..RunStarted::default()
    }
}

type Outcome = (Result<StepResult, StepError>, u64);

/// Runs a step on a thread of its own, telling its progress and passing on a cancel.
fn watch(context: &RunContext<'_>, step: &Step, log: &mut Log) -> Result<Outcome, log::LogError> {
    let meter = Arc::new(Meter::default());
    let began = Instant::now();
    thread::scope(|scope| {
        let (done, waiting) = mpsc::channel();
        let working = Arc::clone(&meter);
        scope.spawn(move || {
            let work = || executor(step)(context, step, &working);
            let outcome = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(panicked()));
            // The coordinator waits for it as long as the scope lasts.
            let _ = done.send(outcome);
        });
        loop {
            match waiting.recv_timeout(TICK) {
                Ok(outcome) => {
                    if let (Ok(_), Some(rows)) = (&outcome, meter.first_rows()) {
                        log.first_rows(&step.id, rows);
                    }
                    return Ok((outcome, meter.rows()));
                }
                Err(mpsc::RecvTimeoutError::Timeout) => {}
                Err(mpsc::RecvTimeoutError::Disconnected) => return Ok((Err(panicked()), 0)),
            }
            pass_on_cancel(context, log)?;
            log.progress(&Progress {
                step: step.id.clone(),
                rows: meter.rows(),
                bytes: meter.bytes(),
                elapsed: began.elapsed(),
            });
        }
    })
}

fn panicked() -> StepError {
    let remedy = "report it, with the pipeline and the log";
    errors::noticed(code::BUG, "bug", "the step panicked".to_owned(), remedy)
}

fn conclude(context: &RunContext<'_>, step: String, (outcome, rows_in): Outcome) -> Command {
    match outcome {
        Ok(result) => Command::CompleteStep { step, result: Box::new(result) },
        Err(error) if error.kind == "cancelled" && context.cancel.is_cancelled() => {
            Command::CancelStep { step }
        }
        Err(error) => {
            let result = StepResult { rows_in, ..StepResult::default() };
            Command::FailStep { step, failure: Box::new(Failure { error, result }) }
        }
    }
}
