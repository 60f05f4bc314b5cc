use std::sync::Arc;

use sqlflow_plan::Step;
use sqlflow_state::{StepError, StepResult};

use super::RunContext;
use crate::{code, errors, meter::Meter};

/// Fails: a plan with a TEST is refused before its first step.
pub(super) fn execute(
    _context: &RunContext<'_>,
    step: &Step,
    _meter: &Arc<Meter>,
) -> Result<StepResult, StepError> {
    let message = format!("the test `{}` is not run yet", step.name);
    Err(errors::noticed(code::BUG, "bug", message, "take it out, and report this"))
}
