//! The fold: how each event changes what is known about its run.

use std::collections::HashMap;

use crate::run_state::Done;
use crate::{
    Event, EventBody, PlannedStep, RunResumed, RunStarted, RunState, RunStatus, StepState,
    StepStatus,
};

/// Folds the run's next event into what is known about it.
///
/// Pure and total: an event of an unknown kind, or about an unknown step, changes nothing but
/// [`RunState::last_seq`].
pub fn apply(mut state: RunState, event: &Event) -> RunState {
    state.last_seq = event.seq;
    match &event.body {
        EventBody::RunStarted(started) => start(&mut state, started, event),
        EventBody::RunResumed(resumed) => resume(&mut state, resumed),
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
    let RunStarted { project, pipeline, profile, on_failure, in_memory, owner, steps } = started;
    state.status = RunStatus::Running;
    state.started_at = Some(event.ts);
    state.project.clone_from(project);
    state.pipeline.clone_from(pipeline);
    state.profile.clone_from(profile);
    state.on_failure = *on_failure;
    state.in_memory = *in_memory;
    state.owner.clone_from(owner);
    state.positions = positions(steps);
    state.steps = steps.iter().cloned().map(StepState::new).collect();
    state.done = Done::default();
}

fn positions(steps: &[PlannedStep]) -> HashMap<String, usize> {
    steps.iter().enumerate().map(|(at, step)| (step.id.clone(), at)).collect()
}

/// What is done stays done, what waits for its next attempt goes on waiting, and the rest begins
/// anew; the events that follow say which steps are queued.
fn resume(state: &mut RunState, resumed: &RunResumed) {
    let RunResumed { owner, steps, redo } = resumed;
    state.status = RunStatus::Running;
    state.finished_at = None;
    state.failure = None;
    state.owner.clone_from(owner);
    let taken_up = |planned: &PlannedStep| match state.going_on(planned, redo) {
        Some(step) => StepState { planned: planned.clone(), ..step.clone() },
        None => state
            .step(&planned.id)
            .map_or_else(|| StepState::new(planned.clone()), |step| step.again(planned)),
    };
    state.steps = steps.iter().map(taken_up).collect();
    state.positions = positions(steps);
    state.done = Done::default();
    state.steps.iter().for_each(|step| state.done.add(step));
}

fn finish(state: &mut RunState, status: RunStatus, event: &Event) {
    state.status = status;
    state.finished_at = Some(event.ts);
}

fn apply_to_step(state: &mut RunState, event: &Event) {
    let position = event.step.as_ref().and_then(|id| state.positions.get(id));
    let Some(step) = position.map(|&at| &mut state.steps[at]) else { return };
    let Some(status) = step_status(&event.body) else { return };
    state.done.take_away(step);
    step.status = status;
    step.attempt = event.attempt.unwrap_or(step.attempt);
    step.due_at = None;
    step.finished_at = status.is_terminal().then_some(event.ts);
    match status {
        StepStatus::Queued => step.queued_at = Some(event.ts),
        StepStatus::Running => step.started_at = Some(event.ts),
        _ => {}
    }
    keep_outcome(step, &event.body);
    state.done.add(step);
}

/// The status that an event gives its step; none where it is not about a step's status.
fn step_status(body: &EventBody) -> Option<StepStatus> {
    match body {
        EventBody::StepQueued => Some(StepStatus::Queued),
        EventBody::StepStarted => Some(StepStatus::Running),
        EventBody::StepSucceeded(_) => Some(StepStatus::Succeeded),
        EventBody::StepFailed(_) => Some(StepStatus::Failed),
        EventBody::StepRetryScheduled(_) => Some(StepStatus::Retrying),
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
            step.failures += 1;
            step.result = Some(failure.result.clone());
            step.error = Some(failure.error.clone());
        }
        EventBody::StepRetryScheduled(scheduled) => step.due_at = Some(scheduled.due),
        EventBody::StepSkipped(skipped) => step.skipped = Some(skipped.clone()),
        _ => {}
    }
}
