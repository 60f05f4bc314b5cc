//! Runs through the binary while the other side is down, and what a pipeline or a profile says of that.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::{
    env, fs,
    path::PathBuf,
    process::Command,
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

const QUICK: &str = r#"{"retry": {"max_attempts": 5, "first_delay": "1ms"}, "breaker": false}"#;

fn built(name: &str) -> PathBuf {
    let test = env::current_exe().unwrap();
    let path = test.ancestors().nth(2).unwrap().join(name);
    assert!(path.is_file(), "{} is missing: cargo build --release --workspace", path.display());
    path
}

/// A run of a project with one pipeline.
struct Ran {
    project: TempDir,
    code: Option<i32>,
    events: Vec<Value>,
    err: String,
}

fn sqlflow(pipeline: &str, connections: &str, arguments: &[&str]) -> Ran {
    let project = TempDir::new().unwrap();
    let profile = format!("engine: {{ path: \":memory:\" }}\nconnections:\n{connections}");
    for (path, text) in [("profiles/dev.yml", profile.as_str()), ("pipelines/work.sf", pipeline)] {
        let path = project.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let mut command = Command::new(built("sqlflow"));
    command.args(arguments).arg("--plugin").arg(built("examples/libfaulty_plugin.so"));
    let output = command.current_dir(project.path()).env_clear().output().unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    let events = lines.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let err = String::from_utf8(output.stderr).unwrap();
    Ran { project, code: output.status.code(), events, err }
}

fn run(pipeline: &str, connections: &str) -> Ran {
    sqlflow(pipeline, connections, &["run", "work", "--log", "json"])
}

/// A source with these settings, loaded.
fn load(settings: &str) -> String {
    format!("SOURCE s TYPE faulty PARAMS {{\"log\": \"log\", {settings}}};\nLOAD t FROM s;\n")
}

impl Ran {
    #[track_caller]
    fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}", self.err);
        self
    }

    /// How often a call has reached the other side.
    fn count(&self, call: &str) -> usize {
        let log = fs::read_to_string(self.project.path().join("log")).unwrap();
        log.lines().filter(|line| *line == call).count()
    }

    /// What a step that succeeded says of itself.
    #[track_caller]
    fn step(&self, step: &str, key: &str) -> u64 {
        let done = self
            .events
            .iter()
            .find(|event| event["kind"] == "step_succeeded" && event["step"] == step);
        done.unwrap_or_else(|| panic!("{step} in {:#?}", self.events))["data"][key]
            .as_u64()
            .unwrap()
    }
}

/// Mutation tried: `StepResult` without its recoveries; red.
#[test]
fn a_source_that_dies_after_every_kth_batch_is_loaded_whole_and_once() {
    for (dies_after, deaths) in [(1, 7), (2, 3), (3, 2), (5, 1), (7, 1), (8, 0)] {
        let settings =
            format!(r#""batches": 7, "dies_after": {dies_after}, "resilience": {QUICK}"#);
        let once = "CREATE TABLE u AS SELECT sum(n) AS sum, count(DISTINCT n) AS many FROM t;\n\
                    CREATE TABLE v AS SELECT error('not once') FROM u WHERE sum <> 21 OR many <> 7;\n";
        let ran = run(&(load(&settings) + once), "").exits(0);
        let told =
            ["rows_in", "rows_out", "retries", "recoveries"].map(|key| ran.step("load_t", key));
        assert_eq!(told, [7, 7, deaths, deaths], "{dies_after}");
    }
}

/// Mutation: `policy` of core/run/src/resilience.rs leaves out what is said of the retry.
#[test]
fn what_a_pipeline_says_of_retries_is_done() {
    let down = r#""down_at": "source.plan", "down": 4"#;
    let ran = run(&load(&format!(r#"{down}, "resilience": {QUICK}"#)), "").exits(0);
    assert_eq!((ran.count("source.plan"), ran.step("load_t", "retries")), (5, 4));
    for never in ["false", r#"{"retry": false}"#, r#"{"retry": {"max_attempts": 1}}"#] {
        let ran = run(&load(&format!(r#"{down}, "resilience": {never}"#)), "").exits(3);
        assert_eq!(ran.count("source.plan"), 1, "{never}");
        let error = &ran.events.last().unwrap()["data"]["error"]["message"];
        assert_eq!(error, "the other side is down (source.plan)");
    }
}

/// Mutation: `Connected` never has what was said.
#[test]
fn what_a_profile_says_of_retries_is_done_and_a_pipeline_wins() {
    let connection = "  c: { type: faulty, params: { log: log, down_at: source.plan, down: 2,\n     \
                      resilience: { retry: { max_attempts: 3, first_delay: 1ms } } } }\n";
    let loaded = "SOURCE s FROM \"c\";\nLOAD t FROM s;\n";
    let ran = run(loaded, connection).exits(0);
    assert_eq!(ran.count("source.plan"), 3);
    let wins = "SOURCE s FROM \"c\" OPTIONS {\"resilience\": false};\nLOAD t FROM s;\n";
    let ran = run(wins, connection).exits(3);
    assert_eq!(ran.count("source.plan"), 1);
}

/// Mutation tried: `export.rs` opens the destination without protection; red.
#[test]
fn an_export_begins_again_and_asks_after_a_commit_whose_answer_was_lost() {
    let export = |at: &str| {
        format!(
            "EXPORT SELECT range AS n FROM range(3) TO 'there' TYPE faulty OPTIONS \
             {{\"log\": \"log\", \"down_at\": \"{at}\", \"down\": 1, \"resilience\": {QUICK}}};\n"
        )
    };
    let ran = run(&export("destination.begin"), "").exits(0);
    let step = "export_faulty";
    let told = ["rows_out", "retries", "recoveries"].map(|key| ran.step(step, key));
    assert_eq!(told, [3, 1, 1]);
    let ran = run(&export("writer.commit"), "").exits(0);
    assert_eq!((ran.count("writer.commit"), ran.count("destination.committed")), (1, 1));
    assert_eq!((ran.step(step, "rows_out"), ran.step(step, "recoveries")), (3, 1));
    let ran = run(&export("writer.write"), "").exits(3);
    assert_eq!(ran.count("writer.write"), 1, "a batch is never written twice");
}

/// Two tables of one connection that is down: the second is not even tried.
///
/// Mutation tried: `Budgets` makes a budget for each use; red.
#[test]
fn a_breaker_of_a_connection_is_shared_by_the_steps_of_a_process() {
    let connection = "  c: { type: faulty, params: { log: log, down_at: source.plan, down: 9,\n     \
                      resilience: { retry: false, breaker: { failures: 1, reset_after: 1h } } } }\n";
    let loads = "SOURCE s FROM \"c\";\nCREATE TABLE x AS SELECT a.n FROM s AS a, s AS b;\n";
    let ran = run(loads, connection).exits(3);
    assert_eq!(ran.count("source.plan"), 1);
    let ran = sqlflow(
        "SOURCE s FROM \"c\";\nSOURCE r FROM \"c\";\nLOAD t FROM s;\nLOAD u FROM r;\n",
        &connection.replace("source.plan", "source.schema"),
        &["check", "work"],
    );
    assert_eq!((ran.code, ran.count("source.schema")), (Some(3), 1), "{}", ran.err);
    assert!(ran.err.contains("`faulty` has failed too often"), "{}", ran.err);
}

/// Mutation tried: `rate` of core/run/src/resilience.rs leaves batches out; red.
#[test]
fn a_rate_that_a_pipeline_sets_is_held() {
    let settings = r#""batches": 6, "resilience": {"rate": {"per_minute": 600, "burst": 1}}"#;
    let begun = Instant::now();
    run(&load(settings), "").exits(0);
    // Opening, the schema, opening again, the plan, the read, six batches and the end.
    let least = Duration::from_millis(11 * 100);
    assert!(begun.elapsed() >= least, "12 calls at 10 a second took {:?}", begun.elapsed());
}

#[test]
fn connect_test_tries_again_too() {
    let connection = "  c: { type: faulty, params: { log: log, down_at: source.check, down: 1,\n     \
                      resilience: { retry: { first_delay: 1ms } } } }\n";
    let ran = sqlflow("", connection, &["connect", "test", "c"]).exits(0);
    assert_eq!(ran.count("source.check"), 2);
}
