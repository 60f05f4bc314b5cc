//! `sqlflow plugin test`.

mod find;
mod report;
mod subject;

use std::io::{self, Write};
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use sqlflow_plugin_conformance::{
    CASES, Case, Failure as CaseFailure, Fixture, Needs, Outcome as CaseOutcome, Status, Subject,
    Suite, Trial, find as find_case, play, verdict_line,
};

use self::find::Found;
use self::subject::Tried;
use super::PluginTestArgs;
use crate::failure::{Failure, Outcome};
use crate::{code, exit};

/// Runs the suite on a plugin, or, in a process that the suite has started, one case of it.
pub(super) fn test(args: &PluginTestArgs) -> Outcome {
    let found = find::find(args)?;
    match (&args.case, &args.scene) {
        (Some(case), _) => one(&found, args, |trial| Some((find_case(case)?.run)(trial))),
        (None, Some(scene)) => one(&found, args, |trial| play(scene, trial)),
        (None, None) => suite(&found, args),
    }
}

/// Runs one case here and tells how it ended.
fn one(
    found: &Found,
    args: &PluginTestArgs,
    run: impl FnOnce(&Trial<'_>) -> Option<CaseOutcome>,
) -> Outcome {
    let scratch = args.scratch.clone().unwrap_or_else(std::env::temp_dir);
    let outcome = Fixture::read(&found.fixture).map_err(CaseFailure::from).and_then(|fixture| {
        let subject = Tried::new(&found.library, &found.fixture);
        let trial = Trial { subject: &subject, fixture: &fixture, scratch: &scratch };
        let unknown = || Err(CaseFailure::Broken("there is no such case".to_owned()));
        run(&trial).unwrap_or_else(unknown)
    });
    let mut out = io::stdout();
    out.write_all(verdict_line(&outcome).as_bytes())?;
    out.flush()?;
    Ok(exit::OK)
}

/// Runs each case in a process of its own.
fn suite(found: &Found, args: &PluginTestArgs) -> Outcome {
    // A fixture that is none would fail every case with the same words.
    Fixture::read(&found.fixture).map_err(|error| bad_fixture(&error))?;
    let scratch = tempfile::tempdir()?;
    let executable = std::env::current_exe()?;
    let command = |case: &Case| {
        let scratch = scratch.path().join(case.name);
        let mut command = started(&executable, found, &scratch);
        command.args(["--case", case.name]);
        // Without it, the case tells what is missing.
        let _ = std::fs::create_dir_all(&scratch);
        command
    };
    let suite = Suite {
        cases: chosen(found, &args.only)?,
        command: &command,
        deadline: Duration::from_secs(args.deadline),
        threads: thread::available_parallelism().map_or(1, usize::from).min(8),
    };
    let reports = report::tell(&suite, found, args.format)?;
    let green = reports.iter().all(|report| report.status == Status::Passed);
    Ok(if green { exit::OK } else { exit::VALIDATION })
}

/// A process that works on the same plugin, in this scratch folder.
fn started(executable: &Path, found: &Found, scratch: &Path) -> Command {
    let mut command = Command::new(executable);
    command.args(["plugin", "test"]).arg(&found.library);
    command.arg("--fixture").arg(&found.fixture).arg("--scratch").arg(scratch);
    command
}

/// The cases whose capabilities the plugin declares, or those of them that were named.
fn chosen(found: &Found, only: &[String]) -> Result<Vec<&'static Case>, Failure> {
    let manifest = Tried::new(&found.library, &found.fixture).manifest();
    if let Some(unknown) = only.iter().find(|name| find_case(name).is_none()) {
        return Err(no_such_case(unknown));
    }
    let declared = |case: &&Case| match &manifest {
        Ok(manifest) => case.needs.declared_by(manifest),
        Err(_) => case.needs == Needs::Loading,
    };
    let named = |case: &&Case| only.is_empty() || only.iter().any(|name| name == case.name);
    let cases: Vec<_> = CASES.iter().copied().flatten().filter(declared).filter(named).collect();
    match (cases.is_empty(), only.first()) {
        (true, Some(name)) => Err(not_declared(name)),
        _ => Ok(cases),
    }
}

fn no_such_case(name: &str) -> Failure {
    let names = CASES.iter().copied().flatten().map(|case| case.name);
    let help = match sqlflow_syntax::suggest(name, names) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => "`sqlflow plugin test` without --only lists the cases".to_owned(),
    };
    Failure::usage(code::NO_SUCH_CASE, format!("there is no case `{name}`"), help)
}

fn not_declared(name: &str) -> Failure {
    Failure::usage(
        code::NO_SUCH_CASE,
        format!("the plugin's manifest does not declare what `{name}` tries"),
        "declare the capability in connector.toml, or run another case",
    )
}

fn bad_fixture(error: &sqlflow_plugin_sdk::Error) -> Failure {
    let causes: String = error.causes().iter().map(|cause| format!(": {cause}")).collect();
    Failure::usage(
        code::NO_FIXTURE,
        format!("{}{causes}", error.message()),
        error.remedy().unwrap_or("name a fixture with --fixture FILE"),
    )
}
