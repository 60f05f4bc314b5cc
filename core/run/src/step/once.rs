//! A step's work, its marker and nothing else in one transaction: done once in a run, whenever the
//! process dies.

use std::time::Instant;

use sqlflow_engine::Session;
use sqlflow_fault as fault;
use sqlflow_state::{StepError, StepResult};

use super::Attempt;
use crate::{
    commits::{self, Commit},
    errors,
    meter::micros,
};

/// Does `work` in a transaction with its marker, unless an earlier attempt of this run has: then
/// what that one did is the result.
pub(super) fn once(
    attempt: &Attempt<'_>,
    session: &mut dyn Session,
    began: Instant,
    work: impl FnOnce(&mut dyn Session) -> Result<StepResult, StepError>,
) -> Result<StepResult, StepError> {
    session.begin().map_err(errors::of_engine)?;
    fault::point(fault::STEP_BEGUN);
    let done = in_transaction(attempt, session, began, work);
    if !matches!(&done, Ok(result) if !result.recovered) {
        // The first error is the one to tell; dropping the session rolls back too.
        let _ = session.rollback();
    }
    done
}

fn in_transaction(
    attempt: &Attempt<'_>,
    session: &mut dyn Session,
    began: Instant,
    work: impl FnOnce(&mut dyn Session) -> Result<StepResult, StepError>,
) -> Result<StepResult, StepError> {
    let (run, step) = (attempt.run.id, attempt.step.id.as_str());
    if let Some(earlier) = commits::find(session, run, step)? {
        fault::point(fault::STEP_RECOVERED);
        return Ok(StepResult { recovered: true, ..earlier.result });
    }
    fault::point(fault::STEP_UNMARKED);
    let worked = work(session)?;
    fault::point(fault::STEP_WORKED);
    let result = StepResult { duration_us: micros(began.elapsed()), ..worked };
    let commit = Commit { attempt: attempt.number, result };
    commits::mark(session, run, step, &commit)?;
    fault::point(fault::STEP_MARKED);
    attempt.run.check_fence()?;
    fault::point(fault::STEP_FENCED);
    session.commit().map_err(errors::of_engine)?;
    fault::point(fault::STEP_COMMITTED);
    Ok(commit.result)
}
