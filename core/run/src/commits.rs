//! The markers of what a run has done, in the database that it was done to.
//!
//! A marker is written in the transaction of the step's own work, so that the two are there both or
//! not at all. After a crash it tells what the log of the run does not know.

use sqlflow_engine::{Session, quote_literal};
use sqlflow_state::{RunId, StepError, StepResult};

use crate::{code, errors};

/// The table of the markers. The key is the guard: no step commits twice in a run.
pub(crate) const TABLE: &str = "CREATE TABLE IF NOT EXISTS _sqlflow.commits (
    run_id VARCHAR NOT NULL, step VARCHAR NOT NULL, attempt INTEGER NOT NULL,
    result VARCHAR NOT NULL, committed_at TIMESTAMP NOT NULL DEFAULT current_timestamp,
    PRIMARY KEY (run_id, step))";

/// A marker.
#[derive(Debug)]
pub(crate) struct Commit {
    /// The attempt that committed.
    pub(crate) attempt: u32,
    /// What it did.
    pub(crate) result: StepResult,
}

/// The marker of a step, where it has committed in this run.
pub(crate) fn find(
    session: &mut dyn Session,
    run: RunId,
    step: &str,
) -> Result<Option<Commit>, StepError> {
    let (run, step) = (quote_literal(&run.to_string()), quote_literal(step));
    let sql = format!(
        "SELECT attempt::VARCHAR, result FROM _sqlflow.commits WHERE run_id = {run} AND step = {step}"
    );
    let mut rows = session.query(&sql).map_err(errors::of_engine)?;
    while let Some(batch) = rows.next().map_err(errors::of_engine)? {
        if batch.num_rows() == 0 {
            continue;
        }
        let text = |column| arrow::util::display::array_value_to_string(batch.column(column), 0);
        let (Ok(attempt), Ok(result)) = (text(0), text(1)) else { return Err(unreadable()) };
        let attempt = attempt.parse().map_err(|_| unreadable())?;
        let result = serde_json::from_str(&result).map_err(|_| unreadable())?;
        return Ok(Some(Commit { attempt, result }));
    }
    Ok(None)
}

/// Writes the marker of a step into the open transaction.
pub(crate) fn mark(
    session: &mut dyn Session,
    run: RunId,
    step: &str,
    commit: &Commit,
) -> Result<(), StepError> {
    let result = serde_json::to_string(&commit.result).map_err(|_| unreadable())?;
    let (run, step) = (quote_literal(&run.to_string()), quote_literal(step));
    let (attempt, result) = (commit.attempt, quote_literal(&result));
    let sql = format!(
        "INSERT INTO _sqlflow.commits (run_id, step, attempt, result)
         VALUES ({run}, {step}, {attempt}, {result})"
    );
    session.execute(&sql).map(drop).map_err(errors::of_engine)
}

fn unreadable() -> StepError {
    let message = "a row of `_sqlflow.commits` is not as SQLFlow writes it".to_owned();
    let remedy = "leave the schema `_sqlflow` to SQLFlow; restore the database, or start anew";
    errors::noticed(code::BUG, "bug", message, remedy)
}
