use super::failed::corrupt;
use crate::store::text::sealed;
use crate::{Event, EventBody, RunId, RunState, RunSummary, StepState, StoreError};

/// What lists of runs show, as it is kept beside a log.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Projection {
    pub(super) summary: String,
    /// Step and status.
    pub(super) steps: Vec<(String, String)>,
    /// Whether the steps are all that there are.
    pub(super) is_new_plan: bool,
}

impl Projection {
    /// What is to be written once these events have made this of the run.
    pub(super) fn after(
        run: &RunId,
        state: &RunState,
        events: &[Event],
    ) -> Result<Self, StoreError> {
        let is_new_plan = |event: &Event| {
            matches!(event.body, EventBody::RunStarted(_) | EventBody::RunResumed(_))
        };
        if events.iter().any(is_new_plan) {
            return Self::whole(run, state);
        }
        let touched = events.iter().filter_map(|event| state.step(event.step.as_deref()?));
        let steps = touched.map(pair).collect();
        Ok(Self { summary: summary(run, state)?, steps, is_new_plan: false })
    }

    /// All of it, the steps by their ids.
    pub(super) fn whole(run: &RunId, state: &RunState) -> Result<Self, StoreError> {
        let mut steps: Vec<_> = state.steps().iter().map(pair).collect();
        steps.sort_unstable();
        Ok(Self { summary: summary(run, state)?, steps, is_new_plan: true })
    }
}

fn summary(run: &RunId, state: &RunState) -> Result<String, StoreError> {
    let text = serde_json::to_string(&RunSummary::of(*run, state));
    let text = text.map_err(|error| corrupt(Some(run), error.to_string()))?;
    Ok(sealed(&text))
}

fn pair(step: &StepState) -> (String, String) {
    (step.planned.id.clone(), step.status.to_string())
}
