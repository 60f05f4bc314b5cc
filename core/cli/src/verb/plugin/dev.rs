//! `sqlflow plugin dev`.

use std::env;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use clap::Args;

use super::connector_crate::ConnectorCrate;
use super::try_out::try_out;
use crate::exit;
use crate::failure::{Failure, Outcome};
use crate::format::Report;
use crate::render;
use crate::screen::Screen;

/// How often the files are looked at.
const LOOK: Duration = Duration::from_millis(300);

/// The options of `sqlflow plugin dev`.
#[derive(Debug, Args)]
pub(crate) struct PluginDevArgs {
    /// Folder of the connector's crate
    #[arg(default_value = ".")]
    path: PathBuf,

    /// Settings to open it with, as a JSON object; without them it is loaded only
    #[arg(long, value_name = "JSON")]
    pub(super) params: Option<String>,

    /// Stream whose first rows are shown
    #[arg(long, value_name = "STREAM", requires = "params")]
    pub(super) preview: Option<String>,

    /// Most rows to show
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(super) limit: usize,

    /// One round, and its exit code
    #[arg(long)]
    once: bool,

    /// What a round's own process does: tries this library, builds nothing
    #[arg(long, hide = true, value_name = "PATH")]
    library: Option<PathBuf>,
}

/// Builds a connector and tries it, again after each save until Ctrl-C.
pub(super) fn dev(args: &PluginDevArgs) -> Outcome {
    if let Some(library) = &args.library {
        return try_out(library, args);
    }
    let connector = ConnectorCrate::at(&args.path)?;
    let screen = Screen::new(false);
    loop {
        let saved = connector.saved();
        let ended = round(&connector, args);
        if args.once {
            return ended;
        }
        if let Err(failure) = ended {
            render::failure::tell(&failure, Report::Text);
        }
        screen.say("waiting for a change; Ctrl-C ends");
        while connector.saved() == saved {
            thread::sleep(LOOK);
        }
    }
}

/// Builds it and tries the library in a process of its own: one that is loaded stays loaded.
fn round(connector: &ConnectorCrate, args: &PluginDevArgs) -> Outcome {
    let library = connector.build()?;
    let status = trial(&library, args).and_then(|mut trial| trial.status());
    let status = status.map_err(Failure::from)?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.unwrap_or(exit::EXECUTION))
}

fn trial(library: &Path, args: &PluginDevArgs) -> io::Result<Command> {
    let mut trial = Command::new(env::current_exe()?);
    trial.args(["plugin", "dev", "--library"]).arg(library);
    trial.args(["--limit", &args.limit.to_string()]);
    for (option, value) in [("--params", &args.params), ("--preview", &args.preview)] {
        trial.args(value.iter().flat_map(|value| [option, value.as_str()]));
    }
    Ok(trial)
}
