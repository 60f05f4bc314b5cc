//! A run in a line, as lists of runs show it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{RunId, RunState, RunStatus, StepError, StepStatus};

/// What lists tell of a run: a projection of its log, which can be made from it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunSummary {
    /// The run.
    pub run_id: RunId,
    /// The project, by its folder.
    pub project: String,
    /// The pipeline's name.
    pub pipeline: String,
    /// The profile's name.
    pub profile: String,
    /// How far it has come.
    pub status: RunStatus,
    /// The process that runs it, or ran it last.
    pub owner: String,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// The place of its last event.
    pub last_seq: u64,
    /// How many steps it has.
    pub steps: u64,
    /// How many of them are done.
    pub steps_done: u64,
    /// Rows written by the steps that are done.
    pub rows_out: u64,
    /// Why it failed.
    pub error: Option<StepError>,
    /// The first step that failed.
    pub failed_step: Option<String>,
}

impl RunSummary {
    /// What a state says in a line.
    pub fn of(run_id: RunId, state: &RunState) -> Self {
        let failure = state.failure();
        Self {
            run_id,
            project: state.project().to_owned(),
            pipeline: state.pipeline().to_owned(),
            profile: state.profile().to_owned(),
            status: state.status(),
            owner: state.owner().to_owned(),
            started_at: state.started_at(),
            finished_at: state.finished_at(),
            last_seq: state.last_seq(),
            steps: state.steps().len() as u64,
            steps_done: state.done.steps,
            rows_out: state.done.rows_out,
            error: failure.map(|failure| failure.error.clone()),
            failed_step: failure.and_then(|failure| failure.failed_step.clone()),
        }
    }
}

/// Which runs are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HistoryQuery {
    /// Of this project only.
    pub project: Option<String>,
    /// Of this pipeline only.
    pub pipeline: Option<String>,
    /// In this status only.
    pub status: Option<RunStatus>,
    /// With a step of this id only, in this status where one is given.
    pub step: Option<(String, Option<StepStatus>)>,
    /// Begun at this time or later.
    pub since: Option<Timestamp>,
    /// Older than this run, which was the last of the page before.
    pub before: Option<RunId>,
    /// The most runs of a page; 0 for all.
    pub limit: usize,
}

impl HistoryQuery {
    /// Whether a run is asked for, as far as its summary says.
    pub(crate) fn matches(&self, run: &RunSummary) -> bool {
        let same = |wanted: &Option<String>, is: &String| wanted.as_ref().is_none_or(|w| w == is);
        same(&self.project, &run.project)
            && same(&self.pipeline, &run.pipeline)
            && self.status.is_none_or(|status| status == run.status)
            && self.since.is_none_or(|since| run.started_at.is_some_and(|at| at >= since))
            && self.before.is_none_or(|before| run.run_id < before)
    }

    /// Whether a run is asked for in which the step asked for has this status, or is not there.
    pub(crate) fn matches_step(&self, status: Option<&str>) -> bool {
        self.step.as_ref().is_none_or(|(_, wanted)| {
            let same = |is| wanted.is_none_or(|wanted| wanted.to_string() == is);
            status.is_some_and(same)
        })
    }
}
