//! `sqlflow runs cancel`.

use std::io::{self, Write};

use clap::Args;

use super::Asked;
use crate::exit;
use crate::failure::Outcome;
use crate::format::Format;
use crate::render::run_json;

/// The options of `sqlflow runs cancel`.
#[derive(Debug, Args)]
pub(crate) struct RunsCancelArgs {
    /// The run: its id, the beginning of one, or `last`
    run: String,

    /// Wait until it has ended
    #[arg(long)]
    wait: bool,

    #[command(flatten)]
    pub(super) common: Asked,
}

/// Asks a run to stop; one whose process has died is cancelled here.
pub(super) fn cancel(args: &RunsCancelArgs) -> Outcome {
    let service = args.common.service()?;
    let id = service.find(&args.run)?;
    service.cancel(id)?;
    let view = if args.wait { service.wait(id)? } else { service.status(id)? };
    let text = match args.common.format {
        Format::Json => format!("{:#}\n", run_json::of_view(&view)),
        Format::Text => format!("run {id} is {}\n", view.word()),
    };
    io::stdout().write_all(text.as_bytes())?;
    Ok(exit::OK)
}
