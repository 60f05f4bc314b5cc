//! What a command leads to, before it is in the log.

use crate::EventBody;

/// What happens next to a run: an event without place and time, which the store adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// The step concerned; none where it is the run.
    pub step: Option<String>,
    /// The try of the step that this belongs to, from 1; none where no try is concerned.
    pub attempt: Option<u32>,
    /// What happened.
    pub body: EventBody,
}

impl Fact {
    /// A fact about the whole run.
    pub(crate) fn run(body: EventBody) -> Self {
        Self { step: None, attempt: None, body }
    }

    /// A fact about a step that has not begun.
    pub(crate) fn step(id: &str, body: EventBody) -> Self {
        Self { step: Some(id.to_owned()), attempt: None, body }
    }

    /// A fact about one try of a step.
    pub(crate) fn attempt(id: &str, attempt: u32, body: EventBody) -> Self {
        Self { step: Some(id.to_owned()), attempt: Some(attempt), body }
    }
}
