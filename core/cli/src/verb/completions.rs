//! `sqlflow completions`.

use std::io::{self, Write};

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::command_line::CommandLine;
use crate::exit;
use crate::failure::Outcome;

/// The options of `sqlflow completions`.
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// Shell to write the script for
    shell: Shell,
}

/// Prints the completion script of a shell.
pub(crate) fn completions(args: &CompletionsArgs) -> Outcome {
    // Generated into memory first: the generator panics where its output is closed.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut CommandLine::command(), "sqlflow", &mut script);
    io::stdout().write_all(&script)?;
    Ok(exit::OK)
}
