//! What a connection or a statement says of another side that is slow or down.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::time::Duration;

use sqlflow_plan::{
    Action, BreakerParams, RateParams, ResilienceParams, ResiliencePreset, Retry, Setting,
};
use support::{Demo, config, demo};

fn source(params: &str) -> String {
    format!(r#"SOURCE s TYPE csv PARAMS {{"path": "a", {params}}}; LOAD t FROM s;"#)
}

fn export(options: &str) -> String {
    format!(r#"EXPORT SELECT 1 TO "a.csv" TYPE csv OPTIONS {{{options}}};"#)
}

/// What the only connector of a pipeline is told of it.
fn said(demo: &Demo) -> ResilienceParams {
    let plan = demo.plan();
    let found = plan.steps.iter().find_map(|step| match &step.action {
        Action::Source(source) => Some(&source.connected),
        Action::Export(export) => Some(&export.connected),
        _ => None,
    });
    let connected = found.unwrap();
    assert!(!connected.config.contains_key("resilience"), "the connector never sees it");
    connected.resilience.clone()
}

#[test]
fn every_part_may_be_set() {
    let params = r#""resilience": {
        "retry": {"max_attempts": 5, "first_delay": "500ms", "max_delay": 60, "factor": 1.5, "jitter": 0},
        "breaker": {"failures": 3, "reset_after": "2m", "successes": 1},
        "rate": {"per_minute": 30, "burst": "5"}}"#;
    let expect = ResilienceParams {
        preset: None,
        retry: Some(Setting::On(Retry {
            max_attempts: Some(5),
            first_delay: Some(Duration::from_millis(500)),
            max_delay: Some(Duration::from_secs(60)),
            factor: Some(1.5),
            jitter: Some(0.0),
        })),
        breaker: Some(Setting::On(BreakerParams {
            failures: Some(3),
            reset_after: Some(Duration::from_secs(120)),
            successes: Some(1),
        })),
        rate: Some(Setting::On(RateParams { per_minute: Some(30), burst: Some(5) })),
    };
    for text in [source(params), export(params)] {
        assert_eq!(said(&demo(&text)), expect, "{text}");
    }
    assert_eq!(said(&demo(&export(r#""header": true"#))), ResilienceParams::default());
}

#[test]
fn parts_or_everything_may_be_turned_off_and_a_preset_named() {
    let of = |value: &str| said(&demo(&source(&format!(r#""resilience": {value}"#))));
    let nothing = ResilienceParams::default();
    let breaker = Some(Setting::Off);
    assert_eq!(of(r#"{"breaker": false}"#), ResilienceParams { breaker, ..nothing.clone() });
    assert_eq!(of(r#"{"breaker": null}"#), nothing);
    assert_eq!(of("null"), nothing);
    for preset in ResiliencePreset::ALL {
        let expect = ResilienceParams { preset: Some(preset), ..nothing.clone() };
        assert_eq!(of(&format!(r#""{}""#, preset.name().to_uppercase())), expect);
    }
    let off = of("false");
    assert_eq!(
        (off.retry, off.breaker, off.rate),
        (Some(Setting::Off), Some(Setting::Off), Some(Setting::Off))
    );
}

/// Mutation tried: a connection's params win over those given; red.
#[test]
fn a_connection_says_it_for_both_roles_and_a_statement_wins() {
    let profile = "connections:\n  files: { type: csv, params: { path: a, \
                   resilience: { retry: { max_attempts: \"${N}\" }, breaker: false } } }\n";
    let of = |text: &str| said(&demo(text).profile(profile).environment("N", "7"));
    let retry = Retry { max_attempts: Some(7), ..Retry::default() };
    let expect = ResilienceParams {
        retry: Some(Setting::On(retry)),
        breaker: Some(Setting::Off),
        ..ResilienceParams::default()
    };
    assert_eq!(of(r#"SOURCE s FROM "files"; LOAD t FROM s;"#), expect);
    assert_eq!(of(r#"EXPORT SELECT 1 TO "a.csv" USING "files" OPTIONS {};"#), expect);
    let rate = RateParams { per_minute: Some(1), burst: None };
    let rate = Some(Setting::On(rate));
    let wins = r#"SOURCE s FROM "files" OPTIONS {"resilience": {"rate": {"per_minute": 1}}}; LOAD t FROM s;"#;
    assert_eq!(of(wins), ResilienceParams { rate, ..ResilienceParams::default() });
}

#[test]
fn a_wrong_value_is_told_with_what_is_taken() {
    let parts = "an object with retry, breaker, rate";
    let breaker = "an object with failures, reset_after, successes";
    let retry = "an object with max_attempts, first_delay, max_delay, factor, jitter";
    for (value, code, takes) in [
        ("5", "SF0203", format!("db, api, file, false, or {parts}")),
        ("true", "SF0203", format!("db, api, file, false, or {parts}")),
        (r#""apy""#, "SF0204", "one of: db, api, file (did you mean \"api\"?)".to_owned()),
        (r#"{"retries": {}}"#, "SF0201", format!("{parts}, not `retries`")),
        (r#"{"raet": {}}"#, "SF0201", format!("{parts}, not `raet` (did you mean `rate`?)")),
        (r#"{"retry": 3}"#, "SF0203", format!("{retry} in `retry`")),
        (
            r#"{"retry": {"max_attempts": 0}}"#,
            "SF0204",
            "a whole number, 1 or more for `max_attempts` in `retry`".to_owned(),
        ),
        (r#"{"breaker": true}"#, "SF0203", format!("{breaker} in `breaker`")),
        (
            r#"{"breaker": {"failures": 0}}"#,
            "SF0204",
            "a whole number, 1 or more for `failures` in `breaker`".to_owned(),
        ),
        (
            r#"{"rate": {"per_minute": 5000000000}}"#,
            "SF0204",
            "a whole number from 1 to 4294967295 for `per_minute` in `rate`".to_owned(),
        ),
    ] {
        let param = format!(r#""resilience": {value}"#);
        for (text, what) in [(source(&param), "csv source"), (export(&param), "csv destination")] {
            let found = demo(&text).problem();
            let message = format!("{what}: option `resilience` takes {takes}");
            assert_eq!((found.0, found.1, found.2), (code, "\"resilience\"".to_owned(), message));
            assert!(found.3.starts_with("write it as in \"api\""), "{}", found.3);
        }
    }
}

#[test]
fn a_statement_without_a_connector_does_not_take_it() {
    let text =
        r#"SOURCE s TYPE csv PARAMS {"path": "a"}; LOAD t FROM s OPTIONS {"resilience": "api"};"#;
    assert_eq!(demo(text).problem().0, "SF0201");
}

#[test]
fn a_misspelt_one_is_told_the_nearest() {
    let found = demo(&source(r#""resilence": "api""#)).problem();
    assert_eq!((found.0, found.1.as_str()), ("SF0201", "\"resilence\""));
    assert!(found.3.starts_with("did you mean `resilience`?"), "{}", found.3);
}

#[test]
fn a_connector_keeps_an_option_of_its_own() {
    let text = r#"SOURCE s TYPE shop PARAMS {"resilience": 3}; LOAD t FROM s;"#;
    let plan = demo(text).plan();
    assert_eq!(config(plan.step("source_s").unwrap())["resilience"], 3);
    let Action::Source(source) = &plan.step("source_s").unwrap().action else { panic!() };
    assert_eq!(source.connected.resilience, ResilienceParams::default());
}
