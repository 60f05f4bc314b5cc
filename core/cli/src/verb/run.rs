//! `sqlflow run`.

use std::io::{self, Write};

use clap::{Args, ValueEnum};
use sqlflow_profile::Database;
use sqlflow_run::{Compiled, Observer, Problem, RunOptions, Workspace};
use sqlflow_state::{RunId, RunState, RunStatus};

use crate::choose;
use crate::failure::Outcome;
use crate::format::Report;
use crate::interrupt;
use crate::observer::json_log::JsonLog;
use crate::observer::plain::Plain;
use crate::observer::run_id::SeenRunId;
use crate::observer::terminal::Terminal;
use crate::render::{github, outcome, problems, run_json};
use crate::screen::Screen;
use crate::workspace_args::WorkspaceArgs;

/// The options of `sqlflow run`.
#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// Pipeline: NAME for pipelines/NAME.sf, or a path ending in .sf
    name: Option<String>,

    #[command(flatten)]
    workspace: WorkspaceArgs,

    /// Format of the result
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: Report,

    /// What is told while it runs; json is one event a line on standard output
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT", conflicts_with = "format")]
    log: Log,

    /// Tell nothing but errors
    #[arg(long, short)]
    quiet: bool,
}

/// What is told while a pipeline runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Log {
    /// For people, on standard error
    #[default]
    Text,
    /// The run's events, one JSON object a line, on standard output
    Json,
}

/// Checks a pipeline, runs it and tells how it ended.
pub(crate) fn run(args: &RunArgs) -> Outcome {
    let screen = Screen::new(args.quiet || args.log == Log::Json);
    let workspace = args.workspace.open(&screen)?;
    let name = choose::pipeline(args.name.as_deref(), workspace.project())?;
    say_where_tables_go(&workspace, &screen);
    let compiled = sqlflow_run::compile(&workspace, &name)?;
    let warnings = warnings(&workspace, &compiled);
    tell_warnings(&warnings, args.format, &screen)?;
    let id = SeenRunId::default();
    let options =
        RunOptions { cancel: interrupt::token(), observers: observers(args, &screen, &id) };
    let state = sqlflow_run::run(&workspace, &compiled, options)?;
    let exit_code = sqlflow_run::exit_class_of(&state).code();
    let ended = Ended { state, id: id.get(), exit_code, warnings };
    // The run is done: a reader who has gone changes nothing about how it ended.
    let _ = ended.tell(args, &screen);
    Ok(exit_code)
}

/// Tells warnings before the work begins; JSON has them in its document.
pub(crate) fn tell_warnings(
    warnings: &[Problem],
    format: Report,
    screen: &Screen,
) -> io::Result<()> {
    match format {
        Report::Text if !warnings.is_empty() => screen.say(problems::text(warnings).trim_end()),
        Report::Github => io::stdout().write_all(github::problems(warnings).as_bytes())?,
        Report::Text | Report::Json => {}
    }
    Ok(())
}

/// What is not wrong but worth saying, of the profile and of the pipeline.
pub(crate) fn warnings(workspace: &Workspace, compiled: &Compiled) -> Vec<Problem> {
    workspace.warnings().into_iter().chain(compiled.warnings.iter().cloned()).collect()
}

fn say_where_tables_go(workspace: &Workspace, screen: &Screen) {
    if workspace.profile().engine.database == Database::Memory {
        screen.say(
            "in memory: tables are gone when the run ends, only exports stay \
             (name a file under `engine.path` in the profile to keep them)",
        );
    }
}

fn observers(args: &RunArgs, screen: &Screen, id: &SeenRunId) -> Vec<Box<dyn Observer>> {
    let teller: Box<dyn Observer> = match args.log {
        Log::Json => Box::new(JsonLog),
        Log::Text if screen.is_terminal() => Box::new(Terminal::new(screen)),
        Log::Text => Box::new(Plain::new(screen)),
    };
    vec![teller, Box::new(id.clone())]
}

/// A run that has ended.
struct Ended {
    state: RunState,
    id: Option<RunId>,
    exit_code: u8,
    warnings: Vec<Problem>,
}

impl Ended {
    fn tell(&self, args: &RunArgs, screen: &Screen) -> io::Result<()> {
        if args.log == Log::Json {
            return Ok(());
        }
        if args.format == Report::Json {
            let document = run_json::json(&self.state, self.id, self.exit_code, &self.warnings);
            return writeln!(io::stdout(), "{document:#}");
        }
        let mut out = anstream::stdout();
        match args.format {
            Report::Github => out.write_all(outcome::annotations(&self.state).as_bytes())?,
            _ => screen.insist(&outcome::failures(&self.state)),
        }
        let green = self.state.status() == RunStatus::Succeeded;
        if green && args.quiet {
            return Ok(());
        }
        if green {
            out.write_all(outcome::exports(&self.state).as_bytes())?;
        }
        out.write_all(outcome::last_line(&self.state, self.id).as_bytes())
    }
}
