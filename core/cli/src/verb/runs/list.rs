//! `sqlflow runs list`.

use std::io::{self, Write};
use std::time::Duration;

use clap::{Args, ValueEnum};
use serde_json::Value;
use sqlflow_run::{PipelineService, RunLine};
use sqlflow_state::{HistoryQuery, RunStatus, StepStatus, Timestamp};

use super::{Asked, lines};
use crate::age::age;
use crate::exit;
use crate::failure::{Failure, Outcome};
use crate::format::Format;

/// How many runs are read at a time.
const PAGE: usize = 200;

/// The options of `sqlflow runs list`.
#[derive(Debug, Args)]
pub(crate) struct RunsListArgs {
    /// Of this pipeline only
    #[arg(long, value_name = "NAME")]
    pipeline: Option<String>,

    /// In this status only
    #[arg(long, value_enum, value_name = "STATUS")]
    status: Option<Word>,

    /// With this step only, by id; ID:STATUS, where it is in this status
    #[arg(long, value_name = "STEP", value_parser = step)]
    step: Option<(String, Option<StepStatus>)>,

    /// Begun within this time, such as 2h or 7d, or since a time such as 2026-01-31T06:00:00Z
    #[arg(long, value_name = "WHEN", value_parser = since)]
    since: Option<Timestamp>,

    /// The most runs to list
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,

    #[command(flatten)]
    pub(super) common: Asked,
}

/// How a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Word {
    Running,
    Cancelling,
    Interrupted,
    Succeeded,
    Failed,
    Cancelled,
}

/// Prints the runs of the project, the newest first.
pub(super) fn list(args: &RunsListArgs) -> Outcome {
    let runs = found(args, &args.common.service()?)?;
    let text = match args.common.format {
        Format::Json => format!("{:#}\n", runs.iter().map(lines::json).collect::<Value>()),
        Format::Text if runs.is_empty() => "no runs\n".to_owned(),
        Format::Text => lines::table(&runs),
    };
    io::stdout().write_all(text.as_bytes())?;
    Ok(exit::OK)
}

/// Reads page after page, since no store knows which runs are interrupted.
fn found(args: &RunsListArgs, service: &PipelineService) -> Result<Vec<RunLine>, Failure> {
    let mut query = HistoryQuery {
        pipeline: args.pipeline.clone(),
        status: args.status.and_then(Word::in_store),
        step: args.step.clone(),
        since: args.since,
        limit: PAGE.min(args.limit).max(1),
        ..HistoryQuery::default()
    };
    let mut found = Vec::new();
    loop {
        let page = service.history(&query)?;
        let is_last = page.len() < query.limit;
        query.before = page.last().map(|run| run.summary.run_id);
        found.extend(page.into_iter().filter(|run| args.status.is_none_or(|word| word.fits(run))));
        if is_last || found.len() >= args.limit {
            found.truncate(args.limit);
            return Ok(found);
        }
    }
}

impl Word {
    /// The status in the log; that a run was interrupted does not stand there.
    fn in_store(self) -> Option<RunStatus> {
        match self {
            Self::Running => Some(RunStatus::Running),
            Self::Cancelling => Some(RunStatus::Cancelling),
            Self::Interrupted => None,
            Self::Succeeded => Some(RunStatus::Succeeded),
            Self::Failed => Some(RunStatus::Failed),
            Self::Cancelled => Some(RunStatus::Cancelled),
        }
    }

    fn fits(self, run: &RunLine) -> bool {
        self.to_possible_value().is_some_and(|word| word.get_name() == run.word())
    }
}

fn since(text: &str) -> Result<Timestamp, String> {
    if let Ok(at) = text.parse() {
        return Ok(at);
    }
    let age: Duration = age(text)?;
    Timestamp::now().checked_sub(age).map_err(|error| error.to_string())
}

fn step(text: &str) -> Result<(String, Option<StepStatus>), String> {
    let Some((id, status)) = text.rsplit_once(':') else { return Ok((text.to_owned(), None)) };
    let read = serde_json::from_value(Value::from(status));
    let status = read.map_err(|_| format!("`{status}` is no status of a step"))?;
    Ok((id.to_owned(), Some(status)))
}
