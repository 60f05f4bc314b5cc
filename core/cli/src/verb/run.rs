//! `sqlflow run`.

mod all;

use std::io::{self, IsTerminal, Write};

use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use sqlflow_profile::Database;
use sqlflow_run::{Attempt, CancelToken, Compiled, Observer, Problem, RunOptions, Workspace};
use sqlflow_state::{RunId, RunState, RunStatus};

use crate::choose;
use crate::failure::{Failure, Outcome};
use crate::format::Report;
use crate::interrupt;
use crate::observer::first_rows::FirstRows;
use crate::observer::json_log::JsonLog;
use crate::observer::plain::Plain;
use crate::observer::run_id::SeenRunId;
use crate::observer::terminal::Terminal;
use crate::render::clean::clean_line;
use crate::render::quantity::counted;
use crate::render::{github, outcome, problems, run_json};
use crate::screen::Screen;
use crate::workspace_args::WorkspaceArgs;

/// The options of `sqlflow run`.
#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// Pipeline: NAME for pipelines/NAME.sf, or a path ending in .sf
    name: Option<String>,

    /// Run these statements, which stand in no file
    #[arg(short = 'e', long = "execute", value_name = "STATEMENTS", conflicts_with = "name")]
    statements: Option<String>,

    /// Run every pipeline of the project, in the order of the tables they share
    #[arg(long, conflicts_with_all = ["name", "statements", "select"])]
    all: bool,

    /// Run only these steps, by id or table: a,b; a+ with what follows, +a with what comes before
    #[arg(long, value_name = "STEPS")]
    select: Option<String>,

    /// Read at most N rows of each source: a sample, which moves no watermark
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,

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
    let work = Work { args, screen, workspace, cancel: interrupt::token() };
    if args.all { work.all() } else { work.one() }
}

/// What is run, and how it is told.
struct Work<'a> {
    args: &'a RunArgs,
    screen: Screen,
    workspace: Workspace,
    cancel: CancelToken,
}

impl Work<'_> {
    fn one(&self) -> Outcome {
        let attempt = self.attempt()?;
        say_where_tables_go(&self.workspace, &self.screen);
        let compiled = sqlflow_run::sound_or_all_problems(&self.workspace, attempt, &self.cancel)?;
        let ended = self.run(&compiled)?;
        // The run is done: a reader who has gone changes nothing about how it ended.
        let _ = ended.tell(self.args, &self.screen, &self.notes(None));
        Ok(ended.exit_code)
    }

    fn attempt(&self) -> Result<Attempt, Failure> {
        let attempt = match &self.args.statements {
            Some(statements) => sqlflow_run::attempt_inline(&self.workspace, statements),
            None => {
                let name = choose::pipeline(self.args.name.as_deref(), self.workspace.project())?;
                sqlflow_run::attempt(&self.workspace, &name)?
            }
        };
        match &self.args.select {
            Some(selection) => Ok(attempt.select(selection)?),
            None => Ok(attempt),
        }
    }

    fn run(&self, compiled: &Compiled) -> Result<Ended, Failure> {
        let warnings = warnings(&self.workspace, compiled);
        tell_warnings(&warnings, self.args.format, &self.screen)?;
        let (id, first_rows) = (SeenRunId::default(), FirstRows::default());
        let options = RunOptions {
            sample: self.args.limit,
            cancel: self.cancel.clone(),
            observers: observers(self.args, &self.screen, (&id, &first_rows)),
            ..RunOptions::default()
        };
        let state = sqlflow_run::run(&self.workspace, compiled, options)?;
        let exit_code = sqlflow_run::exit_class_of(&state).code();
        let (id, sample) = (id.get(), self.args.limit);
        Ok(Ended { state, id, first_rows, exit_code, warnings, sample })
    }

    /// What the last line says before all: which pipeline of several, and that a sample is one.
    fn notes(&self, pipeline: Option<&str>) -> Vec<String> {
        let sample = self
            .args
            .limit
            .map(|limit| format!("SAMPLE of at most {} a source", counted(limit, "row")));
        pipeline.map(clean_line).into_iter().chain(sample).collect()
    }
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

fn observers(
    args: &RunArgs,
    screen: &Screen,
    (id, first_rows): (&SeenRunId, &FirstRows),
) -> Vec<Box<dyn Observer>> {
    let teller: Box<dyn Observer> = match args.log {
        Log::Json => Box::new(JsonLog),
        Log::Text if screen.is_terminal() => Box::new(Terminal::new(screen)),
        Log::Text => Box::new(Plain::new(screen)),
    };
    let mut observers: Vec<Box<dyn Observer>> = vec![teller, Box::new(id.clone())];
    // What is shown to a person is not meant for the logs that a pipe may lead to.
    if io::stdout().is_terminal() {
        observers.push(Box::new(first_rows.clone()));
    }
    observers
}

/// A run that has ended.
struct Ended {
    state: RunState,
    id: Option<RunId>,
    first_rows: FirstRows,
    exit_code: u8,
    warnings: Vec<Problem>,
    sample: Option<u64>,
}

impl Ended {
    fn tell(&self, args: &RunArgs, screen: &Screen, notes: &[String]) -> io::Result<()> {
        if args.log == Log::Json {
            return Ok(());
        }
        if args.format == Report::Json {
            return writeln!(io::stdout(), "{:#}", self.json());
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
            out.write_all(outcome::exports(&self.state, &self.first_rows).as_bytes())?;
        }
        out.write_all(outcome::last_line(&self.state, self.id, notes).as_bytes())
    }

    fn json(&self) -> Value {
        let mut document = run_json::json(&self.state, self.id, self.exit_code, &self.warnings);
        document["sample"] = json!(self.sample);
        document
    }
}
