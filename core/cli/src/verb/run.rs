//! `sqlflow run`.

mod all;
mod detach;
mod ended;
mod how;

use std::io::{self, IsTerminal, Write};

use clap::Args;
use sqlflow_profile::Database;
use sqlflow_run::{Attempt, Compiled, Observer, Problem, RunOptions, Workspace};
use sqlflow_state::RunId;

use self::ended::Ended;
pub(crate) use self::how::{HowArgs, Log};
use crate::choose;
use crate::exit;
use crate::failure::{Failure, Outcome};
use crate::format::Report;
use crate::interrupt::Interrupts;
use crate::observer::first_rows::FirstRows;
use crate::observer::json_log::JsonLog;
use crate::observer::plain::Plain;
use crate::observer::run_id::SeenRunId;
use crate::observer::terminal::Terminal;
use crate::render::clean::clean_line;
use crate::render::quantity::counted;
use crate::render::{failure, github, problems};
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

    /// Begin anew where the last run was interrupted, instead of going on with it
    #[arg(long)]
    fresh: bool,

    /// Wait while another process runs the pipeline, instead of refusing
    #[arg(long)]
    wait: bool,

    /// Print the run's id and return; the run goes on in a process of its own
    #[arg(long, conflicts_with_all = ["statements", "all", "no_state", "log", "format"])]
    detach: bool,

    /// Keep nothing of the run once it has ended
    #[arg(long)]
    no_state: bool,

    /// The id of a run that is begun anew
    #[arg(long, hide = true, value_name = "ID")]
    run_id: Option<RunId>,

    #[command(flatten)]
    how: HowArgs,
}

impl RunArgs {
    /// The format that was asked for.
    pub(crate) fn report(&self) -> Report {
        self.how.format
    }

    /// The project that it works on.
    pub(crate) fn workspace(&self) -> &WorkspaceArgs {
        &self.how.workspace
    }
}

/// Checks a pipeline, runs it and tells how it ended.
pub(crate) fn run(args: &RunArgs) -> Outcome {
    let screen = args.how.screen();
    let workspace = args.how.workspace.open(&screen)?;
    if args.detach {
        return detach::detach(args, workspace, &screen);
    }
    let work = Work::new(&args.how, screen, workspace, Which::New(args));
    work.end(if args.all { work.all() } else { work.one() })
}

/// Takes a run up and tells how it ended; `tell_plan` says before what is done of it.
pub(crate) fn resume(
    how: &HowArgs,
    workspace: Workspace,
    (id, pipeline): (RunId, &str),
    tell_plan: impl FnOnce(&Compiled, &Screen),
) -> Outcome {
    let work = Work::new(how, how.screen(), workspace, Which::Old(id));
    work.end(sqlflow_run::attempt(&work.workspace, pipeline).map_err(Failure::from).and_then(
        |attempt| {
            let compiled = work.sound(attempt)?;
            tell_plan(&compiled, &work.screen);
            work.run_and_tell(&compiled)
        },
    ))
}

/// What is run, and how it is told.
struct Work<'a> {
    how: &'a HowArgs,
    which: Which<'a>,
    screen: Screen,
    workspace: Workspace,
    interrupts: Interrupts,
}

/// Which run.
#[derive(Debug, Clone, Copy)]
enum Which<'a> {
    /// What `sqlflow run` was asked for.
    New(&'a RunArgs),
    /// One that began before.
    Old(RunId),
}

impl<'a> Work<'a> {
    fn new(how: &'a HowArgs, screen: Screen, workspace: Workspace, which: Which<'a>) -> Self {
        Self { how, which, screen, workspace, interrupts: Interrupts::listen() }
    }

    fn one(&self) -> Outcome {
        let Which::New(args) = self.which else { return Ok(exit::OK) };
        let attempt = self.attempt(args)?;
        say_where_tables_go(&self.workspace, &self.screen);
        let compiled = self.sound(attempt)?;
        self.run_and_tell(&compiled)
    }

    fn sound(&self, attempt: Attempt) -> Result<Compiled, Failure> {
        let cancel = self.interrupts.any();
        Ok(sqlflow_run::sound_or_all_problems(&self.workspace, attempt, &cancel)?)
    }

    fn run_and_tell(&self, compiled: &Compiled) -> Outcome {
        let ended = self.run(compiled)?;
        // The run is done: a reader who has gone changes nothing about how it ended.
        let _ = ended.tell(self.how, &self.screen, &self.notes(None));
        Ok(ended.exit_code)
    }

    /// The exit code: that of the signal, where one has stopped the process.
    fn end(&self, outcome: Outcome) -> Outcome {
        match (outcome, self.interrupts.stopped_by()) {
            (Err(failure), Some(code)) => {
                failure::tell(&failure, self.how.format);
                Ok(code)
            }
            (outcome, _) => outcome,
        }
    }

    fn attempt(&self, args: &RunArgs) -> Result<Attempt, Failure> {
        let attempt = match &args.statements {
            Some(statements) => sqlflow_run::attempt_inline(&self.workspace, statements),
            None => {
                let name = choose::pipeline(args.name.as_deref(), self.workspace.project())?;
                sqlflow_run::attempt(&self.workspace, &name)?
            }
        };
        match &args.select {
            Some(selection) => Ok(attempt.select(selection)?),
            None => Ok(attempt),
        }
    }

    fn run(&self, compiled: &Compiled) -> Result<Ended, Failure> {
        let warnings = warnings(&self.workspace, compiled);
        // A reader who has gone keeps no run from its work.
        let _ = tell_warnings(&warnings, self.how.format, &self.screen);
        let (id, first_rows) = (SeenRunId::default(), FirstRows::default());
        let observers = observers(self.how, &self.screen, (&id, &first_rows));
        let options = self.options(observers);
        let state = match self.which {
            Which::New(_) => sqlflow_run::run(&self.workspace, compiled, options)?,
            Which::Old(run) => sqlflow_run::resume(&self.workspace, compiled, run, options)?,
        };
        let by_signal = self.interrupts.stopped_by().filter(|_| !state.is_terminal());
        let exit_code = by_signal.unwrap_or_else(|| sqlflow_run::exit_class_of(&state).code());
        let (id, sample) = (id.get(), self.sample());
        Ok(Ended { state, id, first_rows, exit_code, warnings, sample })
    }

    fn options(&self, observers: Vec<Box<dyn Observer>>) -> RunOptions {
        let options = RunOptions {
            max_parallel: self.how.max_parallel,
            cancel: self.interrupts.cancel.clone(),
            stop: self.interrupts.stop.clone(),
            observers,
            ..RunOptions::default()
        };
        match self.which {
            Which::Old(_) => options,
            Which::New(args) => RunOptions {
                sample: args.limit,
                fresh: args.fresh,
                wait: args.wait,
                forget: args.no_state,
                id: args.run_id,
                ..options
            },
        }
    }

    fn sample(&self) -> Option<u64> {
        match self.which {
            Which::New(args) => args.limit,
            Which::Old(_) => None,
        }
    }

    /// What the last line says before all: which pipeline of several, and that a sample is one.
    fn notes(&self, pipeline: Option<&str>) -> Vec<String> {
        let told = |limit| format!("SAMPLE of at most {} a source", counted(limit, "row"));
        let sample = self.sample().map(told);
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
    how: &HowArgs,
    screen: &Screen,
    (id, first_rows): (&SeenRunId, &FirstRows),
) -> Vec<Box<dyn Observer>> {
    let teller: Box<dyn Observer> = match how.log {
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
