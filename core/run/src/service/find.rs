use sqlflow_state::{HistoryQuery, RunId};

use super::{PipelineService, of_store};
use crate::{ExitClass, Trouble, code, coordinator::scope_of, errors};

/// The word for the run that began last.
const LAST: &str = "last";

impl PipelineService {
    /// Finds a run of the project by its id, by the beginning of one that no other run has, or by
    /// `last`, the run that began last.
    ///
    /// # Errors
    ///
    /// No run's id begins like this (`SF0512`), or those of several do (`SF0513`). A whole id is
    /// taken as it is.
    pub fn find(&self, text: &str) -> Result<RunId, Trouble> {
        if let Ok(id) = text.parse() {
            return Ok(id);
        }
        let limit = usize::from(text == LAST);
        let runs = self.history(&HistoryQuery { limit, ..HistoryQuery::default() })?;
        let ids = runs.into_iter().map(|run| run.summary.run_id);
        let prefix = text.to_lowercase();
        let found: Vec<RunId> =
            ids.filter(|id| text == LAST || id.to_string().starts_with(&prefix)).collect();
        match found[..] {
            [id] => Ok(id),
            [] => Err(no_run(text)),
            [first, .., last] => Err(several(text, first, last)),
        }
    }

    /// The run of a pipeline that began last.
    ///
    /// # Errors
    ///
    /// The run store cannot be read.
    pub fn last_of(&self, pipeline: &str) -> Result<Option<RunId>, Trouble> {
        let query = HistoryQuery {
            pipeline: Some(self.name_of(pipeline)),
            limit: 1,
            ..HistoryQuery::default()
        };
        Ok(self.history(&query)?.pop().map(|run| run.summary.run_id))
    }

    /// The pipeline of a run, as it is named in this project today.
    ///
    /// # Errors
    ///
    /// There is no such run; its pipeline stood in no file, or is there no more.
    pub fn pipeline_of(&self, id: RunId) -> Result<String, Trouble> {
        let run = self.store.summary(&id).map_err(of_store)?;
        let scope = scope_of(&self.workspace, &run.pipeline);
        let pipelines = self.workspace.project().pipelines();
        let is_it = |name: &String| name.rsplit('/').next() == Some(run.pipeline.as_str());
        let found = pipelines.into_iter().find(is_it).filter(|_| scope.project == run.project);
        found.ok_or_else(|| gone(&run.pipeline, id))
    }

    /// The name under which the runs of a pipeline are kept.
    pub(super) fn name_of(&self, pipeline: &str) -> String {
        let path = self.workspace.project().pipeline_path(pipeline).ok();
        let stem = path.and_then(|path| Some(path.file_stem()?.to_string_lossy().into_owned()));
        stem.unwrap_or_else(|| pipeline.to_owned())
    }
}

fn no_run(text: &str) -> Trouble {
    let message = format!("no run has an id that begins with `{text}`");
    usage(code::NO_SUCH_RUN, message, "`sqlflow runs list` shows the runs of the project")
}

fn several(text: &str, first: RunId, last: RunId) -> Trouble {
    let message = format!("several runs have an id that begins with `{text}`: {first} … {last}");
    usage(code::AMBIGUOUS_RUN, message, "write more of the id")
}

fn gone(pipeline: &str, id: RunId) -> Trouble {
    let message = format!("the project has no pipeline `{pipeline}`, of which {id} is a run");
    usage(code::PIPELINE_GONE, message, "put its file back, or cancel the run and start anew")
}

fn usage(code: &str, message: String, remedy: &str) -> Trouble {
    let error = errors::noticed(code, "not_found", message, remedy);
    Trouble::Failed(Box::new(error), ExitClass::Usage)
}
