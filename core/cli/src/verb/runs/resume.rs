//! `sqlflow runs resume`.

use clap::Args;
use sqlflow_run::{Compiled, PipelineService, RunView};
use sqlflow_state::{RunId, StepState};

use crate::code;
use crate::failure::{Failure, Outcome};
use crate::format::Report;
use crate::render::clean::clean_line;
use crate::screen::Screen;
use crate::verb::run::{self, HowArgs};
use crate::workspace_args::WorkspaceArgs;

/// The options of `sqlflow runs resume`.
#[derive(Debug, Args)]
pub(crate) struct RunsResumeArgs {
    /// The run: its id, the beginning of one, `last`, or a pipeline for its last run
    run: String,

    #[command(flatten)]
    how: HowArgs,
}

impl RunsResumeArgs {
    /// The format that was asked for.
    pub(super) fn report(&self) -> Report {
        self.how.format
    }

    /// The project that it works on.
    pub(super) fn workspace(&self) -> &WorkspaceArgs {
        &self.how.workspace
    }
}

/// Reads the pipeline of a run again and takes the run up; what is done stays done.
pub(super) fn resume(args: &RunsResumeArgs) -> Outcome {
    let screen = args.how.screen();
    let service = PipelineService::look(args.how.workspace.open(&screen)?)?;
    let id = find(&service, &args.run)?;
    let view = service.status(id)?;
    let pipeline = service.pipeline_of(id)?;
    // What is done of it is done in the database of its own profile.
    let workspace = args.how.workspace.open_with(Some(view.state.profile()), &screen)?;
    let tell = |compiled: &Compiled, screen: &Screen| screen.say(&what_is_left(&view, compiled));
    run::resume(&args.how, workspace, (id, &pipeline), tell)
}

/// A pipeline's name stands for its last run.
fn find(service: &PipelineService, text: &str) -> Result<RunId, Failure> {
    let is_pipeline = service.workspace().project().pipelines().iter().any(|name| name == text);
    if !is_pipeline {
        return Ok(service.find(text)?);
    }
    service.last_of(text)?.ok_or_else(|| {
        let message = format!("`{}` has never been run", clean_line(text));
        Failure::usage(code::NEVER_RUN, message, format!("`sqlflow run {text}` runs it"))
    })
}

/// What is done and what is going to run.
fn what_is_left(view: &RunView, compiled: &Compiled) -> String {
    let is_done = |id: &str| view.state.step(id).is_some_and(StepState::is_done);
    let ids = || compiled.plan.steps.iter().map(|step| step.id.as_str());
    let listed = |done: bool| ids().filter(|id| is_done(id) == done).collect::<Vec<_>>().join(", ");
    clean_line(&format!(
        "done: {}; to run: {}",
        or_nothing(listed(true)),
        or_nothing(listed(false))
    ))
}

fn or_nothing(list: String) -> String {
    if list.is_empty() { "nothing".to_owned() } else { list }
}
