//! The runs of a project, as a library: start, status, cancel, history, resume.

mod cancel;
mod find;
mod prune;
mod started;
mod view;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use sqlflow_state::{Event, HistoryQuery, RunId, RunState, RunStore, RunSummary, StoreError};

use self::started::Started;
pub use self::{
    prune::Keep,
    view::{RunLine, RunView},
};
use crate::{
    ExitClass, RunOptions, Trouble, Workspace, audit,
    coordinator::{Which, drive_in, last_run, load, scope_of, was_interrupted},
    errors, run_store, standing,
};

/// How often a run of another process is looked at while it is waited for.
const LOOK: Duration = Duration::from_millis(100);

/// Starts the runs of a project, tells how they are, cancels them and takes them up.
///
/// Every question is answered from the run store, so that it can be asked of runs of any process,
/// also while one holds the database file. A run that was started here goes on when the service is
/// dropped, and dies with the process: then it is interrupted, and can be resumed.
///
/// ```no_run
/// use sqlflow_run::{NoticeSink, Options, PipelineService, RunOptions, Workspace};
///
/// # fn example(notices: NoticeSink) -> Result<(), Box<dyn std::error::Error>> {
/// let options = Options { start: "shop".into(), ..Options::default() };
/// let service = PipelineService::open(Workspace::open(options, notices)?)?;
/// let run = service.start("daily", RunOptions::default())?;
/// for step in service.status(run)?.state.steps() {
///     println!("{}: {}, attempt {}", step.planned.name, step.status, step.attempt);
/// }
/// service.cancel(run)?;
/// assert!(service.wait(run)?.state.is_terminal());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct PipelineService {
    workspace: Arc<Workspace>,
    store: Arc<dyn RunStore>,
    started: Mutex<HashMap<RunId, Arc<Started>>>,
}

impl PipelineService {
    /// Opens the run store that the project's profile names.
    ///
    /// # Errors
    ///
    /// The store cannot be opened, or is not as it was written.
    pub fn open(workspace: impl Into<Arc<Workspace>>) -> Result<Self, Trouble> {
        let workspace = workspace.into();
        let store = run_store::open(&workspace, true).map_err(Trouble::before)?;
        Ok(Self { workspace, store, started: Mutex::default() })
    }

    /// The same for who only asks: where no run was ever kept, nothing is made.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn look(workspace: impl Into<Arc<Workspace>>) -> Result<Self, Trouble> {
        let workspace = workspace.into();
        let store = run_store::open_to_look(&workspace).map_err(Trouble::before)?;
        Ok(Self { workspace, store, started: Mutex::default() })
    }

    /// The project.
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// Starts a run of a pipeline, named or by path, and returns at once: reading, checking and
    /// running it is done on a thread of the run's own. What keeps it from beginning is told by
    /// [`status`](Self::status).
    ///
    /// With [`RunOptions::id`] a run of that id is begun, or is there already and nothing happens.
    /// Without, the pipeline's last run is taken up where its process died, unless
    /// [`RunOptions::fresh`] gives it up.
    ///
    /// # Errors
    ///
    /// There is no such pipeline, or the run store cannot be read.
    pub fn start(&self, pipeline: &str, options: RunOptions) -> Result<RunId, Trouble> {
        let path = self.workspace.project().pipeline_path(pipeline);
        path.map_err(|error| Trouble::usage(error.code, error.to_string(), error.help))?;
        let (id, which) = self.next(pipeline, &options)?;
        if options.id.is_some() && self.is_known(id)? {
            return Ok(id);
        }
        Ok(self.spawn(
            pipeline.to_owned(),
            id,
            RunOptions { id: new_id(which, id), ..options },
            which,
        ))
    }

    /// The run that [`start`](Self::start) would take up instead of beginning a new one.
    ///
    /// # Errors
    ///
    /// The run store cannot be read.
    pub fn interrupted(&self, pipeline: &str) -> Result<Option<RunView>, Trouble> {
        let scope = scope_of(&self.workspace, &self.name_of(pipeline));
        let profile = &self.workspace.profile().name;
        let last = last_run(self.store.as_ref(), &scope, profile).map_err(of_store)?;
        let Some((id, state)) = last else {
            return Ok(None);
        };
        let view = self.view(id, state)?;
        Ok(Some(view).filter(|view| was_interrupted(&view.state) && !view.is_live))
    }

    /// Takes up a run that was interrupted, failed or cancelled, on a thread of its own: its
    /// pipeline is read again, and what is done stays done.
    ///
    /// # Errors
    ///
    /// There is no such run, or the run store cannot be read. That the run has succeeded, or that a
    /// step that is done has changed, is told by [`status`](Self::status).
    pub fn resume(&self, id: RunId, options: RunOptions) -> Result<RunId, Trouble> {
        let pipeline = self.pipeline_of(id)?;
        Ok(self.spawn(pipeline, id, RunOptions { id: None, ..options }, Which::This(id)))
    }

    /// How a run is: its state, the steps with their attempts, rows, times and errors, and whether
    /// its process has died.
    ///
    /// # Errors
    ///
    /// There is no such run (`SF0702`), or the run store cannot be read.
    pub fn status(&self, id: RunId) -> Result<RunView, Trouble> {
        let refused = self.of_id(id).and_then(|started| started.refused());
        match load(self.store.as_ref(), id) {
            Ok(state) => Ok(RunView { refused, ..self.view(id, state)? }),
            Err(StoreError::RunNotFound { .. }) if self.of_id(id).is_some() => {
                Ok(RunView { run_id: id, state: RunState::default(), is_live: true, refused })
            }
            Err(error) => Err(of_store(error)),
        }
    }

    /// Waits until a run has ended, or nobody is there to end it.
    ///
    /// # Errors
    ///
    /// As [`status`](Self::status).
    pub fn wait(&self, id: RunId) -> Result<RunView, Trouble> {
        if let Some(started) = self.of_id(id) {
            started.wait();
        }
        loop {
            let view = self.status(id)?;
            if view.has_come_to_rest() {
                return Ok(view);
            }
            thread::sleep(LOOK);
        }
    }

    /// The runs of the project that are asked for, the newest first. The page behind one is asked
    /// for with its last run in [`HistoryQuery::before`].
    ///
    /// # Errors
    ///
    /// The run store cannot be read.
    pub fn history(&self, query: &HistoryQuery) -> Result<Vec<RunLine>, Trouble> {
        let project = scope_of(&self.workspace, "").project;
        let query = HistoryQuery { project: Some(project), ..query.clone() };
        let runs = self.store.history(&query).map_err(of_store)?;
        let line = |summary| {
            let is_interrupted = standing::is_interrupted(self.store.as_ref(), &summary);
            Ok(RunLine { is_interrupted: is_interrupted.map_err(of_store)?, summary })
        };
        runs.into_iter().map(line).collect()
    }

    /// Reads a run's log and tells what is wrong with it: nothing, for every run that SQLFlow wrote.
    ///
    /// # Errors
    ///
    /// There is no such run; the log is not what was appended to it (`SF0709`).
    pub fn verify(&self, id: RunId) -> Result<Vec<String>, Trouble> {
        Ok(audit::audit(&self.store.load(&id, 0).map_err(of_store)?))
    }

    /// The events of a run.
    ///
    /// # Errors
    ///
    /// As [`verify`](Self::verify).
    pub fn events(&self, id: RunId) -> Result<Vec<Event>, Trouble> {
        self.store.load(&id, 0).map_err(of_store)
    }

    /// Compares what lists of runs show with the logs, and returns the runs that differ; with
    /// `repair`, what differs is made again.
    ///
    /// # Errors
    ///
    /// A log is not what was appended to it: a log is never repaired.
    pub fn rebuild(&self, repair: bool) -> Result<Vec<RunId>, Trouble> {
        self.store.rebuild(repair).map_err(of_store)
    }

    /// The run to drive, by what is asked for.
    fn next(&self, pipeline: &str, options: &RunOptions) -> Result<(RunId, Which), Trouble> {
        if let Some(id) = options.id {
            return Ok((id, Which::Plain));
        }
        let interrupted = if options.fresh { None } else { self.interrupted(pipeline)? };
        Ok(match interrupted {
            Some(view) => (view.run_id, Which::This(view.run_id)),
            None => (RunId::new(), Which::Plain),
        })
    }

    fn spawn(&self, pipeline: String, id: RunId, options: RunOptions, which: Which) -> RunId {
        let started = Arc::new(Started::new(options.cancel.clone()));
        self.runs().insert(id, Arc::clone(&started));
        let (workspace, store) = (Arc::clone(&self.workspace), Arc::clone(&self.store));
        started.go(move || {
            let attempt = crate::attempt(&workspace, &pipeline)?;
            let compiled = crate::sound_or_all_problems(&workspace, attempt, &options.cancel)?;
            drive_in(&store, &workspace, &compiled, options, which).map(drop)
        });
        id
    }

    fn is_known(&self, id: RunId) -> Result<bool, Trouble> {
        match self.store.summary(&id) {
            Ok(_) => Ok(true),
            Err(StoreError::RunNotFound { .. }) => Ok(self.of_id(id).is_some()),
            Err(error) => Err(of_store(error)),
        }
    }

    fn view(&self, id: RunId, state: RunState) -> Result<RunView, Trouble> {
        let summary = RunSummary::of(id, &state);
        let is_live = standing::is_live(self.store.as_ref(), &summary).map_err(of_store)?;
        Ok(RunView { run_id: id, state, is_live, refused: None })
    }

    fn of_id(&self, id: RunId) -> Option<Arc<Started>> {
        self.runs().get(&id).map(Arc::clone)
    }

    fn runs(&self) -> MutexGuard<'_, HashMap<RunId, Arc<Started>>> {
        self.started.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The id of a run that is begun anew.
fn new_id(which: Which, id: RunId) -> Option<RunId> {
    matches!(which, Which::Plain).then_some(id)
}

fn of_store(error: StoreError) -> Trouble {
    let is_usage = matches!(error, StoreError::RunNotFound { .. });
    let error = errors::of_store(&error);
    if is_usage {
        Trouble::Failed(Box::new(error), ExitClass::Usage)
    } else {
        Trouble::before(error)
    }
}
