//! Drives a run as the run engine does: decide, append, apply.

use sqlflow_state::{
    Command, Event, Failure, MemoryStore, OnFailure, PlannedStep, Recovered, Rejected, RunId,
    RunResumed, RunStarted, RunState, RunStore, StepError, StepKind, StepResult, Timestamp, apply,
    decide,
};

#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) id: RunId,
    pub(crate) store: MemoryStore,
    pub(crate) state: RunState,
}

impl Run {
    pub(crate) fn new() -> Self {
        Self { id: RunId::new(), store: MemoryStore::default(), state: RunState::default() }
    }

    /// Does what the command asks, and returns the events that came of it.
    pub(crate) fn command(&mut self, command: Command) -> Result<Vec<Event>, Rejected> {
        let facts = decide(&self.state, command)?;
        let events = self.store.append(&self.id, self.state.last_seq(), None, facts).unwrap();
        self.state = events.iter().fold(self.state.clone(), apply);
        Ok(events)
    }

    /// A command as [`command`] reads it, or `resume` with the steps to do again: `resume a,b`.
    pub(crate) fn ask(&mut self, text: &str) -> Result<Vec<Event>, Rejected> {
        match text.strip_prefix("resume") {
            Some(redo) => self.command(self.resume(redo.trim_start())),
            None => self.command(command(text)),
        }
    }

    /// Takes the run up again with the plan as it is.
    pub(crate) fn resume(&self, redo: &str) -> Command {
        let steps = self.state.steps().iter().map(|step| step.planned.clone()).collect();
        resume(steps, redo)
    }

    /// The whole log; empty before the first event.
    pub(crate) fn log(&self) -> Vec<Event> {
        self.store.load(&self.id, 0).unwrap_or_default()
    }
}

/// A plan written as `a b c:a,b`: step `c` depends on `a` and `b`.
pub(crate) fn plan(on_failure: OnFailure, steps: &str) -> Command {
    let steps = steps.split_whitespace().map(planned).collect();
    let (pipeline, profile) = ("daily".to_owned(), "dev".to_owned());
    Command::StartRun(RunStarted { pipeline, profile, on_failure, steps, ..RunStarted::default() })
}

pub(crate) fn planned(text: &str) -> PlannedStep {
    let (id, needs) = text.split_once(':').unwrap_or((text, ""));
    let depends_on = needs.split(',').filter(|id| !id.is_empty()).map(str::to_owned).collect();
    let (id, name) = (id.to_owned(), id.to_owned());
    PlannedStep { id, kind: StepKind::Load, name, depends_on, ..PlannedStep::default() }
}

pub(crate) fn resume(steps: Vec<PlannedStep>, redo: &str) -> Command {
    let redo = redo.split(',').filter(|id| !id.is_empty()).map(str::to_owned).collect();
    Command::ResumeRun(RunResumed { owner: "host:43".to_owned(), steps, redo })
}

/// When every step that is tried again is due.
pub(crate) fn due() -> Timestamp {
    "2026-02-14T06:00:30Z".parse().unwrap()
}

/// A command written as `start a`, `complete a`, `fail a`, `retry a`, `recover a`, `skip a`,
/// `cancel a`, `cancel`, `finish` or `fail`.
pub(crate) fn command(text: &str) -> Command {
    let (verb, step) = text.split_once(' ').unwrap_or((text, ""));
    let step = step.to_owned();
    let error = StepError { message: format!("no {step}"), ..StepError::default() };
    match (verb, step.is_empty()) {
        ("start", _) => Command::StartStep { step },
        ("complete", _) => {
            let result = StepResult { rows_out: 5, ..StepResult::default() };
            Command::CompleteStep { step, result: Box::new(result) }
        }
        ("fail", false) => Command::FailStep { step, failure: failure(error) },
        ("retry", _) => Command::RetryStep { step, failure: failure(error), due: due() },
        ("recover", _) => {
            let recovered = Recovered { what: "connection".to_owned(), connector: None };
            Command::Recover { step, recovered }
        }
        ("skip", _) => Command::SkipStep { step, reason: "not selected".to_owned() },
        ("cancel", false) => Command::CancelStep { step },
        ("cancel", true) => Command::CancelRun,
        ("fail", true) => Command::FailRun { error },
        ("finish", _) => Command::FinishRun,
        _ => panic!("no such command: {text}"),
    }
}

fn failure(error: StepError) -> Box<Failure> {
    Box::new(Failure { error, result: StepResult::default() })
}
