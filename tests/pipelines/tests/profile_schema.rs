//! `docs/reference/profile.schema.json` is what it would be made now, accepts every profile of the
//! checkout and refuses wrong ones.
//!
//! To make it again: `make pages`.
//! Mutation tried: `additionalProperties` of a connection's params taken out; red.
//!
//! The validator is a crate of its own, which Cargo builds once beside the profile's folder.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::{
    env, fs,
    io::Write,
    path::PathBuf,
    process::{Command, Stdio},
    sync::Arc,
};

use serde_json::Value;
use sqlflow_host::{Plugins, SearchPath};
use sqlflow_profile::{ConnectorSchema, as_json, profile_schema};
use sqlflow_tests_pipelines::{plugin, repository};

fn schema() -> Value {
    let folders = fs::read_dir(repository().join("connectors")).unwrap().flatten();
    let mut names: Vec<String> =
        folders.map(|folder| folder.file_name().into_string().unwrap()).collect();
    names.sort();
    profile_schema(&names.iter().map(|name| connector(name)).collect::<Vec<_>>())
}

fn connector(name: &str) -> ConnectorSchema {
    let search = SearchPath::new().by_hand(&[plugin(name)]);
    let plugins = Plugins::discover(search, Arc::new(|_| {}));
    let descriptor = plugins.descriptor(name).unwrap();
    let names = [descriptor.manifest.name.clone()].into_iter().chain(descriptor.manifest.aliases);
    let roles = [descriptor.source_config, descriptor.destination_config];
    ConnectorSchema { names: names.collect(), roles: roles.into_iter().flatten().collect() }
}

#[test]
fn the_schema_of_profiles_is_fresh() {
    let text = format!("{:#}\n", schema());
    let path = repository().join("docs/reference/profile.schema.json");
    #[expect(clippy::disallowed_methods, reason = "the one way to tell a test to write")]
    if env::var_os("UPDATE").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == text, "profile.schema.json is not what it would be now; see the test's head");
}

/// What the schema says of each document.
fn verdicts(documents: &[Value]) -> Vec<String> {
    let mut validator =
        Command::new(validator()).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = schema().to_string();
    for document in documents {
        lines.push_str(&format!("\n{document}"));
    }
    validator.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let output = validator.wait_with_output().unwrap();
    assert!(output.status.success());
    let said = String::from_utf8(output.stdout).unwrap();
    let said: Vec<String> = said.lines().map(str::to_owned).collect();
    assert_eq!(said.len(), documents.len());
    said
}

fn validator() -> PathBuf {
    let built = env::current_exe().unwrap();
    let target = built.ancestors().nth(3).unwrap().join("schema_validator");
    let manifest = repository().join("tests/pipelines/schema_validator/Cargo.toml");
    let output = Command::new(env!("CARGO"))
        .args(["build", "--release", "--locked", "--manifest-path"])
        .arg(manifest)
        .arg("--target-dir")
        .arg(&target)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    target.join("release/sqlflow-tests-schema-validator")
}

/// Profiles of examples, of the starter and of golden cases that are not about their mistakes.
fn profiles() -> Vec<(PathBuf, String)> {
    let globs = ["examples/*/profiles", "core/cli/starter/profiles", "tests/golden/cases/*"];
    let folders = globs.iter().flat_map(|glob| {
        let (parent, rest) = glob.split_once("/*").unwrap_or((glob, ""));
        let parent = repository().join(parent);
        match glob.contains('*') {
            true => fs::read_dir(parent)
                .unwrap()
                .flatten()
                .map(|entry| entry.path().join(rest.trim_start_matches('/')))
                .collect(),
            false => vec![parent],
        }
    });
    let mut found = Vec::new();
    for folder in folders.filter(|folder| !folder.ends_with("problems_in_the_profile")) {
        for file in fs::read_dir(folder).into_iter().flatten().flatten() {
            if file.path().extension().is_some_and(|extension| extension == "yml") {
                found.push((file.path(), fs::read_to_string(file.path()).unwrap()));
            }
        }
    }
    found
}

/// Every key and form that the reader takes.
const RIGHT: &[&str] = &[
    "",
    "engine:\nvariables:\nconnections:\nplugins:\nruns:\nnotify:\n",
    "engine: { type: DuckDB, path: ':memory:', memory_limit: 1.5 GiB, threads: 4, extensions: [], \
     allow_paths: [a], ordered: false, mode: memory }",
    "engine: { threads: \"${N}\", memory_limit: \"${M}\", ordered: \"${O}\" }",
    "engines: { duckdb: { mode: persistent, database_path: x, memory_limit: 2GB, max_memory: 1 } }\n\
     connectors: { a: { type: POSTGRES, params: { host: x } } }\nlog_level: info\npaths: { a: b }",
    "variables: { a: 1, b: x, c: true, d: null, größe: \"${X}\" }",
    "connections: { a: { type: CSV, params: { path: [a, b], sep: ;, has_header: \"true\", \
     sample_rows: \"5\", header: true, \"null\": x } }, b: { type: other, params: { any: [1] } } }",
    "connections: { a: { type: parquet, params: { compression: ZSTD, row_group_size: \"${N}\" } } }",
    "connections: { a: { type: memory, params: { rows: [ { a: 1 } ] } } }",
    "connections: { a: { type: csv, params: { path: a, resilience: API } }, b: { type: csv, params: \
     { path: a, resilience: false } }, c: { type: csv, params: { path: a, resilience: { retry: { \
     max_attempts: 5, first_delay: 500ms, max_delay: 1.5, factor: 2, jitter: 0 }, breaker: false, \
     rate: { per_minute: \"${N}\", burst: 5 } } } } }",
    "plugins: { path: [plugins] }",
    "runs: { store: sqlite, max_parallel: 2, on_failure: stop }",
    "runs: { store: \"redis://x\" }",
    "notify: [ { on: failed, webhook: \"${SLACK_URL}\" }, { on: always, webhook: https://x } ]",
];

/// A mistake each.
const WRONG: &[&str] = &[
    "[a]",
    "engin: {}",
    "engine: duckdb",
    "engine: { type: sqlite }",
    "engine: { treads: 2 }",
    "engine: { path: 5 }",
    "engine: { path: '' }",
    "engine: { memory_limit: 2 }",
    "engine: { memory_limit: 2XB }",
    "engine: { threads: 0 }",
    "engine: { threads: four }",
    "engine: { ordered: yes }",
    "engine: { extensions: [spatial] }",
    "engine: { allow_paths: data }",
    "engine: { mode: disk }",
    "engines: { sqlite: {} }",
    "variables: [a]",
    "variables: { a: [1] }",
    "variables: { a-b: 1 }",
    "connections: { a: csv }",
    "connections: { a: {} }",
    "connections: { a: { type: csv, parms: {} } }",
    "connections: { a: { type: csv, params: { pth: x } } }",
    "connections: { a: { type: Csv, params: { sample_rows: 0 } } }",
    "connections: { a: { type: csv, params: { sample_rows: many } } }",
    "connections: { a: { type: csv, params: { has_header: 5 } } }",
    "connections: { a: { type: parquet, params: { compression: brotli } } }",
    "connections: { a: { type: csv, params: { path: a, resilience: apy } } }",
    "connections: { a: { type: csv, params: { path: a, resilience: { retries: 5 } } } }",
    "connections: { a: { type: csv, params: { path: a, resilience: { retry: { max_attempts: 0 } } } } }",
    "connections: { a: { type: csv, params: { path: a, resilience: { breaker: true } } } }",
    "connections: { a: { type: csv, params: { path: a, resilience: { retry: { jitter: 2 } } } } }",
    "plugins: { path: plugins }",
    "plugins: { paths: [plugins] }",
    "runs: { store: postgres }",
    "runs: { max_parallel: 0 }",
    "runs: { on_failure: explode }",
    "notify: { on: failed }",
    "notify: [ { on: failed } ]",
    "notify: [ { on: filed, webhook: https://x } ]",
    "notify: [ { on: failed, webhook: ftp://x } ]",
];

#[test]
fn the_schema_accepts_right_profiles_and_refuses_wrong_ones() {
    let of_checkout = profiles();
    assert!(of_checkout.len() > 8, "the profiles of the checkout are not found");
    let right = of_checkout.iter().map(|(path, text)| (path.display().to_string(), text.as_str()));
    let right: Vec<(String, &str)> =
        right.chain(RIGHT.iter().map(|text| ((*text).to_owned(), *text))).collect();
    let texts: Vec<&str> =
        right.iter().map(|(_, text)| *text).chain(WRONG.iter().copied()).collect();
    let documents: Vec<Value> = texts.iter().map(|text| as_json(text).unwrap()).collect();
    let verdicts = verdicts(&documents);
    let (accepted, refused) = verdicts.split_at(right.len());
    for ((what, _), verdict) in right.iter().zip(accepted) {
        assert_eq!(verdict, "ok", "{what}");
    }
    for (text, verdict) in WRONG.iter().zip(refused) {
        assert_ne!(verdict, "ok", "{text}");
    }
}
