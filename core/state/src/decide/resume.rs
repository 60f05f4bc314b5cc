use std::collections::HashSet;

use super::check_order;
use crate::{
    EventBody, Fact, PlannedStep, Rejected, RunResumed, RunState, RunStatus, StepState, StepStatus,
};

pub(super) fn resume_run(state: &RunState, resumed: RunResumed) -> Result<Vec<Fact>, Rejected> {
    match state.status {
        RunStatus::Pending => return Err(Rejected::NotStarted),
        RunStatus::Succeeded => return Err(Rejected::Ended { status: state.status }),
        _ => {}
    }
    check_order(&resumed.steps)?;
    let kept = kept(state, &resumed.redo);
    check_unchanged(&kept, &resumed.steps)?;
    let queued = queue(state, &kept, &resumed.steps);
    let mut facts = vec![Fact::run(EventBody::RunResumed(Box::new(resumed)))];
    facts.extend(queued);
    Ok(facts)
}

/// The steps that are done and stay so.
fn kept<'a>(state: &'a RunState, redo: &[String]) -> Vec<&'a StepState> {
    let stays = |step: &&StepState| step.is_done() && !redo.contains(&step.planned.id);
    state.steps.iter().filter(stays).collect()
}

/// A step that is done cannot be done in another way any more.
fn check_unchanged(kept: &[&StepState], steps: &[PlannedStep]) -> Result<(), Rejected> {
    let is_same = |done: &PlannedStep| {
        steps.iter().any(|step| step.id == done.id && step.fingerprint == done.fingerprint)
    };
    let changed = kept.iter().filter(|step| !is_same(&step.planned));
    let steps: Vec<String> = changed.map(|step| step.planned.id.clone()).collect();
    if steps.is_empty() { Ok(()) } else { Err(Rejected::Changed { steps }) }
}

/// The steps whose turn it is at once; those that wait for their next attempt go on waiting.
fn queue(state: &RunState, kept: &[&StepState], steps: &[PlannedStep]) -> Vec<Fact> {
    let done: HashSet<&str> = kept.iter().map(|step| step.planned.id.as_str()).collect();
    let retries = |id: &str| state.step(id).is_some_and(|s| s.status == StepStatus::Retrying);
    let ready = |step: &&PlannedStep| {
        let id = step.id.as_str();
        !done.contains(id)
            && !retries(id)
            && step.depends_on.iter().all(|on| done.contains(on.as_str()))
    };
    let queued = steps.iter().filter(ready);
    queued.map(|step| Fact::step(&step.id, EventBody::StepQueued)).collect()
}
