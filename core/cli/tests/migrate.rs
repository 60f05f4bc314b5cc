//! `sqlflow migrate`: what moves, what stays, and that the plan is the same afterwards.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;

use serde_json::Value;
use support::Project;

fn read(project: &Project, path: &str) -> String {
    fs::read_to_string(project.path().join(path)).unwrap()
}

/// The plan, without saying whether a connector was named by a connection.
fn plan(project: &Project, name: &str) -> Value {
    let ended = project.sqlflow(&["plan", name, "--format", "json"]);
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    let mut plan = ended.json();
    for operation in plan["operations"].as_array_mut().unwrap() {
        for key in ["is_from_profile", "profile_connector_name"] {
            operation.as_object_mut().unwrap().remove(key);
        }
    }
    plan
}

fn migrate(project: &Project, args: &[&str]) -> String {
    let ended = project.sqlflow(&[&["migrate"], args].concat());
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{}", ended.stdout);
    ended.stdout
}

const SALES: &str = "\
-- Sales.
SET folder = 'data';
source Orders type csv params { \"path\": \"data/orders.csv\", -- all of them
  \"delimiter\": \"\\t\", \"has_header\": true };
SOURCE people TYPE csv PARAMS { \"path\": \"${folder}/people.csv\", \"has_header\": false };
SOURCE left_alone TYPE csv PARAMS { \"path\": \"${folder}/other.csv\" };
LOAD orders FROM Orders;
LOAD people FROM people;
IF true THEN
  SOURCE more TYPE csv PARAMS { \"path\": \"data/more.csv\" };
  LOAD more FROM more;
END IF;
EXPORT orders TO 'o.csv' TYPE csv OPTIONS { \"delimiter\": \";\" };
";

const PROFILE: &str = "\
# settings
engine: { type: duckdb, path: \":memory:\" }
connections: # all
  one: # the first
    type: csv
    params: { path: one.csv } # its path
# the end
variables: { a: 1 }
";

/// Mutation: let `is_free` in `inline.rs` be true of everything; the plan does not resolve `folder`.
#[test]
fn params_move_into_connections_and_the_plan_is_the_same() {
    let project = Project::of(&[("sales", SALES)]);
    project.write("profiles/dev.yml", PROFILE);
    let before = plan(&project, "sales");
    assert_eq!(
        migrate(&project, &["to-profiles", "sales"]),
        "wrote profiles/dev.yml\nwrote pipelines/sales.sf\n"
    );
    assert_eq!(plan(&project, "sales"), before);
    let expect = SALES
        .replace(
            " type csv params { \"path\": \"data/orders.csv\", -- all of them\n  \"delimiter\": \"\\t\", \"has_header\": true }",
            " FROM \"Orders\" -- all of them\n",
        )
        .replace(
            "TYPE csv PARAMS { \"path\": \"${folder}/people.csv\", \"has_header\": false }",
            "FROM \"people\" OPTIONS { \"path\": \"${folder}/people.csv\" }",
        )
        .replace("TYPE csv PARAMS { \"path\": \"data/more.csv\" }", "FROM \"more\"");
    assert_eq!(read(&project, "pipelines/sales.sf"), expect);
    let added = "
  Orders:
    type: csv
    params:
      path: \"data/orders.csv\"
      delimiter: \"\\t\"
      has_header: true
  people:
    type: csv
    params:
      has_header: false
  more:
    type: csv
    params:
      path: \"data/more.csv\"
# the end";
    assert_eq!(read(&project, "profiles/dev.yml"), PROFILE.replace("\n# the end", added));
    assert_eq!(migrate(&project, &["to-profiles", "sales"]), "nothing to do\n");
}

#[test]
fn a_profile_in_braces_or_without_connections_takes_them_too() {
    let source = "SOURCE s TYPE csv PARAMS { \"path\": \"a.csv\" };\nLOAD s FROM s;\n";
    for (profile, expect) in [
        ("", "connections:\n  s:\n    type: csv\n    params:\n      path: \"a.csv\"\n"),
        (
            "variables: { a: 1 }",
            "variables: { a: 1 }\nconnections:\n  s:\n    type: csv\n    params:\n      path: \"a.csv\"\n",
        ),
        (
            "connections:\nvariables: {}\n",
            "connections:\n  s:\n    type: csv\n    params:\n      path: \"a.csv\"\nvariables: {}\n",
        ),
        (
            "connections: { t: { type: csv } }\n",
            "connections: { t: { type: csv }, s: { type: csv, params: { path: \"a.csv\" } } }\n",
        ),
        ("connections: {}\n", "connections: { s: { type: csv, params: { path: \"a.csv\" } } }\n"),
    ] {
        let project = Project::of(&[("a", source)]);
        project.write("profiles/dev.yml", profile);
        let before = plan(&project, "a");
        migrate(&project, &["to-profiles", "a"]);
        assert_eq!(read(&project, "profiles/dev.yml"), expect);
        assert_eq!(plan(&project, "a"), before);
    }
}

#[test]
fn a_project_without_profiles_gets_one() {
    let project = Project::empty();
    project.write(
        "pipelines/a.sf",
        "SOURCE s TYPE csv PARAMS { \"path\": \"a.csv\" };\nLOAD s FROM s;\n",
    );
    let before = plan(&project, "a");
    assert_eq!(
        migrate(&project, &["to-profiles", "a"]),
        "wrote profiles/dev.yml\nwrote pipelines/a.sf\n"
    );
    assert_eq!(plan(&project, "a"), before);
}

#[test]
fn comments_stay_where_params_moved_away() {
    let text = "SOURCE s /* one */ TYPE csv -- two\nPARAMS { -- three\n\"path\": \"a.csv\" /* four */ };\n\
                EXPORT s TO 'x' TYPE /* five */ nowhere -- six\nOPTIONS { \"host\": \"h\" };\n\
                EXPORT s TO 'x' TYPE nowhere OPTIONS { \"host\": \"h\" /* seven */ };\n";
    let project = Project::of(&[("a", text)]);
    migrate(&project, &["to-profiles", "a"]);
    assert_eq!(
        read(&project, "pipelines/a.sf"),
        "SOURCE s FROM \"s\" /* one */ -- two\n-- three\n/* four */ ;\n\
         EXPORT s TO 'x' /* five */ USING \"nowhere\" -- six\nOPTIONS {};\n\
         EXPORT s TO 'x' USING \"nowhere\" OPTIONS { /* seven */ };\n"
    );
}

#[test]
fn a_dry_run_shows_the_difference_and_writes_nothing() {
    let text = "SOURCE s TYPE csv PARAMS { \"path\": \"a.csv\" };\n";
    let project = Project::of(&[("a", text)]);
    let profile = read(&project, "profiles/dev.yml");
    let shown = migrate(&project, &["to-profiles", "pipelines/a.sf", "--dry-run"]);
    let expect = "--- pipelines/a.sf\n+++ pipelines/a.sf\n@@ -1 +1 @@\n-SOURCE s TYPE csv PARAMS { \"path\": \"a.csv\" };\n+SOURCE s FROM \"s\";\n";
    assert!(shown.ends_with(expect), "{shown}");
    assert!(shown.starts_with("--- profiles/dev.yml\n+++ profiles/dev.yml\n"), "{shown}");
    assert_eq!(
        (read(&project, "pipelines/a.sf").as_str(), read(&project, "profiles/dev.yml")),
        (text, profile)
    );
}

/// Mutation: leave the masking out of `change.rs`; the dry run shows the password.
#[test]
fn a_secret_becomes_a_variable_and_is_shown_nowhere() {
    let text = "SOURCE shop TYPE nowhere PARAMS { \"host\": \"h\", \"password\": \"hunter2\\\"\", \"auth\": { \"token\": \"t0k3n\" }, \"table\": \"orders\" };\n\
                EXPORT t TO 'x' TYPE nowhere OPTIONS { \"host\": \"h\", \"api_key\": \"${KEY}\", \"batch\": 5 };\n";
    let project = Project::of(&[("a", text)]);
    for args in [&["to-profiles", "a", "--dry-run"], &["to-profiles", "a"][..]] {
        let shown = migrate(&project, args);
        assert!(!shown.contains("hunter2") && !shown.contains("t0k3n"), "{shown}");
        assert!(shown.contains("note: set SHOP_PASSWORD in the environment"), "{shown}");
        assert!(shown.contains("note: set SHOP_AUTH_TOKEN in the environment"), "{shown}");
    }
    assert_eq!(
        read(&project, "pipelines/a.sf"),
        "SOURCE shop FROM \"shop\" OPTIONS { \"table\": \"orders\" };\n\
         EXPORT t TO 'x' USING \"nowhere\" OPTIONS { \"batch\": 5 };\n"
    );
    let profile = read(&project, "profiles/dev.yml");
    let connections = "\
connections:
  shop:
    type: nowhere
    params:
      host: \"h\"
      password: \"${SHOP_PASSWORD}\"
      auth: { token: \"${SHOP_AUTH_TOKEN}\" }
  nowhere:
    type: nowhere
    params:
      host: \"h\"
      api_key: \"${KEY}\"
";
    assert!(profile.ends_with(connections), "{profile}");
}

#[test]
fn another_connection_of_the_same_name_is_replaced_by_force_only() {
    let text = "SOURCE one TYPE csv PARAMS { \"path\": \"new.csv\" };\n";
    let project = Project::of(&[("a", text)]);
    project.write("profiles/dev.yml", PROFILE);
    let ended = project.sqlflow(&["migrate", "to-profiles", "a"]);
    assert_eq!(ended.code, 1);
    assert!(
        ended.stderr.contains("SF0022") && ended.stderr.contains("--force"),
        "{}",
        ended.stderr
    );
    assert_eq!(
        (read(&project, "pipelines/a.sf").as_str(), read(&project, "profiles/dev.yml").as_str()),
        (text, PROFILE)
    );
    project.write(
        "profiles/old.yml",
        "connectors: { one: { type: csv, params: { path: one.csv } } }\n",
    );
    let ended = project.sqlflow(&["migrate", "to-profiles", "a", "--force", "-p", "old"]);
    assert!(ended.code == 1 && ended.stderr.contains("SF0023"), "{}", ended.stderr);
    migrate(&project, &["to-profiles", "a", "--force"]);
    let old = "  one: # the first\n    type: csv\n    params: { path: one.csv } # its path\n";
    let new = "  one:\n    type: csv\n    params:\n      path: \"new.csv\"\n";
    assert_eq!(read(&project, "profiles/dev.yml"), PROFILE.replace(old, new));
}

#[test]
fn the_pipelines_of_a_folder_share_connections_where_asked() {
    let source = |name: &str, path: &str| {
        format!("SOURCE {name} TYPE csv PARAMS {{ \"path\": \"{path}\" }};\nLOAD t FROM {name};\n")
    };
    let (a, b, c) = (source("s", "x.csv"), source("s", "y.csv"), source("u", "x.csv"));
    let froms = |merge: bool| {
        let project = Project::of(&[("a", &a), ("b", &b), ("c", &c)]);
        let before = ["a", "b", "c"].map(|name| plan(&project, name));
        let mut args = vec!["extract-profiles", "pipelines"];
        args.extend(merge.then_some("--merge-similar"));
        migrate(&project, &args);
        assert_eq!(["a", "b", "c"].map(|name| plan(&project, name)), before);
        let first = |name: &str| {
            read(&project, &format!("pipelines/{name}.sf")).lines().next().unwrap().to_owned()
        };
        ["a", "b", "c"].map(first)
    };
    assert_eq!(
        froms(false),
        ["SOURCE s FROM \"s\";", "SOURCE s FROM \"s_2\";", "SOURCE u FROM \"u\";"]
    );
    assert_eq!(
        froms(true),
        ["SOURCE s FROM \"s\";", "SOURCE s FROM \"s_2\";", "SOURCE u FROM \"s\";"]
    );
}

#[test]
fn a_pipeline_with_errors_is_left_alone() {
    let project = Project::of(&[("a", "SOURCE s TYPE csv PARAMS { \"path\": };\n")]);
    let ended = project.sqlflow(&["migrate", "to-profiles", "a"]);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("SF0121"), "{}", ended.stderr);
}

const OLD: &str = "\
# The profile of SQLFlow.
log_level: info
engines:
  duckdb:
    mode: memory # nothing is kept
    memory_limit: 1GB
connectors:
  people: # by name
    type: CSV
    params:
      path: people.csv
";

#[test]
fn a_profile_of_sqlflow_is_written_anew_and_the_plan_is_the_same() {
    let project =
        Project::of(&[("a", "SOURCE people FROM \"people\";\nLOAD people FROM people;\n")]);
    project.write("profiles/dev.yml", OLD);
    let before = plan(&project, "a");
    let shown = migrate(&project, &["profile", "dev", "--dry-run"]);
    assert!(
        shown.contains("+connections:\n") && shown.contains("`log_level` had no effect"),
        "{shown}"
    );
    assert_eq!(read(&project, "profiles/dev.yml"), OLD);
    migrate(&project, &["profile"]);
    assert_eq!(
        read(&project, "profiles/dev.yml"),
        "# The profile of SQLFlow.\nengine:\n  type: duckdb\n  path: \":memory:\" # nothing is kept\n  \
         memory_limit: 1GB\nconnections:\n  people: # by name\n    type: CSV\n    params:\n      \
         path: people.csv\n"
    );
    let mut after = project.sqlflow(&["plan", "a", "--format", "json"]).json();
    after["operations"].as_array_mut().unwrap().iter_mut().for_each(|operation| {
        for key in ["is_from_profile", "profile_connector_name"] {
            operation.as_object_mut().unwrap().remove(key);
        }
    });
    assert_eq!(after, before);
    let check = project.sqlflow(&["check", "a"]);
    assert!(
        !check.stderr.contains("older form") && !check.stderr.contains("no effect"),
        "{}",
        check.stderr
    );
    assert_eq!(migrate(&project, &["profile"]), "nothing to do\n");
}
