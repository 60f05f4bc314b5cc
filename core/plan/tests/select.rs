//! Parts of a plan.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use sqlflow_plan::code;
use support::demo;

const PIPELINE: &str = "SOURCE raw TYPE csv PARAMS {\"path\": \"a.csv\"};
LOAD t FROM raw;
CREATE TABLE u AS SELECT * FROM t;
CREATE TABLE v AS SELECT * FROM u;
CREATE TABLE w AS SELECT * FROM u;
EXPORT v TO 'v.csv' TYPE csv;";

/// The steps of the part, each with those it depends on.
#[track_caller]
fn check(selection: &str, expect: &[&str]) {
    let part = demo(PIPELINE).plan().select(selection).unwrap();
    let steps = part.steps.iter();
    let steps: Vec<String> =
        steps.map(|step| format!("{} < {}", step.id, step.depends_on.join(" "))).collect();
    let steps: Vec<&str> = steps.iter().map(|step| step.trim_end_matches([' ', '<'])).collect();
    assert_eq!(steps, expect, "{selection}");
}

/// Mutation tried: `+` takes only the direct neighbours; red.
#[test]
fn steps_are_named_by_id_or_table_with_what_is_before_or_after() {
    check("u", &["transform_u"]);
    check("transform_U , w", &["transform_u", "transform_w < transform_u"]);
    check("t", &["source_raw", "load_t < source_raw"]);
    check("v+", &["transform_v", "export_csv_v < transform_v"]);
    check(
        "+w",
        &["source_raw", "load_t < source_raw", "transform_u < load_t", "transform_w < transform_u"],
    );
    check(
        "t+",
        &[
            "source_raw",
            "load_t < source_raw",
            "transform_u < load_t",
            "transform_v < transform_u",
            "transform_w < transform_u",
            "export_csv_v < transform_v",
        ],
    );
    check("source_raw", &["source_raw"]);
}

#[test]
fn what_there_is_not_is_refused_with_what_there_is() {
    let refused = |selection: &str| demo(PIPELINE).plan().select(selection).unwrap_err();
    let unknown = refused("u,transform_q");
    assert_eq!(unknown.code, code::UNKNOWN_STEP);
    assert!(unknown.help.starts_with("did you mean `transform_"), "{}", unknown.help);
    assert!(refused("zzzzzzzz").help.contains("export_csv_v"));
    assert_eq!(refused("").code, code::EMPTY_SELECTION);
    assert_eq!(refused(" ,").code, code::EMPTY_SELECTION);
    assert_eq!(refused("+").code, code::UNKNOWN_STEP);
}
