use std::sync::Arc;

use sqlflow_state::{RunId, RunState, RunSummary};

use crate::Trouble;

/// How a run is, at the time of the question.
#[derive(Debug, Clone)]
pub struct RunView {
    /// The run.
    pub run_id: RunId,
    /// What its log says; a run that is not begun yet is pending.
    pub state: RunState,
    /// Whether a process that is not known to be dead runs it.
    pub is_live: bool,
    /// What kept it from beginning, or from being taken up, where this service was asked to.
    pub refused: Option<Arc<Trouble>>,
}

impl RunView {
    /// Whether it has not ended and its process has died: it can be resumed.
    pub fn is_interrupted(&self) -> bool {
        !self.state.is_terminal() && !self.is_live && self.refused.is_none()
    }

    /// Whether it stays as it is, unless somebody asks for something.
    pub fn has_come_to_rest(&self) -> bool {
        self.refused.is_some() || self.state.is_terminal() || !self.is_live
    }

    /// A word for how it is: a status of the log, or `interrupted`, which no log can say.
    pub fn word(&self) -> String {
        match (&self.refused, self.is_interrupted()) {
            (Some(_), _) => "refused".to_owned(),
            (None, true) => "interrupted".to_owned(),
            (None, false) => self.state.status().to_string(),
        }
    }
}

/// A run in a line of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunLine {
    /// What its log says.
    pub summary: RunSummary,
    /// Whether it has not ended and its process has died.
    pub is_interrupted: bool,
}

impl RunLine {
    /// A word for how it is, as [`RunView::word`].
    pub fn word(&self) -> String {
        if self.is_interrupted { "interrupted".to_owned() } else { self.summary.status.to_string() }
    }
}
