//! `sqlflow run --detach`: a run in a process of its own.

use std::ffi::OsString;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sqlflow_run::{PipelineService, Workspace};
use sqlflow_state::RunId;

use super::RunArgs;
use crate::failure::{Failure, Outcome};
use crate::render::place::shown;
use crate::screen::Screen;
use crate::{choose, code, exit};

/// Starts the same command in a process that outlives the terminal, and prints the run's id: that
/// of a new run, or of the interrupted one that it takes up.
pub(super) fn detach(args: &RunArgs, workspace: Workspace, screen: &Screen) -> Outcome {
    let name = choose::pipeline(args.name.as_deref(), workspace.project())?;
    let log_folder = workspace.project().root().join(".sqlflow/logs");
    let service = PipelineService::look(workspace)?;
    let interrupted = if args.fresh { None } else { service.interrupted(&name)? };
    let (id, is_new) = match (args.run_id, interrupted) {
        (Some(id), _) => (id, false),
        (None, Some(run)) => (run.run_id, false),
        (None, None) => (RunId::new(), true),
    };
    let path = log_folder.join(format!("{id}.log"));
    let log = log_file(&log_folder, &path).map_err(|error| cannot(&path, &error))?;
    start(&command_line(is_new.then_some(id), &name, args), &log)
        .map_err(|error| cannot(&path, &error))?;
    screen.say(&format!("detached; its output is in {}", shown(&path)));
    writeln!(io::stdout(), "{id}")?;
    Ok(exit::OK)
}

/// The command as it was given, in another process.
fn command_line(id: Option<RunId>, name: &str, args: &RunArgs) -> Vec<OsString> {
    let given = std::env::args_os().skip(1).filter(|word| word != "--detach");
    let id = id.map(|id| [OsString::from("--run-id"), id.to_string().into()]);
    let name = args.name.is_none().then(|| OsString::from(name));
    given.chain(id.into_iter().flatten()).chain(name).collect()
}

/// Starts it in a session of its own, so that it does not end with the terminal; where there is no
/// `setsid` program, in a process group of its own.
fn start(arguments: &[OsString], log: &File) -> io::Result<()> {
    let program = std::env::current_exe()?;
    let mut command = Command::new("setsid");
    match told_to(command.arg(&program).args(arguments), log)?.spawn() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let mut command = Command::new(program);
            told_to(command.args(arguments), log)?.process_group(0).spawn().map(drop)
        }
        started => started.map(drop),
    }
}

fn told_to<'a>(command: &'a mut Command, log: &File) -> io::Result<&'a mut Command> {
    Ok(command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log.try_clone()?))
}

/// What a run says is for nobody else.
fn log_file(folder: &Path, path: &PathBuf) -> io::Result<File> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    OpenOptions::new().create(true).append(true).mode(0o600).open(path)
}

fn cannot(path: &Path, error: &io::Error) -> Failure {
    let message = format!("the run with the log {} cannot be started: {error}", shown(path));
    Failure::execution(code::CANNOT_DETACH, message, "run it without --detach, or look for space")
}
