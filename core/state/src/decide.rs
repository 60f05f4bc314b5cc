//! The decisions: what follows from a command, given what has happened.

mod resume;

use std::collections::HashSet;

use jiff::Timestamp;

use crate::{
    Command, EventBody, Fact, Failure, OnFailure, PlannedStep, Recovered, Rejected, RetryScheduled,
    RunFailed, RunStarted, RunState, RunStatus, SkipCause, StepError, StepResult, StepSkipped,
    StepState, StepStatus,
};

/// Says what follows from a command, given what has happened to the run so far.
///
/// Pure: the same state and command give the same facts. No facts means that nothing changes, as
/// when a run is asked a second time to stop.
///
/// # Errors
///
/// [`Rejected`] where the command does not fit what has happened; once the run has ended, only one
/// that did not succeed can be taken up again.
pub fn decide(state: &RunState, command: Command) -> Result<Vec<Fact>, Rejected> {
    if let Command::ResumeRun(resumed) = command {
        return resume::resume_run(state, resumed);
    }
    if state.is_terminal() {
        return Err(Rejected::Ended { status: state.status });
    }
    if let Command::StartRun(started) = command {
        return start_run(state, started);
    }
    if state.status == RunStatus::Pending {
        return Err(Rejected::NotStarted);
    }
    match command {
        Command::StartRun(_) | Command::ResumeRun(_) => Err(Rejected::AlreadyStarted),
        Command::StartStep { step } => start_step(state, &step),
        Command::CompleteStep { step, result } => complete_step(state, &step, result),
        Command::FailStep { step, failure } => fail_step(state, &step, failure),
        Command::RetryStep { step, failure, due } => retry_step(state, &step, failure, due),
        Command::Recover { step, recovered } => recover(state, &step, recovered),
        Command::SkipStep { step, reason } => skip_step(state, &step, reason),
        Command::CancelRun => Ok(cancel_run(state)),
        Command::CancelStep { step } => cancel_step(state, &step),
        Command::FinishRun => finish_run(state),
        Command::FailRun { error } => fail_run(state, error),
    }
}

fn start_run(state: &RunState, started: RunStarted) -> Result<Vec<Fact>, Rejected> {
    if state.status != RunStatus::Pending {
        return Err(Rejected::AlreadyStarted);
    }
    check_order(&started.steps)?;
    let first = started.steps.iter().filter(|step| step.depends_on.is_empty());
    let queued: Vec<_> = first.map(|step| Fact::step(&step.id, EventBody::StepQueued)).collect();
    let mut facts = vec![Fact::run(EventBody::RunStarted(started))];
    facts.extend(queued);
    Ok(facts)
}

/// Refuses a plan in which a step could wait for ever.
fn check_order(steps: &[PlannedStep]) -> Result<(), Rejected> {
    let mut before = HashSet::new();
    for step in steps {
        if let Some(missing) = step.depends_on.iter().find(|id| !before.contains(id.as_str())) {
            let depends_on = missing.clone();
            return Err(Rejected::NotInOrder { step: step.id.clone(), depends_on });
        }
        if !before.insert(step.id.as_str()) {
            return Err(Rejected::DuplicateStep { step: step.id.clone() });
        }
    }
    Ok(())
}

fn start_step(state: &RunState, id: &str) -> Result<Vec<Fact>, Rejected> {
    let can_start = |status| matches!(status, StepStatus::Queued | StepStatus::Retrying);
    let step = find(state, id, "started", can_start)?;
    Ok(vec![Fact::attempt(id, step.attempt + 1, EventBody::StepStarted)])
}

fn complete_step(
    state: &RunState,
    id: &str,
    result: Box<StepResult>,
) -> Result<Vec<Fact>, Rejected> {
    let step = find_running(state, id, "completed")?;
    let mut facts = vec![Fact::attempt(id, step.attempt, EventBody::StepSucceeded(result))];
    facts.extend(queue_dependents(state, id));
    Ok(facts)
}

fn fail_step(state: &RunState, id: &str, failure: Box<Failure>) -> Result<Vec<Fact>, Rejected> {
    let step = find_running(state, id, "failed")?;
    let mut facts = vec![Fact::attempt(id, step.attempt, EventBody::StepFailed(failure))];
    facts.extend(skip_after_failure(state, id));
    Ok(facts)
}

/// A run that stops, because somebody asked or because a step failed, does not try again.
fn retry_step(
    state: &RunState,
    id: &str,
    failure: Box<Failure>,
    due: Timestamp,
) -> Result<Vec<Fact>, Rejected> {
    if state.status == RunStatus::Cancelling || has_stopped(state) {
        return fail_step(state, id, failure);
    }
    let step = find_running(state, id, "failed")?;
    let scheduled = EventBody::StepRetryScheduled(RetryScheduled { due });
    Ok(vec![
        Fact::attempt(id, step.attempt, EventBody::StepFailed(failure)),
        Fact::attempt(id, step.attempt, scheduled),
    ])
}

fn has_stopped(state: &RunState) -> bool {
    let stops = |step: &StepState| state.on_failure_of(&step.planned) == OnFailure::Stop;
    state.steps.iter().any(|step| step.status == StepStatus::Failed && stops(step))
}

fn recover(state: &RunState, id: &str, recovered: Recovered) -> Result<Vec<Fact>, Rejected> {
    let step = find_running(state, id, "recovered")?;
    Ok(vec![Fact::attempt(id, step.attempt, EventBody::Recovered(recovered))])
}

fn skip_step(state: &RunState, id: &str, reason: String) -> Result<Vec<Fact>, Rejected> {
    let has_not_begun = |status| matches!(status, StepStatus::Pending | StepStatus::Queued);
    find(state, id, "skipped", has_not_begun)?;
    let skipped = StepSkipped { reason, cause: SkipCause::Plan };
    let mut facts = vec![Fact::step(id, EventBody::StepSkipped(skipped))];
    facts.extend(queue_dependents(state, id));
    Ok(facts)
}

fn cancel_run(state: &RunState) -> Vec<Fact> {
    if state.status == RunStatus::Cancelling {
        return Vec::new();
    }
    let waiting = waiting(state).map(|id| Fact::step(id, EventBody::StepCancelled));
    std::iter::once(Fact::run(EventBody::CancelRequested)).chain(waiting).collect()
}

fn cancel_step(state: &RunState, id: &str) -> Result<Vec<Fact>, Rejected> {
    let step = find_running(state, id, "cancelled")?;
    if state.status != RunStatus::Cancelling {
        return Err(Rejected::NotCancelling { step: id.to_owned() });
    }
    Ok(vec![Fact::attempt(id, step.attempt, EventBody::StepCancelled)])
}

fn finish_run(state: &RunState) -> Result<Vec<Fact>, Rejected> {
    refuse_while(state, |status| !status.is_terminal())?;
    Ok(vec![Fact::run(match state.status {
        RunStatus::Cancelling => EventBody::RunCancelled,
        _ if state.steps.iter().all(StepState::is_done) => EventBody::RunSucceeded,
        _ => EventBody::RunFailed(Box::new(first_failure(state))),
    })])
}

fn fail_run(state: &RunState, error: StepError) -> Result<Vec<Fact>, Rejected> {
    refuse_while(state, |status| status == StepStatus::Running)?;
    let mut facts: Vec<_> =
        waiting(state).map(|id| skipped_by_failure(id, "the run failed".to_owned())).collect();
    let failed = state.steps.iter().find(|step| step.status == StepStatus::Failed);
    let failed_step = failed.map(|step| step.planned.id.clone());
    let failure = RunFailed { failed_step, error };
    facts.push(Fact::run(EventBody::RunFailed(Box::new(failure))));
    Ok(facts)
}

fn first_failure(state: &RunState) -> RunFailed {
    let failed = state.steps.iter().find(|step| step.status == StepStatus::Failed);
    let error = failed.and_then(|step| step.error.clone()).unwrap_or_else(|| StepError {
        kind: "bug".to_owned(),
        message: "the run ended although not every step ran".to_owned(),
        ..StepError::default()
    });
    RunFailed { failed_step: failed.map(|step| step.planned.id.clone()), error }
}

/// The steps that can run once `done` is done, beside what is done already.
fn queue_dependents<'a>(state: &'a RunState, done: &'a str) -> impl Iterator<Item = Fact> + 'a {
    let is_done = move |id: &String| id == done || state.is_done(id);
    let ready = move |step: &&StepState| {
        step.status == StepStatus::Pending && step.planned.depends_on.iter().all(is_done)
    };
    let queued = |step: &StepState| Fact::step(&step.planned.id, EventBody::StepQueued);
    state.steps.iter().filter(ready).map(queued)
}

fn skip_after_failure(state: &RunState, failed: &str) -> Vec<Fact> {
    let on_failure = state.step(failed).map(|step| state.on_failure_of(&step.planned));
    let mut lost = HashSet::from([failed]);
    let mut facts = Vec::new();
    // Steps stand after what they depend on, so one pass reaches all that depend on the failed one.
    for step in state.steps.iter().filter(|step| step.status.is_waiting()) {
        let id = step.planned.id.as_str();
        if step.planned.depends_on.iter().any(|on| lost.contains(on.as_str())) {
            lost.insert(id);
            facts.push(skipped_by_failure(id, format!("`{failed}` failed")));
        } else if on_failure == Some(OnFailure::Stop) {
            facts.push(skipped_by_failure(id, format!("the run stopped after `{failed}` failed")));
        }
    }
    facts
}

fn skipped_by_failure(id: &str, reason: String) -> Fact {
    let skipped = StepSkipped { reason, cause: SkipCause::Failure };
    Fact::step(id, EventBody::StepSkipped(skipped))
}

fn waiting(state: &RunState) -> impl Iterator<Item = &str> {
    let waiting = state.steps.iter().filter(|step| step.status.is_waiting());
    waiting.map(|step| step.planned.id.as_str())
}

fn find_running<'a>(
    state: &'a RunState,
    id: &str,
    asked: &'static str,
) -> Result<&'a StepState, Rejected> {
    find(state, id, asked, |status| status == StepStatus::Running)
}

fn find<'a>(
    state: &'a RunState,
    id: &str,
    asked: &'static str,
    fits: impl Fn(StepStatus) -> bool,
) -> Result<&'a StepState, Rejected> {
    let step = id.to_owned();
    match state.step(id) {
        None => Err(Rejected::UnknownStep { step }),
        Some(found) if fits(found.status) => Ok(found),
        Some(found) => Err(Rejected::WrongStatus { step, status: found.status, asked }),
    }
}

fn refuse_while(state: &RunState, open: impl Fn(StepStatus) -> bool) -> Result<(), Rejected> {
    let still_open = state.steps.iter().filter(|step| open(step.status));
    let steps: Vec<_> = still_open.map(|step| step.planned.id.clone()).collect();
    if steps.is_empty() { Ok(()) } else { Err(Rejected::Unfinished { steps }) }
}
