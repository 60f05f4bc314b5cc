//! The fold: how each event changes what is known about its run.

use crate::{Event, EventBody, RunStarted, RunState, RunStatus, StepState, StepStatus};

/// Folds the run's next event into what is known about it.
///
/// Pure and total: an event of an unknown kind, or about an unknown step, changes nothing but
/// [`RunState::last_seq`].
pub fn apply(mut state: RunState, event: &Event) -> RunState {
    state.last_seq = event.seq;
    match &event.body {
        EventBody::RunStarted(started) => start(&mut state, started, event),
        EventBody::CancelRequested => state.status = RunStatus::Cancelling,
        EventBody::RunSucceeded => finish(&mut state, RunStatus::Succeeded, event),
        EventBody::RunCancelled => finish(&mut state, RunStatus::Cancelled, event),
        EventBody::RunFailed(failure) => {
            state.failure = Some((**failure).clone());
            finish(&mut state, RunStatus::Failed, event);
        }
        _ => apply_to_step(&mut state, event),
    }
    state
}

fn start(state: &mut RunState, started: &RunStarted, event: &Event) {
    let RunStarted { pipeline, profile, on_failure, steps } = started;
    state.status = RunStatus::Running;
    state.started_at = Some(event.ts);
    state.pipeline.clone_from(pipeline);
    state.profile.clone_from(profile);
    state.on_failure = *on_failure;
    state.positions = steps.iter().enumerate().map(|(at, step)| (step.id.clone(), at)).collect();
    state.steps = steps.iter().cloned().map(StepState::new).collect();
}

fn finish(state: &mut RunState, status: RunStatus, event: &Event) {
    state.status = status;
    state.finished_at = Some(event.ts);
}

fn apply_to_step(state: &mut RunState, event: &Event) {
    let position = event.step.as_ref().and_then(|id| state.positions.get(id));
    let Some(step) = position.map(|&at| &mut state.steps[at]) else { return };
    let Some(status) = step_status(&event.body) else { return };
    step.status = status;
    step.attempt = event.attempt.unwrap_or(step.attempt);
    match status {
        StepStatus::Queued => step.queued_at = Some(event.ts),
        StepStatus::Running => step.started_at = Some(event.ts),
        _ => step.finished_at = Some(event.ts),
    }
    keep_outcome(step, &event.body);
}

/// The status that an event gives its step; none where it is not about a step's status.
fn step_status(body: &EventBody) -> Option<StepStatus> {
    match body {
        EventBody::StepQueued => Some(StepStatus::Queued),
        EventBody::StepStarted => Some(StepStatus::Running),
        EventBody::StepSucceeded(_) => Some(StepStatus::Succeeded),
        EventBody::StepFailed(_) => Some(StepStatus::Failed),
        EventBody::StepSkipped(_) => Some(StepStatus::Skipped),
        EventBody::StepCancelled => Some(StepStatus::Cancelled),
        _ => None,
    }
}

fn keep_outcome(step: &mut StepState, body: &EventBody) {
    match body {
        EventBody::StepSucceeded(result) => {
            step.result = Some((**result).clone());
            // What an earlier attempt failed of is no longer true of the step.
            step.error = None;
        }
        EventBody::StepFailed(failure) => {
            step.result = Some(failure.result.clone());
            step.error = Some(failure.error.clone());
        }
        EventBody::StepSkipped(skipped) => step.skipped = Some(skipped.clone()),
        _ => {}
    }
}
