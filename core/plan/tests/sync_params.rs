//! SQLFlow's params of sources: the read and write clauses in other words.

mod support;

use support::{clauses, config, demo, unbuilt};

fn text(params: &str, clauses: &str) -> String {
    format!("SOURCE s TYPE csv PARAMS {{\"path\": \"/a\", {params}}};\nLOAD t FROM s {clauses};")
}

#[track_caller]
fn check(params: &str, expect: &str) {
    assert_eq!(clauses(&demo(&text(params, "")).plan()), expect, "{params}");
}

/// Code and caret of every finding.
#[track_caller]
fn refused(params: &str, clauses: &str, expect: &[(&str, &str)]) {
    let found = demo(&text(params, clauses)).problems();
    let found: Vec<_> = found.iter().map(|(code, at)| (*code, at.as_str())).collect();
    assert_eq!(found, expect, "{params} {clauses}");
}

const BY_DAY: &str = r#""sync_mode": "incremental", "cursor_field": "day""#;

#[test]
fn params_say_what_the_clauses_say() {
    check(r#""sync_mode": "full_refresh""#, "all → REPLACE");
    check(BY_DAY, "by day → APPEND");
    check(&format!(r#"{BY_DAY}, "primary_key": "id""#), "by day → UPSERT id");
    check(
        &format!(r#"{BY_DAY}, "primary_key": "id", "destination_sync_mode": "append""#),
        "by day → APPEND",
    );
    check(r#""destination_sync_mode": "append""#, "all → APPEND");
    check(r#""destination_sync_mode": "OVERWRITE""#, "all → REPLACE");
    check(
        r#""destination_sync_mode": "append_dedup", "primary_key": ["a", "b"]"#,
        "all → UPSERT a+b",
    );
    check(
        r#""replication_method": "INCREMENTAL", "cursor_field": "day", "primary_key": "id",
           "lookback_window": 3600, "start_date": "2024-01-01", "end_date": "2024-02-01 08:00:00",
           "cursor_field_datetime_format": "%Y""#,
        "by day back 3600 SECONDS from 2024-01-01 to 2024-02-01 08:00:00 as %Y → UPSERT id",
    );
    check(
        &format!(r#"{BY_DAY}, "primary_key": "id", "lookback_window": "7 days""#),
        "by day back 7 DAYS → UPSERT id",
    );
    check(r#""replication_method": "FULL_TABLE""#, "all → REPLACE");
}

#[test]
fn a_value_that_says_nothing_or_something_else_is_refused_at_its_key() {
    for (param, code) in [
        (r#""sync_mode": 1"#, "SF0203"),
        (r#""sync_mode": "incremantal""#, "SF0204"),
        (r#""cursor_field": 5"#, "SF0203"),
        (r#""cursor_field": " ""#, "SF0204"),
        (r#""primary_key": 5"#, "SF0203"),
        (r#""primary_key": """#, "SF0204"),
        (r#""primary_key": []"#, "SF0204"),
        (r#""primary_key": ["a", ""]"#, "SF0204"),
        (r#""primary_key": ["a", 1]"#, "SF0203"),
        (r#""destination_sync_mode": "merge""#, "SF0204"),
        (r#""replication_method": "FULL""#, "SF0204"),
        (r#""lookback_window": -1"#, "SF0204"),
        (r#""lookback_window": "a while""#, "SF0204"),
        (r#""lookback_window": true"#, "SF0203"),
        (r#""start_date": """#, "SF0204"),
        (r#""start_date": "01/02/2024""#, "SF0204"),
        (r#""end_date": 20240101"#, "SF0203"),
        (r#""cursor_field_datetime_format": """#, "SF0204"),
    ] {
        let key = param.split(':').next().unwrap_or_default();
        refused(param, "", &[(code, key)]);
    }
}

#[test]
fn all_that_is_wrong_is_told_at_once_and_in_words() {
    refused(
        r#""sync_mode": "sometimes", "cursor_field": "", "lookback_window": -5, "start_date": """#,
        "",
        &[
            ("SF0204", "\"sync_mode\""),
            ("SF0204", "\"cursor_field\""),
            ("SF0204", "\"lookback_window\""),
            ("SF0204", "\"start_date\""),
        ],
    );
    let found = demo(&text(r#""sync_mode": "incremantal""#, "")).problem();
    let message = "csv source: option `sync_mode` takes one of: full_refresh, incremental, cdc \
                   (did you mean \"incremental\"?)";
    assert_eq!(found.2, message);
    let found = demo(&text(r#""replication_method": "FULL""#, "")).problem();
    assert!(found.3.contains("sync_mode: \"full_refresh\" in place of FULL_TABLE"), "{}", found.3);
    let backwards = format!(r#"{BY_DAY}, "start_date": "2024-02-01", "end_date": "2024-01-01""#);
    refused(&backwards, "", &[("SF0204", "\"end_date\"")]);
}

#[test]
fn sqlflows_rules_hold() {
    let cursor = r#""cursor_field": "day""#;
    let full = format!(r#""sync_mode": "full_refresh", {cursor}"#);
    refused(&full, "", &[("SF0238", "\"cursor_field\"")]);
    refused(cursor, "", &[("SF0238", "\"cursor_field\"")]);
    refused(r#""sync_mode": "incremental""#, "", &[("SF0239", "\"sync_mode\"")]);
    refused(
        r#""destination_sync_mode": "append_dedup""#,
        "",
        &[("SF0240", "\"destination_sync_mode\"")],
    );
    refused(r#""sync_mode": "cdc""#, "", &[("SF0206", "\"sync_mode\"")]);
    refused(r#""replication_method": "LOG_BASED""#, "", &[("SF0206", "\"replication_method\"")]);
    for param in ["\"lookback_window\": 60", "\"start_date\": \"2024-01-01\""] {
        let key = param.split(':').next().unwrap_or_default();
        refused(param, "", &[("SF0244", key)]);
    }
}

#[test]
fn the_refusals_of_clauses_hold_for_params_too() {
    let overwrite = format!(r#"{BY_DAY}, "destination_sync_mode": "overwrite""#);
    refused(&overwrite, "", &[("SF0232", "\"destination_sync_mode\"")]);
    refused(BY_DAY, "MODE REPLACE", &[("SF0232", "MODE REPLACE")]);
    let again = format!(r#"{BY_DAY}, "lookback_window": 60"#);
    refused(&again, "", &[("SF0233", "\"lookback_window\"")]);
    let memory = demo(&text(BY_DAY, "")).profile("engine: { type: duckdb, mode: memory }");
    assert_eq!(memory.problems(), [("SF0234", "\"sync_mode\"".to_owned())]);
}

#[test]
fn a_clause_says_more_than_a_param_and_not_the_contrary() {
    let with = |params: &str, said: &str| clauses(&demo(&text(params, said)).plan());
    let back = format!(r#"{BY_DAY}, "primary_key": "id", "lookback_window": 60"#);
    let said = "INCREMENTAL BY DAY LOOKBACK 2 HOURS";
    assert_eq!(with(&back, said), "by DAY back 2 HOURS → UPSERT id");
    assert_eq!(with(&back, "INCREMENTAL BY day"), "by day back 60 SECONDS → UPSERT id");
    assert_eq!(with(&back, "MODE DELETE INSERT"), "by day back 60 SECONDS → DELETE INSERT");
    let start = r#""start_date": "2024-01-01""#;
    assert_eq!(with(start, "INCREMENTAL BY c"), "by c from 2024-01-01 → APPEND");

    let full = r#""sync_mode": "full_refresh""#;
    refused(full, "INCREMENTAL BY c", &[("SF0241", "INCREMENTAL BY c")]);
    refused(BY_DAY, "INCREMENTAL BY c", &[("SF0241", "INCREMENTAL BY c")]);
    let append = r#""destination_sync_mode": "append""#;
    refused(append, "MODE UPSERT KEY (a)", &[("SF0241", "MODE UPSERT KEY (a)")]);
    let keyed = r#""primary_key": ["a", "b"]"#;
    refused(keyed, "MODE UPSERT KEY (a)", &[("SF0241", "MODE UPSERT KEY (a)")]);
    assert_eq!(with(keyed, "MODE UPSERT KEY (B, a)"), "all → UPSERT B+a");
    let both = r#""sync_mode": "full_refresh", "replication_method": "LOG_BASED""#;
    refused(both, "", &[("SF0241", "\"replication_method\"")]);

    let found = demo(&text(BY_DAY, "INCREMENTAL BY c")).problem();
    assert_eq!(found.2, "INCREMENTAL BY c says otherwise than `cursor_field` on line 1");
    assert_eq!(found.3, "make the two agree, or take `cursor_field` out: the clause says it");
}

#[test]
fn a_clause_wins_over_what_the_profile_says() {
    let yaml = "connections:\n  shop:\n    type: csv\n    params: { path: /a, sync_mode: incremental, cursor_field: day }\n";
    let plan = |said: &str| {
        let text = format!("SOURCE s FROM \"shop\"; LOAD t FROM s {said};");
        clauses(&demo(&text).profile(yaml).plan())
    };
    assert_eq!(plan(""), "by day → APPEND");
    assert_eq!(plan("INCREMENTAL BY changed"), "by changed → APPEND");
    // They mean nothing to an export over the same connection.
    let yaml = yaml.replace("path: /a, ", "");
    let export = demo("EXPORT SELECT 1 TO 'x' USING \"shop\";").profile(&yaml).plan();
    assert_eq!(clauses(&export), "all → REPLACE");
}

#[test]
fn a_connectors_own_field_is_its_own() {
    let text =
        "SOURCE s TYPE shop PARAMS {\"cursor_field\": \"x\", \"timeout\": 30}; LOAD t FROM s;";
    let plan = demo(text).plan();
    assert_eq!(config(&plan.steps[0]), serde_json::json!({"cursor_field": "x", "timeout": 30}));
    assert_eq!((clauses(&plan).as_str(), plan.unbuilt.len()), ("all → REPLACE", 0));
    assert_eq!(plan.steps[0].options.timeout, None);
}

#[test]
fn an_incremental_source_is_not_silently_read_in_full() {
    let found = unbuilt(&demo(&text(BY_DAY, "")));
    let message = "an incremental read (`sync_mode`) is not run yet".to_owned();
    assert_eq!(found, [("\"sync_mode\"".to_owned(), message.clone())]);
    let query = format!(
        "SOURCE s TYPE csv PARAMS {{\"path\": \"a\", {BY_DAY}}}; CREATE TABLE t AS SELECT * FROM s;"
    );
    assert_eq!(unbuilt(&demo(&query)), [("\"sync_mode\"".to_owned(), message)]);
    let dedup = r#""destination_sync_mode": "append_dedup", "primary_key": "id""#;
    let found = unbuilt(&demo(&text(dedup, "")));
    let expect = ("\"destination_sync_mode\"", "`destination_sync_mode` is not run yet");
    assert_eq!(found, [(expect.0.to_owned(), expect.1.to_owned())]);
}
