//! The options that every statement takes.

mod support;

use std::time::Duration;

use sqlflow_plan::{BadRows, Criticality, OnFailure, Retry, SchemaPolicy, StepOptions, to_json};
use support::{demo, unbuilt};

fn statements(options: &str) -> [String; 4] {
    let source = r#"SOURCE s TYPE csv PARAMS {"path": "a"};"#;
    [
        format!(r#"SOURCE s TYPE csv PARAMS {{"path": "a", {options}}}; LOAD t FROM s;"#),
        format!("{source} LOAD t FROM s OPTIONS {{{options}}};"),
        format!("CREATE TABLE t OPTIONS {{{options}}} AS SELECT 1;"),
        format!("EXPORT SELECT 1 TO \"a.csv\" TYPE csv OPTIONS {{{options}}};"),
    ]
}

/// The options of the step that says any.
fn said(text: &str) -> StepOptions {
    let plan = demo(text).plan();
    let nothing = StepOptions::default();
    let options = plan.steps.into_iter().map(|step| step.options);
    options.into_iter().find(|options| *options != nothing).unwrap_or(nothing)
}

#[test]
fn every_statement_takes_all_of_them() {
    let options = r#""timeout": "5m", "expected_duration": 90, "ordered": true,
        "retry": {"max_attempts": 3, "first_delay": "500ms", "max_delay": "1h 30m",
                  "factor": 2, "jitter": 0.1},
        "on_failure": "Continue", "criticality": "critical", "schema_policy": "evolve",
        "bad_rows": "quarantine", "max_bad_rows": 10"#;
    let expect = StepOptions {
        timeout: Some(Duration::from_secs(300)),
        retry: Some(Retry {
            max_attempts: Some(3),
            first_delay: Some(Duration::from_millis(500)),
            max_delay: Some(Duration::from_secs(5400)),
            factor: Some(2.0),
            jitter: Some(0.1),
        }),
        on_failure: Some(OnFailure::Continue),
        criticality: Some(Criticality::Critical),
        expected_duration: Some(Duration::from_secs(90)),
        ordered: Some(true),
        schema_policy: Some(SchemaPolicy::Evolve),
        bad_rows: Some(BadRows::Quarantine),
        max_bad_rows: Some(10),
    };
    for text in statements(options) {
        assert_eq!(said(&text), expect, "{text}");
    }
    let plan = demo(&statements(options)[2]).plan();
    let expect = serde_json::json!({
        "timeout": 300,
        "retry": {"max_attempts": 3, "first_delay": 0.5, "max_delay": 5400, "factor": 2.0,
                  "jitter": 0.1},
        "on_failure": "continue", "criticality": "critical", "expected_duration": 90,
        "ordered": true, "schema_policy": "evolve", "bad_rows": "quarantine", "max_bad_rows": 10,
    });
    assert_eq!(to_json(&plan)["operations"][0]["options"], expect);
}

#[test]
fn a_wrong_value_is_told_at_its_key_with_what_is_taken() {
    let a_time = "a time such as 30s, 5m or 2h, or a number of seconds";
    let on_failure = "one of: stop, continue (did you mean \"continue\"?)";
    let policies = "one of: evolve, freeze, discard_column, discard_row, quarantine";
    let retry = "an object with max_attempts, first_delay, max_delay, factor, jitter";
    for (option, code, takes) in [
        (r#""timeout": "soon""#, "SF0204", a_time.to_owned()),
        (r#""timeout": 0"#, "SF0204", a_time.to_owned()),
        (r#""timeout": "-5m""#, "SF0204", a_time.to_owned()),
        (r#""timeout": []"#, "SF0203", a_time.to_owned()),
        (r#""expected_duration": "5 parsecs""#, "SF0204", a_time.to_owned()),
        (r#""retry": 3"#, "SF0203", retry.to_owned()),
        (
            r#""retry": {"max_atempts": 3}"#,
            "SF0201",
            format!("{retry}, not `max_atempts` (did you mean `max_attempts`?)"),
        ),
        (
            r#""retry": {"max_attempts": 0}"#,
            "SF0204",
            "a whole number, 1 or more for `max_attempts`".to_owned(),
        ),
        (r#""retry": {"factor": 0.5}"#, "SF0204", "1 or more for `factor`".to_owned()),
        (r#""retry": {"jitter": 1.5}"#, "SF0204", "a part from 0 to 1 for `jitter`".to_owned()),
        (
            r#""retry": {"first_delay": "2m", "max_delay": "1m"}"#,
            "SF0204",
            "a `first_delay` that is no longer than `max_delay`".to_owned(),
        ),
        (r#""on_failure": "contineu""#, "SF0204", on_failure.to_owned()),
        (r#""criticality": "urgent""#, "SF0204", "one of: low, normal, high, critical".to_owned()),
        (r#""criticality": 1"#, "SF0203", "one of: low, normal, high, critical".to_owned()),
        (r#""ordered": "perhaps""#, "SF0203", "true or false".to_owned()),
        (r#""schema_policy": "any""#, "SF0204", policies.to_owned()),
        (r#""bad_rows": "drop""#, "SF0204", "one of: fail, skip, quarantine".to_owned()),
        (r#""max_bad_rows": -1"#, "SF0204", "a whole number, 0 or more".to_owned()),
        (r#""max_bad_rows": 1.5"#, "SF0204", "a whole number, 0 or more".to_owned()),
    ] {
        let key = option.split(':').next().unwrap_or_default();
        for (text, what) in
            statements(option).iter().zip(["csv source", "LOAD", "CREATE", "csv destination"])
        {
            let found = demo(text).problem();
            let message = format!("{what}: option `{}` takes {takes}", key.trim_matches('"'));
            assert_eq!((found.0, found.1.as_str(), found.2), (code, key, message), "{text}");
        }
    }
}

#[test]
fn a_misspelt_one_is_told_the_nearest() {
    for text in statements(r#""timeuot": "5m""#) {
        let found = demo(&text).problem();
        assert_eq!((found.0, found.1.as_str()), ("SF0201", "\"timeuot\""));
        assert!(found.3.starts_with("did you mean `timeout`?"), "{}", found.3);
    }
}

#[test]
fn what_no_run_heeds_yet_is_named() {
    for option in [r#""schema_policy": "freeze""#, r#""bad_rows": "skip""#, r#""max_bad_rows": 1"#]
    {
        let key = option.split(':').next().unwrap_or_default();
        let message = format!("`{}` is not run yet", key.trim_matches('"'));
        for text in statements(option) {
            assert_eq!(unbuilt(&demo(&text)), [(key.to_owned(), message.clone())], "{text}");
        }
    }
}

#[test]
fn what_a_run_heeds_what_is_done_anyway_and_the_order_of_a_load_are_run() {
    for option in [
        r#""on_failure": "stop", "bad_rows": "fail""#,
        r#""timeout": "5m", "on_failure": "continue""#,
        r#""retry": {"max_attempts": 2}"#,
        r#""criticality": "high", "expected_duration": "5m""#,
    ] {
        for text in statements(option) {
            assert_eq!(unbuilt(&demo(&text)), [], "{text}");
        }
    }
    let [source, load, create, export] = statements(r#""ordered": false"#);
    assert_eq!(unbuilt(&demo(&load)), []);
    for text in [source, create, export] {
        let message = "`ordered` is not run yet".to_owned();
        assert_eq!(unbuilt(&demo(&text)), [("\"ordered\"".to_owned(), message)]);
    }
}
