//! `sqlflow runs rebuild`.

use std::io::{self, Write};

use clap::Args;
use serde_json::json;

use super::Asked;
use crate::exit;
use crate::failure::Outcome;
use crate::format::Format;
use crate::render::quantity::counted;

/// The options of `sqlflow runs rebuild`.
#[derive(Debug, Args)]
pub(crate) struct RunsRebuildArgs {
    /// Only compare; exit with 4 where something differs
    #[arg(long)]
    check: bool,

    #[command(flatten)]
    pub(super) common: Asked,
}

/// Compares what lists of runs show with the logs, and makes what differs again.
pub(super) fn rebuild(args: &RunsRebuildArgs) -> Outcome {
    let differ = args.common.service()?.rebuild(!args.check)?;
    let told = counted(differ.len() as u64, "run");
    let text = match (args.common.format, args.check) {
        (Format::Json, _) => format!("{:#}\n", json!({ "differ": differ, "rebuilt": !args.check })),
        (Format::Text, true) if differ.is_empty() => {
            "ok  every run is listed as its log says\n".to_owned()
        }
        (Format::Text, true) => format!("{told} listed otherwise than the log says\n"),
        (Format::Text, false) => format!("ok  {told} made again\n"),
    };
    io::stdout().write_all(text.as_bytes())?;
    Ok(if args.check && !differ.is_empty() { exit::VALIDATION } else { exit::OK })
}
