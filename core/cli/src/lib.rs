//! The `sqlflow` command line: one file per verb under `verb/`.
//!
//! Data and results go to standard output, progress and diagnostics to standard error. The exit
//! code, the last line and the JSON result always agree.

mod age;
mod check_report;
mod choose;
mod code;
mod command_line;
mod exit;
mod failure;
mod format;
mod interrupt;
mod notices;
mod observer;
mod pages;
mod project_file;
mod render;
mod screen;
mod supervisor;
mod variables;
mod verb;
mod workspace_args;

use std::io::Write;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::process::ExitCode;

use clap::Parser;

use crate::command_line::CommandLine;
use crate::failure::Failure;
use crate::screen::Screen;
use crate::supervisor::Death;

/// Does what the command line of this process asks for, and returns the code to end it with.
pub fn main() -> ExitCode {
    panic::set_hook(Box::new(tell_panic));
    ExitCode::from(run())
}

/// Ends the process without waiting for anything, on the second signal.
pub(crate) fn end_at_once() -> ! {
    supervisor::announce_end(exit::CANCELLED);
    #[expect(clippy::disallowed_methods, reason = "here the binary ends itself")]
    std::process::exit(i32::from(exit::CANCELLED))
}

fn run() -> u8 {
    let command = match CommandLine::try_parse() {
        Ok(command) => command,
        Err(refused) => {
            // Help and version are no mistakes, and where nobody listens nothing can be told.
            let _ = refused.print();
            return if refused.use_stderr() { exit::USAGE } else { exit::OK };
        }
    };
    if !command.loads_plugins() {
        return obey(&command);
    }
    supervisor::supervised(|| obey(&command), |death| bury(death, &command))
}

/// Does what was asked for, and tells why where it cannot be done.
fn obey(command: &CommandLine) -> u8 {
    let done = || command.run().unwrap_or_else(|failure| tell(&failure, command));
    panic::catch_unwind(AssertUnwindSafe(done)).unwrap_or(exit::EXECUTION)
}

/// Tells how the worker died, here and in the log of the run that it carried out.
fn bury(death: &Death, command: &CommandLine) -> u8 {
    if let (Some(run), Some(workspace)) = (&death.run, command.runs_in()) {
        let recorded = workspace.open(&Screen::new(true)).and_then(|workspace| {
            let run = run.parse().map_err(|_| Failure::Closed)?;
            let recorded = sqlflow_run::record_death(&workspace, run, &death.error());
            recorded.map_err(|error| Failure::Failed(Box::new(error), exit::EXECUTION))
        });
        // Where it cannot be told, the run is found to be interrupted.
        drop(recorded);
    }
    tell(&death.into(), command)
}

fn tell(failure: &Failure, command: &CommandLine) -> u8 {
    render::failure::tell(failure, command.report());
    failure.exit_code()
}

/// One line instead of a backtrace.
fn tell_panic(info: &PanicHookInfo<'_>) {
    let place = info.location().map(|place| format!(" at {place}")).unwrap_or_default();
    let what = info.payload_as_str().unwrap_or("no message");
    let text = format!("error: a mistake in sqlflow{place}: {what}\n  help: please report it\n");
    let _ = std::io::stderr().write_all(text.as_bytes());
}
