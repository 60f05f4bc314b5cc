use std::{collections::BTreeSet, time::Duration};

use sqlflow_engine::{Purpose, quote_literal};
use sqlflow_profile::Database;
use sqlflow_state::{HistoryQuery, RunStatus, StepError, Timestamp};

use super::{PipelineService, RunLine, of_store};
use crate::{Trouble, errors, warehouse::Warehouse};

/// Which runs are kept when others are removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Those that ended within this time.
    Younger(Duration),
    /// So many of each pipeline, the newest.
    Newest(usize),
}

impl PipelineService {
    /// The runs that [`prune`](Self::prune) would remove, the newest first. Never one that can
    /// still be taken up: one that has not ended, or a failed or cancelled one that is the last of
    /// its pipeline.
    ///
    /// # Errors
    ///
    /// The run store cannot be read.
    pub fn prunable(&self, keep: Keep) -> Result<Vec<RunLine>, Trouble> {
        let runs = self.history(&HistoryQuery::default())?;
        let mut newer = std::collections::BTreeMap::<String, usize>::new();
        let mut gone = Vec::new();
        for run in runs {
            let before = newer.entry(run.summary.pipeline.clone()).or_default();
            if !can_be_resumed(&run, *before == 0) && !is_kept(&run, *before, keep) {
                gone.push(run);
            }
            *before += 1;
        }
        Ok(gone)
    }

    /// Removes these runs from the run store, and their markers from the profile's database where
    /// it can be opened; otherwise says why the markers, which do no harm, are left.
    ///
    /// # Errors
    ///
    /// The run store cannot be written.
    pub fn prune(&self, runs: &[RunLine]) -> Result<Option<StepError>, Trouble> {
        for run in runs {
            self.store.remove(&run.summary.run_id).map_err(of_store)?;
        }
        Ok(self.remove_markers(runs).err())
    }

    fn remove_markers(&self, runs: &[RunLine]) -> Result<(), StepError> {
        let Database::File(path) = &self.workspace.profile().engine.database else { return Ok(()) };
        if runs.is_empty() || !path.exists() {
            return Ok(());
        }
        let ids: BTreeSet<String> =
            runs.iter().map(|run| quote_literal(&run.summary.run_id.to_string())).collect();
        let ids = ids.into_iter().collect::<Vec<_>>().join(", ");
        let warehouse = Warehouse::open_to(&self.workspace, Purpose::Work)?;
        let sql = format!("DELETE FROM _sqlflow.commits WHERE run_id IN ({ids})");
        warehouse.session()?.execute(&sql).map(drop).map_err(errors::of_engine)
    }
}

fn can_be_resumed(run: &RunLine, is_last: bool) -> bool {
    match run.summary.status {
        RunStatus::Succeeded => false,
        RunStatus::Failed | RunStatus::Cancelled => is_last,
        RunStatus::Pending | RunStatus::Running | RunStatus::Cancelling => true,
    }
}

fn is_kept(run: &RunLine, newer: usize, keep: Keep) -> bool {
    match keep {
        Keep::Newest(count) => newer < count,
        Keep::Younger(age) => run.summary.finished_at.is_none_or(|ended| {
            let passed = Timestamp::now().duration_since(ended);
            Duration::try_from(passed).is_ok_and(|passed| passed < age) || passed.is_negative()
        }),
    }
}
