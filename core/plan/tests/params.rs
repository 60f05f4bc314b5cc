//! Params, options and connections against the connectors' specs.
#![allow(clippy::panic, reason = "a test fails by panicking")]

mod support;

use serde_json::json;
use sqlflow_plan::{Action, to_json, to_text};
use support::{config, demo};

fn source(params: &str) -> String {
    format!("SOURCE s TYPE csv PARAMS {params};\nLOAD t FROM s;")
}

#[track_caller]
fn check_source(params: &str, expect: serde_json::Value) {
    assert_eq!(config(&demo(&source(params)).plan().steps[0]), expect, "{params}");
}

#[track_caller]
fn check_refused(text: &str, code: &str, caret: &str, message: &str, help: &str) {
    let found = demo(text).problem();
    let expect = (caret.to_owned(), message.to_owned(), help.to_owned());
    assert_eq!((found.0, (found.1, found.2, found.3)), (code, expect), "{text}");
}

#[test]
fn params_are_checked_defaults_filled_in_and_paths_made_absolute() {
    check_source(
        r#"{"file": "data/a.csv", "has_header": "false"}"#,
        json!({"path": ["/project/data/a.csv"], "delimiter": ",", "has_header": false}),
    );
    check_source(
        r#"{"path": ["a.csv", "/b.csv"], "skip": ${n|5}, "sep": "${sep|;}"}"#,
        json!({"path": ["/project/a.csv", "/b.csv"], "delimiter": ";", "has_header": true, "skip": 5}),
    );
}

#[test]
fn a_leaf_that_is_one_reference_takes_the_type_of_its_value() {
    let text = "SOURCE s TYPE db PARAMS {\"host\": \"h\", \"extra\": \
                {\"a\": \"${n}\", \"b\": \"${n}!\", \"c\": [${yes}, ${none}], \"d\": \"${money}\"}};";
    let vars = r#"{"n": 5, "yes": true, "none": null, "money": 1.50}"#;
    let plan = demo(text).vars(vars).plan();
    let expect = json!({"a": 5, "b": "5!", "c": [true, null], "d": "1.50"});
    assert_eq!(config(&plan.steps[0])["extra"], expect);
}

#[test]
fn a_misspelt_option_is_named_with_the_nearest() {
    check_refused(
        &source(r#"{"path": "a", "delimitr": ";"}"#),
        "SF0201",
        "\"delimitr\"",
        "csv source: unknown option `delimitr`",
        "did you mean `delimiter`? Known: path, delimiter, has_header, skip",
    );
}

#[test]
fn a_missing_option_is_reported_at_the_object() {
    check_refused(
        &source("{}"),
        "SF0202",
        "{}",
        "csv source: option `path` is missing",
        "add `path`: The file.",
    );
}

#[test]
fn every_problem_of_a_statement_is_reported_at_its_key() {
    let text =
        source(r#"{"path": "a", "file": "b", "skip": -1, "has_header": "perhaps", "n": ${m}}"#);
    let expect = [
        ("SF0205", "\"file\""),
        ("SF0204", "\"skip\""),
        ("SF0203", "\"has_header\""),
        ("SF0201", "\"n\""),
        ("SF0311", "${m}"),
    ];
    let expect: Vec<_> = expect.iter().map(|(code, at)| (*code, (*at).to_owned())).collect();
    let mut problems = demo(&text).problems();
    // The misspelt key has a value that is broken too: one finding for it.
    let expect: Vec<_> = expect.into_iter().filter(|(code, _)| *code != "SF0201").collect();
    problems.retain(|(code, _)| *code != "SF0201");
    assert_eq!(problems, expect);
}

#[test]
fn a_broken_value_is_not_also_missing() {
    let text = source(r#"{"file": "${nothing}"}"#);
    assert_eq!(demo(&text).problems(), [("SF0311", "${nothing}".to_owned())]);
}

#[test]
fn the_caret_of_a_reference_stands_in_the_leaf_unless_it_has_escapes() {
    let text = source(r#"{"path": "é/${nothing}"}"#);
    assert_eq!(demo(&text).problems()[0].1, "${nothing}");
    let text = source(r#"{"path": "a\t${nothing}"}"#);
    assert_eq!(demo(&text).problems()[0].1, r#""a\t${nothing}""#);
}

#[test]
fn a_full_refresh_is_what_happens_anyway() {
    check_source(
        r#"{"path": "/a", "sync_mode": "FULL_REFRESH"}"#,
        json!({"path": ["/a"], "delimiter": ",", "has_header": true}),
    );
}

#[test]
fn ordered_is_an_option_of_load_then_of_the_profile() {
    let ordered = |yaml: &str, options: &str| {
        let text =
            format!("SOURCE s TYPE csv PARAMS {{\"path\": \"a\"}}; LOAD t FROM s {options};");
        let plan = demo(&text).profile(yaml).plan();
        let Action::Load(load) = &plan.steps[1].action else { panic!() };
        load.ordered
    };
    assert!(ordered("", ""));
    assert!(!ordered("", "OPTIONS {\"ordered\": false}"));
    assert!(!ordered("engine: { type: duckdb, ordered: false }", ""));
    assert!(ordered("engine: { type: duckdb, ordered: false }", "OPTIONS {\"ordered\": true}"));
}

#[test]
fn options_of_load_and_create_are_checked() {
    let source = r#"SOURCE s TYPE csv PARAMS {"path": "a"};"#;
    check_refused(
        &format!("{source} LOAD t FROM s OPTIONS {{\"orderd\": true}};"),
        "SF0201",
        "\"orderd\"",
        "LOAD: unknown option `orderd`",
        "did you mean `ordered`? Known: timeout, retry, on_failure, criticality, \
         expected_duration, ordered, schema_policy, bad_rows, max_bad_rows",
    );
    check_refused(
        "CREATE TABLE t OPTIONS {\"fast\": true} AS SELECT 1;",
        "SF0201",
        "\"fast\"",
        "CREATE: unknown option `fast`",
        "known: timeout, retry, on_failure, criticality, expected_duration, ordered, \
         schema_policy, bad_rows, max_bad_rows",
    );
}

#[test]
fn a_connector_that_cannot_be_had_is_reported_with_its_own_code_and_remedy() {
    let text = "SOURCE s TYPE Bent PARAMS {\"a\": 1};";
    check_refused(text, "SF0404", "Bent", "the library is cut short", "copy it again");
    let text = "EXPORT SELECT 1 TO \"x\" TYPE unheard;";
    assert_eq!(demo(text).problems(), [("SF0208", "unheard".to_owned())]);
}

#[test]
fn a_connector_is_refused_in_a_role_it_does_not_play() {
    let found = demo("EXPORT SELECT 1 TO \"x\" TYPE feed;").problem();
    assert_eq!((found.0, found.1.as_str()), ("SF0209", "feed"));
    let found = demo("SOURCE s TYPE mail PARAMS {\"a\": 1};").problem();
    assert_eq!((found.0, found.1.as_str()), ("SF0209", "mail"));
}

#[test]
fn a_destination_that_cannot_replace_is_refused() {
    let found = demo("EXPORT SELECT 1 TO \"x\" TYPE mail;").problem();
    assert_eq!((found.0, found.1.as_str()), ("SF0210", "\"x\""));
}

#[test]
fn a_field_takes_its_environment_name_where_nothing_is_given() {
    let with = |params: &str| {
        let text = format!("SOURCE s TYPE db PARAMS {params}; LOAD t FROM s;");
        demo(&text).environment("DB_HOST", "from-env").environment("DB_PASSWORD", "hunter2").plan()
    };
    let plan = with("{\"port\": 1}");
    let expect = json!({"host": "from-env", "port": 1, "password": "hunter2"});
    assert_eq!(config(&plan.steps[0]), expect);
    let Action::Source(source) = &plan.steps[0].action else { panic!() };
    assert_eq!(source.connected.secret_fields, ["password"]);
    let secrets: Vec<&str> = source.connected.secrets.iter().map(|s| s.expose().as_str()).collect();
    assert_eq!(secrets, ["hunter2"]);
    assert_eq!(config(&with("{\"host\": \"given\"}").steps[0])["host"], "given");
    let found = demo("SOURCE s TYPE db PARAMS {\"port\": 1};").problem();
    assert_eq!(found.3, "add `host`: The server., or set DB_HOST in the environment");
}

#[test]
fn no_output_shows_a_secret() {
    let text = "SOURCE s TYPE db PARAMS {\"host\": \"${HOST}\", \"password\": \"pw-1\", \
                \"extra\": {\"url\": \"https://${TOKEN}@x\"}}; LOAD t FROM s;
                EXPORT t TO \"x/${TOKEN}\" TYPE db OPTIONS {\"host\": \"h\"};";
    let plan = demo(text).environment("HOST", "inside").environment("TOKEN", "t0ken").plan();
    let shown = format!("{plan:?}\n{}\n{}", to_json(&plan), to_text(&plan));
    for secret in ["pw-1", "t0ken", "inside"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
    assert_eq!(to_json(&plan)["operations"][0]["query"]["extra"]["url"], "https://***@x");
}

#[test]
fn the_stream_is_named_by_the_params_or_by_the_table() {
    let text = "SOURCE shop TYPE db PARAMS {\"host\": \"h\"};
                SOURCE one TYPE db PARAMS {\"host\": \"h\", \"table\": \"people\"};
                LOAD Orders FROM shop; LOAD customers FROM one; LOAD staging.items FROM SHOP;";
    let plan = demo(text).plan();
    let streams: Vec<&str> = plan
        .steps
        .iter()
        .filter_map(|step| match &step.action {
            Action::Load(load) => Some(load.stream.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(streams, ["Orders", "people", "items"]);
}

#[test]
fn places_are_paths_where_the_destination_says_so() {
    let text = "EXPORT SELECT 1 TO \"./out/${name}.csv\" TYPE csv;
                EXPORT SELECT 1 TO \"public.t\" TYPE db OPTIONS {\"host\": \"h\"};
                EXPORT SELECT 1 TO \"/tmp/x.csv\" TYPE csv;";
    let plan = demo(text).vars("name=daily").plan();
    let places: Vec<(&str, &str)> = plan
        .steps
        .iter()
        .map(|step| match &step.action {
            Action::Export(export) => (export.place.as_str(), export.place_as_written.as_str()),
            _ => panic!(),
        })
        .collect();
    let expect = [
        ("/project/out/daily.csv", "./out/daily.csv"),
        ("public.t", "public.t"),
        ("/tmp/x.csv", "/tmp/x.csv"),
    ];
    assert_eq!(places, expect);
}

#[test]
fn an_empty_place_is_refused() {
    let found = demo("EXPORT SELECT 1 TO \"${dir}\" TYPE csv;").vars("dir=\"\"").problem();
    assert_eq!((found.0, found.1.as_str()), ("SF0217", "\"${dir}\""));
}
