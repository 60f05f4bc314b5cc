//! What is told of an attempt that has ended.

use sqlflow_plan::Step;
use sqlflow_state::{Command, Criticality, StepResult};

use crate::meter::micros;

/// The attempt did its work.
pub(super) fn complete(planned: &Step, result: StepResult) -> Command {
    let result = Box::new(with_options(planned, result));
    Command::CompleteStep { step: planned.id.clone(), result }
}

/// What the pipeline's author says of the step stands beside what it did.
pub(super) fn with_options(planned: &Step, result: StepResult) -> StepResult {
    let options = &planned.options;
    StepResult {
        criticality: match options.criticality {
            Some(sqlflow_plan::Criticality::Low) => Criticality::Low,
            Some(sqlflow_plan::Criticality::High) => Criticality::High,
            Some(sqlflow_plan::Criticality::Critical) => Criticality::Critical,
            Some(sqlflow_plan::Criticality::Normal) | None => Criticality::Normal,
        },
        expected_duration_us: options.expected_duration.map(micros),
        ..result
    }
}
