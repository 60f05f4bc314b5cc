//! `sqlflow runs prune`.

use std::io::{self, Write};
use std::time::Duration;

use clap::Args;
use serde_json::{Value, json};
use sqlflow_run::{Keep, RunLine};

use super::{Asked, lines};
use crate::age::age;
use crate::exit;
use crate::failure::Outcome;
use crate::format::Format;
use crate::render::clean::clean_line;
use crate::render::quantity::counted;
use crate::screen::Screen;

/// The options of `sqlflow runs prune`.
#[derive(Debug, Args)]
pub(crate) struct RunsPruneArgs {
    /// Remove runs that ended longer ago than this, such as 12h or 30d
    #[arg(long, value_name = "AGE", value_parser = age, required_unless_present = "keep")]
    older_than: Option<Duration>,

    /// Keep the newest N runs of each pipeline
    #[arg(long, value_name = "N", conflicts_with = "older_than")]
    keep: Option<usize>,

    /// Only list what would be removed
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    pub(super) common: Asked,
}

/// Removes old runs, never one that can still be taken up.
pub(super) fn prune(args: &RunsPruneArgs) -> Outcome {
    let service = args.common.service()?;
    let age = Keep::Younger(args.older_than.unwrap_or_default());
    let runs = service.prunable(args.keep.map_or(age, Keep::Newest))?;
    if !args.dry_run
        && let Some(why) = service.prune(&runs)?
    {
        let screen = Screen::new(args.common.format == Format::Json);
        screen
            .say(&format!("the runs' markers stay in the database: {}", clean_line(&why.message)));
    }
    let text = match args.common.format {
        Format::Json => format!("{:#}\n", document(args, &runs)),
        Format::Text => text(args, &runs),
    };
    io::stdout().write_all(text.as_bytes())?;
    Ok(exit::OK)
}

fn document(args: &RunsPruneArgs, runs: &[RunLine]) -> Value {
    json!({ "removed": !args.dry_run, "runs": runs.iter().map(lines::json).collect::<Value>() })
}

fn text(args: &RunsPruneArgs, runs: &[RunLine]) -> String {
    let told = counted(runs.len() as u64, "run");
    match (args.dry_run, runs.is_empty()) {
        (true, false) => format!("{}{told} would be removed\n", lines::table(runs)),
        (true, true) => format!("{told} would be removed\n"),
        (false, _) => format!("ok  {told} removed\n"),
    }
}
