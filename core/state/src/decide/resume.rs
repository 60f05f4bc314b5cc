use std::collections::HashMap;

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
    check_unchanged(state, &resumed)?;
    let queued = queue(state, &resumed);
    let mut facts = vec![Fact::run(EventBody::RunResumed(Box::new(resumed)))];
    facts.extend(queued);
    Ok(facts)
}

/// What a step has done, it cannot do in another way any more.
fn check_unchanged(state: &RunState, resumed: &RunResumed) -> Result<(), Rejected> {
    let now: HashMap<_, _> = resumed.steps.iter().map(|step| (&step.id, step)).collect();
    let is_other = |step: &&StepState| {
        let done = &step.planned;
        step.status == StepStatus::Succeeded
            && !resumed.redo.contains(&done.id)
            && now.get(&done.id).is_none_or(|step| step.fingerprint != done.fingerprint)
    };
    let changed = state.steps.iter().filter(is_other);
    let steps: Vec<String> = changed.map(|step| step.planned.id.clone()).collect();
    if steps.is_empty() { Ok(()) } else { Err(Rejected::Changed { steps }) }
}

/// The steps whose turn it is at once.
fn queue(state: &RunState, resumed: &RunResumed) -> Vec<Fact> {
    let goes_on = |step: &&PlannedStep| state.going_on(step, &resumed.redo).is_some();
    let stays_done = |id: &String| state.is_done(id) && !resumed.redo.contains(id);
    let ready = |step: &&PlannedStep| !goes_on(step) && step.depends_on.iter().all(stays_done);
    let queued = resumed.steps.iter().filter(ready);
    queued.map(|step| Fact::step(&step.id, EventBody::StepQueued)).collect()
}
