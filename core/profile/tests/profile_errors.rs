//! Profiles that are refused, and what is said about them.

mod support;

use std::time::Duration;

use sqlflow_profile::{Environment, Profile, Variables};
use support::{findings, load, load_with, project};

const PROFILE: &str = "\
engine:
  type: duckdb
  path: warehouse/x.duckdb
  memory_limit: 2GB
  threads: 4
  extensions: []
  allow_paths: [shared]
  ordered: true
  mode: persistent
variables:
  data_dir: data
connections:
  warehouse:
    type: csv
    params: { path: a.csv }
plugins:
  path: [plugins]
runs:
  store: sqlite
  max_parallel: 2
  on_failure: stop
  call_timeout: 5m
  stall_timeout: 90
notify:
  - on: failed
    webhook: https://hooks.example/x
";

const OLD_PROFILE: &str = "\
engines:
  duckdb:
    mode: persistent
    database_path: target/x.duckdb
    memory_limit: 2GB
    threads: 2
    max_memory: 1GB
    temp_directory: /tmp
connectors:
  warehouse:
    type: csv
    params: { path: a.csv }
logging: {}
performance: { workers: 4 }
testing: {}
log_level: info
log_file: x.log
module_log_levels: { x: info }
paths: { pipelines: pipelines }
";

/// The profile with one key misspelt, the misspelt key and the right one; once for each key.
fn misspelt_in_turn(profile: &str) -> Vec<(String, String, String)> {
    let lines: Vec<&str> = profile.lines().collect();
    let keys = lines.iter().enumerate().filter_map(|(at, line)| {
        let key = line.trim_start().trim_start_matches("- ").split(':').next()?;
        (!["data_dir", "warehouse", "workers"].contains(&key)).then_some((at, key))
    });
    let misspell = |(at, key): (usize, &str)| {
        let misspelt = format!("{key}q");
        let mut lines: Vec<String> = lines.iter().map(|line| line.to_string()).collect();
        lines[at] = lines[at].replacen(key, &misspelt, 1);
        (lines.join("\n"), misspelt, key.to_owned())
    };
    keys.map(misspell).collect()
}

#[test]
fn each_misspelt_key_is_found_at_its_place_with_the_right_one() {
    let notes = load(PROFILE).unwrap().notes;
    let noted: Vec<_> = notes.iter().map(|note| (note.code, &PROFILE[note.span.range()])).collect();
    assert_eq!(noted, [("SF0318", "runs"), ("SF0318", "notify")]);
    let cases = misspelt_in_turn(PROFILE);
    assert_eq!(cases.len(), 24);
    for (yaml, misspelt, key) in cases {
        let error = load(&yaml).unwrap_err();
        assert_eq!(findings(&error), [("SF0303", misspelt.as_str())], "{error}");
        let help = error.diagnostics[0].help.as_deref();
        assert_eq!(help, Some(format!("did you mean `{key}`?").as_str()));
    }
}

#[test]
fn each_misspelt_key_of_the_old_form_is_found_at_its_place() {
    let cases = misspelt_in_turn(OLD_PROFILE);
    assert_eq!(cases.len(), 18);
    for (yaml, misspelt, _) in cases {
        let error = load(&yaml).unwrap_err();
        assert_eq!(findings(&error), [("SF0303", misspelt.as_str())], "{error}");
    }
}

#[test]
fn the_old_form_is_accepted_with_a_note_a_key() {
    let profile = load(OLD_PROFILE).unwrap();
    assert_eq!(profile.connections["warehouse"].connector_type.value, "csv");
    let notes: Vec<_> = profile
        .notes
        .iter()
        .map(|note| (note.code, &OLD_PROFILE[note.span.range()], note.help.as_deref().unwrap()))
        .collect();
    let keys: Vec<_> = notes.iter().map(|note| note.1).collect();
    assert_eq!(
        keys,
        [
            "engines",
            "max_memory",
            "temp_directory",
            "connectors",
            "logging",
            "performance",
            "testing",
            "log_level",
            "log_file",
            "module_log_levels",
            "paths"
        ]
    );
    assert!(notes.iter().all(|note| note.0 == "SF0313"));
    assert!(notes[0].2.contains("engine: { type: duckdb") && notes[3].2.contains("connections:"));
    assert!(format!("{:?}", profile.engine.database).ends_with("target/x.duckdb\")"));
}

#[test]
fn a_problem_is_found_at_its_place() {
    let check = |yaml: &str, expect: &[(&str, &str)]| {
        let error = load(yaml).unwrap_err();
        assert_eq!(findings(&error), expect, "{error}");
        assert!(error.diagnostics.iter().all(|found| found.help.is_some()), "{error}");
    };
    // Wrong types.
    check("- a\n- b\n", &[("SF0304", "- a\n- b\n")]);
    check("just text", &[("SF0304", "just text")]);
    check("engine: duckdb", &[("SF0304", "duckdb")]);
    check("engine: { path: 5 }", &[("SF0304", "5")]);
    check("engine: { path: [a] }", &[("SF0304", "[a]")]);
    check("engine: { threads: 0 }", &[("SF0304", "0")]);
    check("engine: { threads: 1.5 }", &[("SF0304", "1.5")]);
    check("engine: { threads: -1 }", &[("SF0304", "-1")]);
    check("engine: { threads: four }", &[("SF0304", "four")]);
    check("engine: { ordered: yes }", &[("SF0304", "yes")]);
    check("engine: { allow_paths: data }", &[("SF0304", "data")]);
    check("engine: { allow_paths: [a, 5] }", &[("SF0304", "5")]);
    check("variables: [a]", &[("SF0304", "[a]")]);
    check("variables: { a: [1] }", &[("SF0304", "[1]")]);
    check("connections: { a: csv }", &[("SF0304", "csv")]);
    check("connections: { a: { type: 5 } }", &[("SF0304", "5")]);
    check("connections: { a: { type: csv, params: [x] } }", &[("SF0304", "[x]")]);
    check("plugins: { path: plugins }", &[("SF0304", "plugins")]);
    // Values that mean nothing.
    check("engine: { type: sqlite }", &[("SF0305", "sqlite")]);
    check("engine: { mode: disk }", &[("SF0305", "disk")]);
    check("engine: { path: '' }", &[("SF0305", "''")]);
    check("engine: { path: \"a\\0b\" }", &[("SF0305", "\"a\\0b\"")]);
    for limit in ["2", "2XB", "GB", "-2GB", "0GB", "2 GB GB", "80%", "2..5GB", "inf GB"] {
        check(&format!("engine: {{ memory_limit: {limit} }}"), &[("SF0305", limit)]);
    }
    check("variables: { a-b: 1 }", &[("SF0305", "a-b")]);
    // Missing, contradicting and not built.
    check("connections: { a: { params: {} } }", &[("SF0306", "a")]);
    check("connections: { a: }", &[("SF0306", "a")]);
    check("connections: { a: { type: csv, path: x } }", &[("SF0303", "path")]);
    check("engine: { mode: memory, path: x.db }", &[("SF0309", "x.db")]);
    check("engine: { path: ':memory:', mode: persistent }", &[("SF0309", "persistent")]);
    check("engines: { duckdb: { path: a, database_path: b } }", &[("SF0309", "b")]);
    check("engine: {}\nengines: { duckdb: {} }", &[("SF0309", "{}")]);
    check("engines: { sqlite: {} }", &[("SF0303", "sqlite")]);
    check("engine: { extensions: [spatial] }", &[("SF0307", "spatial")]);
    check(
        "connections: { a: { type: csv } }\nconnectors: { a: { type: csv } }",
        &[("SF0302", "a")],
    );
    // References.
    check("engine: { path: \"x/${NOPE}.db\" }", &[("SF0311", "${NOPE}")]);
    check("variables: { a: \"${b c}\" }", &[("SF0310", "${b c}")]);
    check("connections: { a: { type: csv, params: { p: [\"x${\"] } } }", &[("SF0310", "${\"")]);
}

#[test]
fn a_problem_of_runs_or_notify_is_found_at_its_place() {
    let check = |yaml: &str, expect: &[(&str, &str)]| {
        let error = load(yaml).unwrap_err();
        assert_eq!(findings(&error), expect, "{error}");
        assert!(error.diagnostics.iter().all(|found| found.help.is_some()), "{error}");
    };
    check("runs: { store: postgres }", &[("SF0305", "postgres")]);
    check("runs: { store: redis:// }", &[("SF0305", "redis://")]);
    check("runs: { max_parallel: 0 }", &[("SF0304", "0")]);
    check("runs: { on_failure: explode }", &[("SF0305", "explode")]);
    check("runs: { call_timeout: 0s }", &[("SF0305", "0s")]);
    check("runs: { stall_timeout: 1.5 }", &[("SF0305", "1.5")]);
    check("runs: { stall_timeout: [5] }", &[("SF0304", "[5]")]);
    check("notify: { on: failed }", &[("SF0304", "{ on: failed }")]);
    check("notify: [ { on: filed, webhook: https://x } ]", &[("SF0305", "filed")]);
    check("notify: [ { on: failed } ]", &[("SF0306", "{ on: failed }")]);
    check("notify: [ { on: failed, webhook: ftp://x } ]", &[("SF0305", "ftp://x")]);
    check("notify: [ { on: failed, webhook: \"${a b}\" } ]", &[("SF0310", "${a b}")]);
    check("sources: { a: {} }\nengine: {}", &[("SF0303", "sources")]);
    check("destinations: {}\nengine: {}", &[("SF0303", "destinations")]);
}

#[test]
fn yaml_that_is_none_is_refused_at_its_place() {
    let check = |yaml: &str, code: &str, line: &str| {
        let error = load(yaml).unwrap_err();
        assert_eq!(error.diagnostics[0].code, code, "{yaml:?}: {error}");
        let shown = error.to_string();
        assert!(shown.contains(&format!("dev.yml:{line}:")), "{shown}");
    };
    check("engine: { path: a", "SF0301", "1");
    check("engine:\n\tpath: a\n", "SF0301", "2");
    check("engine: \"open\n", "SF0301", "2");
    check("a: b: c\n", "SF0301", "1");
    check("engine: {}\n---\nengine: {}\n", "SF0301", "2");
    check("engine: { path: *nowhere }", "SF0301", "1");
    check("connections: &a [*a]", "SF0301", "1");
    check("engine: { path: a\0b }", "SF0301", "1");
    check("engine: {}\nvariables: {}\nengine: {}\n", "SF0302", "3");
    check("variables: { a: 1, a: 2 }", "SF0302", "1");
    check("variables: { ? [a] : 1 }", "SF0304", "1");
    check("variables: { a: !Ref x }", "SF0307", "1");
    check("variables:\n  <<: { a: 1 }\n", "SF0307", "2");
}

#[test]
fn a_tab_and_an_unquoted_reference_are_named_as_the_cause() {
    let check = |yaml: &str, expect: &str| {
        let error = load(yaml).unwrap_err();
        assert!(error.to_string().contains(expect), "{error}");
    };
    check("engine:\n\tpath: a\n", "replace the tab");
    check("connections: { a: { type: csv, params: { p: ${X} } } }", "quote a value");
}

#[test]
fn all_problems_are_told_at_once_in_file_order() {
    let yaml = "\
plugin: {}
engine: { treads: 2, memory_limit: 2, path: 5 }
connections: { a: { type: csv, parms: {} }, b: {} }
";
    let error = load(yaml).unwrap_err();
    let expect = [
        ("SF0303", "plugin"),
        ("SF0303", "treads"),
        ("SF0305", "2"),
        ("SF0304", "5"),
        ("SF0303", "parms"),
        ("SF0306", "b"),
    ];
    assert_eq!(findings(&error), expect);
    assert_eq!(error.to_string().lines().count(), 6);
}

/// Mutation tried: `yaml::read` stops at the first mistake; red.
#[test]
fn what_is_no_yaml_hides_no_other_mistake() {
    let check = |yaml: &str, expect: &[(&str, usize)]| {
        let error = load(yaml).unwrap_err();
        let line = |at: usize| yaml[..at].matches('\n').count() + 1;
        let found: Vec<_> =
            error.diagnostics.iter().map(|found| (found.code, line(found.span.start))).collect();
        assert_eq!(found, expect, "{error}");
    };
    // Two mistakes of syntax, with what stands between and behind them.
    check(
        "engine: { path: a\nvarables: { x: 1 }\nconnections:\n  a: b: c\nplugin: {}\n",
        &[("SF0301", 1), ("SF0303", 2), ("SF0301", 4), ("SF0303", 5)],
    );
    // A reference to what could not be read is not blamed.
    check(
        "variables:\n  a: 'open\nengine: { path: \"${a}\", treads: 2 }\n",
        &[("SF0301", 2), ("SF0303", 3)],
    );
    // Keys that stand twice, and what is wrong with their values.
    check(
        "variables: { a: 1, a: 2 }\nengine: { treads: 2 }\nengine: {}\n",
        &[("SF0302", 1), ("SF0303", 2), ("SF0302", 3)],
    );
    check("variables: { a: !Ref x }\nengin: {}\n", &[("SF0307", 1), ("SF0303", 2)]);
}

#[test]
fn a_profile_below_its_own_name_is_accepted_with_a_note() {
    let yaml = "dev:\n  engines: { duckdb: { mode: memory } }\n  variables: { a: 1 }\n";
    let profile = load(yaml).unwrap();
    assert_eq!(profile.engine.database, sqlflow_profile::Database::Memory);
    assert_eq!(profile.variables.len(), 1);
    let notes: Vec<_> =
        profile.notes.iter().map(|note| (note.code, &yaml[note.span.range()])).collect();
    assert_eq!(notes, [("SF0313", "dev"), ("SF0313", "engines")]);
    let other = load("production:\n  engine: { path: ':memory:' }\n").unwrap();
    assert_eq!(other.notes.len(), 1);
    let inside = load("dev:\n  engin: {}\n").unwrap_err();
    assert_eq!(findings(&inside), [("SF0303", "engin")]);
    let none = load("engin: {}\n").unwrap_err();
    assert_eq!(findings(&none), [("SF0303", "engin")]);
}

#[test]
fn runs_and_notify_are_read_and_need_no_secret() {
    let yaml = "runs: { store: \"${REDIS_URL}\", max_parallel: 2, on_failure: Continue,\n\
                        call_timeout: 500ms, stall_timeout: 90 }\n\
                notify: [ { on: failed, webhook: \"${SLACK_URL}\" } ]\n";
    let profile = load(yaml).unwrap();
    assert_eq!(profile.runs.store.as_deref(), Some("${REDIS_URL}"));
    assert_eq!(profile.runs.max_parallel, Some(2));
    assert_eq!(profile.runs.on_failure, Some(sqlflow_profile::OnFailure::Continue));
    assert_eq!(profile.runs.call_timeout, Some(Duration::from_millis(500)));
    assert_eq!(profile.runs.stall_timeout, Some(Duration::from_secs(90)));
    assert_eq!(profile.notify.len(), 1);
    assert_eq!(profile.notify[0].on, sqlflow_profile::NotifyOn::Failed);
    for store in ["sqlite", "memory", "redis://localhost:6379", "rediss://:p@h"] {
        assert!(load(&format!("runs: {{ store: '{store}' }}")).is_ok(), "{store}");
    }
}

#[test]
fn every_duplicate_key_is_told() {
    let error = load("variables:\n  a: 1\n  a: 2\n  b: 1\n  b: 2\n").unwrap_err();
    assert_eq!(findings(&error), [("SF0302", "a"), ("SF0302", "b")]);
}

#[test]
fn bombs_are_bounded() {
    let mut doubling = "variables:\n  v0: &v0 [x, x]\n".to_owned();
    for n in 1..60 {
        doubling.push_str(&format!("  v{n}: &v{n} [*v{0}, *v{0}]\n", n - 1));
    }
    let check = |yaml: &str, code: &str| {
        assert_eq!(load(yaml).unwrap_err().diagnostics[0].code, code);
    };
    check(&doubling, "SF0308");
    check(&format!("variables: {}{}", "[".repeat(100), "]".repeat(100)), "SF0308");
    check(&format!("variables: {}", "[".repeat(100_000)), "SF0308");
    let block: String = (0..500).map(|n| format!("{}a:\n", " ".repeat(n))).collect();
    check(&block, "SF0308");
    let many: String = (0..30_000).map(|n| format!("  v{n}: 1\n")).collect();
    check(&format!("variables:\n{many}"), "SF0308");
    check(&"#".repeat(2 << 20), "SF0317");
}

#[test]
fn a_missing_profile_lists_those_there_are() {
    let (_folder, with) = project(&[("profiles/prod.yml", ""), ("profiles/staging.yml", "")]);
    let (_other, without) = project(&[]);
    let check = |project, name: Option<&str>, env: &[(&str, &str)], expect: &str| {
        let environment = Environment::of(env.iter().copied());
        let error = Profile::load(project, name, &environment).unwrap_err();
        assert_eq!(error.diagnostics[0].code, "SF0312");
        assert!(error.to_string().contains(expect), "{error}");
    };
    check(&with, None, &[], "no profile `dev`; there are: prod, staging");
    check(&with, Some("prd"), &[], "no profile `prd`; did you mean `prod`?");
    check(&with, None, &[("SQLFLOW_PROFILE", "stagin")], "did you mean `staging`?");
    check(&with, Some("../profiles/prod"), &[], "there are: prod, staging");
    check(&without, Some("prod"), &[], "there are none; write profiles/prod.yml");
}

#[test]
fn a_missing_secret_says_where_it_was_looked_for_and_the_line_that_sets_it() {
    let yaml = "connections: { pg: { type: postgres, params: { password: \"${PG_PASSWORD}\" } } }";
    let check = |files: &[(&str, &str)], state: &str| {
        let (folder, project) = project(&[files, &[("profiles/dev.yml", yaml)]].concat());
        let environment = Environment::with_dotenv(project.root(), [("X", "y")]).unwrap();
        let profile = Profile::load(&project, None, &environment).unwrap();
        let variables = Variables::new(Default::default(), &profile.variables, &environment);
        let error = profile.resolve_connection("pg", &variables).unwrap().unwrap_err();
        assert_eq!(findings(&error), [("SF0311", "${PG_PASSWORD}")]);
        let dotenv = folder.path().join(".env");
        let expect = format!(
            "`PG_PASSWORD` is not set; looked in the environment and in {0} ({state}); \
             set it with the line `PG_PASSWORD=your-value` in {0}",
            dotenv.display()
        );
        assert!(error.to_string().ends_with(&expect), "{error}");
    };
    check(&[], "no such file");
    check(&[(".env", "OTHER=1\n")], "which does not set it");
}

#[test]
fn a_value_that_would_break_yaml_stays_a_value() {
    let yaml = "engine: { path: \"${P}\" }";
    let check = |value: &str| {
        let profile = load_with(yaml, &[("P", value)]).unwrap();
        let sqlflow_profile::Database::File(path) = profile.engine.database else { panic!() };
        assert!(path.to_str().unwrap().ends_with(value), "{value:?}");
    };
    check("a\nengine: { path: other }");
    check("a\", type: sqlite, x: \"");
    check("a: b # c");
    check("${OTHER}");
}
