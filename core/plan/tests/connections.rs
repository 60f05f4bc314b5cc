//! Connections of the profile.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use serde_json::json;
use sqlflow_plan::Action;
use support::{config, demo};

const PROFILE: &str = "connections:
  files: { type: csv, params: { file: in/a.csv, delimiter: '|', compression: gzip } }
  main: { type: PG, params: { host: \"${HOST}\", port: 1, table: people } }
  typo: { type: csv, params: { path: a, delimitr: ';' } }
  lost: { type: csv, params: { path: \"${NOWHERE}/a\" } }
  odd: { type: nothing }
";

#[test]
fn options_win_over_the_connection_and_that_over_defaults() {
    let text = "SOURCE s FROM \"files\" OPTIONS {\"path\": \"b.csv\"}; LOAD t FROM s;
                SOURCE p FROM \"main\" OPTIONS {\"port\": 2}; LOAD u FROM p;
                EXPORT t TO \"out.csv\" USING \"files\" OPTIONS {\"header\": false};";
    let plan = demo(text).profile(PROFILE).environment("HOST", "example.org").plan();
    let of = |id: &str| config(plan.step(id).unwrap());
    let expect = json!({"path": ["/project/b.csv"], "delimiter": "|", "has_header": true});
    assert_eq!(of("source_s"), expect);
    let expect = json!({"host": "example.org", "port": 2, "table": "people"});
    assert_eq!(of("source_p"), expect);
    // `path` is for the source only, and nobody's mistake here.
    let expect = json!({"header": false, "compression": "gzip", "delimiter": "|"});
    assert_eq!(of("export_csv_t"), expect);
    let Action::Source(source) = &plan.step("source_p").unwrap().action else { panic!() };
    assert_eq!(source.connected.connector, "db");
    assert_eq!(source.connected.connection.as_deref(), Some("main"));
}

#[test]
fn a_problem_of_a_connection_is_reported_once_at_its_place_in_the_profile() {
    let text = "SOURCE a FROM \"typo\" OPTIONS {}; SOURCE b FROM \"typo\" OPTIONS {};
                SOURCE c FROM \"lost\" OPTIONS {}; SOURCE d FROM \"odd\" OPTIONS {};";
    let problems = demo(text).profile(PROFILE).problems();
    let expect = [("SF0201", "delimitr"), ("SF0311", "${NOWHERE}"), ("SF0208", "nothing")];
    assert_eq!(problems, expect.map(|(code, at)| (code, at.to_owned())));
}

#[test]
fn an_unknown_connection_is_reported_with_those_there_are() {
    let found = demo("SOURCE s FROM \"mian\" OPTIONS {};").profile(PROFILE).problem();
    assert_eq!((found.0, found.1.as_str()), ("SF0207", "\"mian\""));
    assert_eq!(found.2, "the profile `dev` has no connection `mian`");
    assert_eq!(found.3, "did you mean `main`? There are: files, lost, main, odd, typo");
}

#[test]
fn every_use_of_a_variable_tells_where_its_value_came_from() {
    let text = "SET a = \"${b|x}\"; SOURCE p FROM \"main\" OPTIONS {\"port\": ${n}};
                CREATE TABLE t AS SELECT '${a}';";
    let demo = demo(text).profile(PROFILE).vars("n=3").environment("HOST", "h");
    let found: Vec<String> = demo
        .uses()
        .iter()
        .map(|found| format!("{}: {}", found.used.reference.name, found.used.resolved.origin))
        .collect();
    let expect =
        ["b: the default in the reference", "n: --vars", "a: SET", "HOST: the environment"];
    assert_eq!(found, expect);
}
