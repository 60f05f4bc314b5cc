use sqlflow_state::{StepError, StepResult};

use super::Attempt;
use crate::{code, errors};

/// Fails: a plan with a TEST is refused before its first step.
pub(super) fn execute(attempt: &Attempt<'_>) -> Result<StepResult, StepError> {
    let message = format!("the test `{}` is not run yet", attempt.step.name);
    Err(errors::noticed(code::BUG, "bug", message, "take it out, and report this"))
}
