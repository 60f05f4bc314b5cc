//! What the end of an attempt means for its run.

use sqlflow_plan::Step;
use sqlflow_state::{Command, Criticality, Failure, RunStatus, StepResult, Timestamp};

use super::{log::Log, workers::Ended};
use crate::{meter::micros, retry::next_attempt};

/// The command that an attempt's outcome leads to; none where the run is left as it is, because
/// the process has to stop.
pub(super) fn command(log: &Log, planned: &Step, ended: Ended, is_left: bool) -> Option<Command> {
    let step = planned.id.clone();
    let rows_in = ended.running.meter.rows();
    let error = match ended.outcome {
        Ok(result) => {
            let result = Box::new(with_options(planned, result));
            return Some(Command::CompleteStep { step, result });
        }
        Err(_) if is_left => return None,
        Err(error) => error,
    };
    if error.kind == "cancelled" && log.state().status() == RunStatus::Cancelling {
        return Some(Command::CancelStep { step });
    }
    let failures = log.state().step(&step).map_or(0, |step| step.failures) + 1;
    let due = next_attempt(log.run(), planned, failures, &error, Timestamp::now());
    let result = with_options(planned, StepResult { rows_in, ..StepResult::default() });
    let failure = Box::new(Failure { error, result });
    Some(match due {
        Some(due) => Command::RetryStep { step, failure, due },
        None => Command::FailStep { step, failure },
    })
}

/// What the pipeline's author says of the step stands beside what it did.
fn with_options(planned: &Step, result: StepResult) -> StepResult {
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
