//! A plugin that ends its process or never comes back, at any call of it that the command line
//! makes: the command tells a typed error that names plugin and call, within a second, or within
//! two after the deadline of the call.
//!
//! Mutations tried: the supervisor takes an end with exit code 0 for a regular one, all of
//! `exit_zero` red; a grace of 5 s for what is overdue, all of `loop` and `sleep` red; the close of an
//! object is not put on the board, every death at a drop red.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::{
    fs,
    path::Path,
    process::{Command, ExitCode, Output},
    time::{Duration, SystemTime},
};

use libtest_mimic::{Arguments, Failed, Trial};
use support::{built, folder, hostile};
use tempfile::TempDir;

/// The deadline of every call here.
const DEADLINE: Duration = Duration::from_secs(1);

/// A way not to come back, and what is told of it.
struct Way {
    how: &'static str,
    /// How the message begins, in one of these ways.
    says: &'static [&'static str],
    code: &'static str,
    exit: i32,
    /// The time from its beginning to the end of the command.
    within: Duration,
}

const SECOND: Duration = Duration::from_secs(1);

const fn dies(how: &'static str, says: &'static [&'static str]) -> Way {
    Way { how, says, code: "SF0810", exit: 70, within: SECOND }
}

const fn hangs(how: &'static str) -> Way {
    let says = &["nothing came back within 1 s "];
    Way {
        how,
        says,
        code: "SF0811",
        exit: 3,
        within: DEADLINE.saturating_add(Duration::from_secs(2)),
    }
}

const WAYS: [Way; 8] = [
    dies("abort", &["the worker died of SIGABRT "]),
    dies("segv", &["the worker died of SIGSEGV "]),
    // The standard library tells the end of a stack where it knows the thread.
    dies("overflow", &["the worker died of SIGABRT ", "the worker died of SIGSEGV "]),
    dies("exit_zero", &["the worker was ended with exit code 0 "]),
    dies("exit_one", &["the worker was ended with exit code 1 "]),
    dies("kill", &["the worker died of SIGKILL "]),
    hangs("loop"),
    hangs("sleep"),
];

/// An entry of the plugin, the call that it belongs to and how the command line comes to it.
struct Place {
    entry: &'static str,
    call: &'static str,
    step: Option<&'static str>,
    args: &'static [&'static str],
}

const RUN: &[&str] = &["run", "load"];
const EXPORT: &[&str] = &["run", "export"];
const TEST: &[&str] = &["connect", "test", "c"];

const fn at(
    entry: &'static str,
    call: &'static str,
    step: Option<&'static str>,
    args: &'static [&'static str],
) -> Place {
    Place { entry, call, step, args }
}

const LOADING: Option<&str> = Some("load_t");
const EXPORTING: Option<&str> = Some("export_hostile");

const PLACES: [Place; 19] = [
    at("source.open", "open", None, RUN),
    at("source.check", "check", None, TEST),
    at("source.discover", "discover", None, &["connect", "discover", "c"]),
    at("source.schema", "schema", None, RUN),
    at("source.plan", "plan", LOADING, RUN),
    at("source.read", "read", LOADING, RUN),
    at("stream.schema", "read", LOADING, RUN),
    at("stream.next_batch", "next batch", LOADING, RUN),
    at("stream.drop", "close", LOADING, RUN),
    at("source.drop", "close", None, RUN),
    at("destination.open", "open", EXPORTING, EXPORT),
    at("destination.check", "check", None, TEST),
    at("destination.recover", "recover", EXPORTING, EXPORT),
    at("destination.begin", "begin", EXPORTING, EXPORT),
    at("writer.write", "write", EXPORTING, EXPORT),
    at("writer.commit", "commit", EXPORTING, EXPORT),
    at("writer.abort", "abort", EXPORTING, &["run", "broken_export"]),
    at("writer.drop", "commit", EXPORTING, EXPORT),
    at("destination.drop", "close", EXPORTING, EXPORT),
];

fn main() -> ExitCode {
    let cells = PLACES.iter().flat_map(|place| WAYS.iter().map(move |way| (place, way)));
    let trial = |(place, way): (&'static Place, &'static Way)| {
        let name = format!("{}_at_{}", way.how, place.entry.replace('.', "_"));
        Trial::test(name, move || check(place, way))
    };
    libtest_mimic::run(&Arguments::from_args(), cells.map(trial).collect()).exit_code()
}

fn check(place: &Place, way: &Way) -> Result<(), Failed> {
    let project = project(place.entry, way.how);
    let ended = sqlflow(project.path(), place.args);
    let took = since(&project.path().join("mark"));
    let told = String::from_utf8_lossy(&ended.stderr).into_owned();
    let expect = |holds: bool, what: &str| match holds {
        true => Ok(()),
        false => Err(Failed::from(format!("{what}: {:?}\n{told}", ended.status))),
    };
    expect(ended.status.code() == Some(way.exit), "the exit code")?;
    expect(took.is_some_and(|took| took <= way.within), &format!("in time: {took:?}"))?;
    let ends = format!("in the call `{}` of the connector `hostile`", place.call);
    let messages = way.says.iter().map(|says| format!("error[{}]: {says}{ends}\n", way.code));
    expect(messages.into_iter().any(|message| told.contains(&message)), "the message")?;
    for fact in ["connector: hostile".to_owned(), format!("call: {}", place.call)] {
        expect(told.contains(&format!("  {fact}\n")), &fact)?;
    }
    let step = place.step.map(|step| format!("  step: {step}\n"));
    expect(step.is_none_or(|step| told.contains(&step)), "the step")
}

/// A project whose plugin ends its process at this entry, once it has made the file `mark`.
fn project(entry: &str, how: &str) -> TempDir {
    let project = folder();
    let mark = project.path().join("mark");
    let script = format!("{{ \"at\": \"{entry}\", \"how\": \"{how}\", \"mark\": {mark:?} }}");
    let write = |path: &str, text: &str| {
        let path = project.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let limit = format!("{}ms", DEADLINE.as_millis());
    let profile = format!(
        "engine: {{ path: ':memory:' }}\n\
         runs: {{ call_timeout: {limit}, stall_timeout: {limit} }}\n\
         connections: {{ c: {{ type: hostile, params: {script} }} }}\n"
    );
    write("profiles/dev.yml", &profile);
    let source = format!("SOURCE s TYPE HOSTILE PARAMS {script};\nLOAD t FROM s;\n");
    write("pipelines/load.sf", &source);
    let export = |query: &str| format!("EXPORT {query} TO \"x\" TYPE HOSTILE OPTIONS {script};\n");
    write("pipelines/export.sf", &export("SELECT 1 AS n"));
    // The rows before the mistake are on their way when it is met.
    let query =
        "SELECT CASE WHEN i < 200000 THEN i ELSE error('no') END AS n FROM range(300000) AS r(i)";
    write("pipelines/broken_export.sf", &export(query));
    project
}

fn sqlflow(project: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(built().join("sqlflow"));
    command.args(args).arg("--plugin").arg(hostile()).current_dir(project);
    command.env_clear().env("HOME", project).output().unwrap()
}

/// How long ago the file was made.
fn since(mark: &Path) -> Option<Duration> {
    let made = fs::metadata(mark).ok()?.modified().ok()?;
    SystemTime::now().duration_since(made).ok()
}
