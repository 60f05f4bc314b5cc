use rusqlite::Transaction;
use sqlflow_fault as fault;

use super::failed::Failed;
use super::{projection, read};
use crate::{RunId, RunState, apply};

pub(super) fn rebuild(on: &Transaction<'_>, repair: bool) -> Result<Vec<RunId>, Failed> {
    check_pages(on)?;
    let mut differed = Vec::new();
    for run in runs(on)? {
        let state = read::load(on, &run, 0)?.iter().fold(RunState::default(), apply);
        if projection::agrees(on, &run, &state)? {
            continue;
        }
        if repair {
            projection::make(on, &run, &state)?;
            fault::point(fault::STORE_REBUILDING);
        }
        differed.push(run);
    }
    Ok(differed)
}

/// Lets SQLite read the whole file.
fn check_pages(on: &Transaction<'_>) -> Result<(), Failed> {
    let found: String = on.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if found == "ok" { Ok(()) } else { Err(Failed::corrupt(found)) }
}

/// Every run of which anything is kept.
fn runs(on: &Transaction<'_>) -> Result<Vec<RunId>, Failed> {
    let mut find = on.prepare(
        "SELECT run_id FROM run_heads UNION SELECT run_id FROM run_events
         UNION SELECT run_id FROM runs UNION SELECT run_id FROM run_steps ORDER BY run_id",
    )?;
    let found = find.query_map([], |row| row.get::<_, String>(0))?;
    found.map(|run| read::run_id(&run?)).collect()
}
