//! `@start_dt` and its like.
//!
//! Mutation: let every body have a window.

mod support;

use sqlflow_plan::{Action, SqlText, TimeMacro};
use support::{demo, edges};

const BODY: &str =
    "SELECT '@start_dt', \"@end_dt\", $$@end_date$$, 1 AS c /* @start_dt */ -- @end_dt
  FROM t WHERE c >@start_dt AND c <= @END_DT AND d >= @start_date AND d < @end_date AND @start_dts";

fn query(plan: &sqlflow_plan::Plan) -> SqlText {
    let found = plan.steps.iter().find_map(|step| match &step.action {
        Action::Transform(transform) => Some(transform.query.clone()),
        _ => None,
    });
    found.unwrap_or_else(|| unreachable!("there is a transform"))
}

#[test]
fn macros_are_known_outside_of_quotes_and_comments() {
    let plan = demo(&format!("CREATE TABLE u INCREMENTAL BY c AS {BODY};")).plan();
    let query = query(&plan);
    assert_eq!(query.text, BODY, "the body stays as it is");
    let found: Vec<TimeMacro> = query.times().into_iter().map(|(_, time)| time).collect();
    assert_eq!(found, TimeMacro::ALL);
}

#[test]
fn a_check_sees_values_of_their_types_and_finds_the_way_back() {
    let text = "CREATE TABLE u INCREMENTAL BY c AS SELECT c FROM t WHERE c > @start_dt AND d = @end_date AND x;";
    let query = query(&demo(text).plan());
    let typed = query.with_times(TimeMacro::typed_null);
    let expect =
        "SELECT c FROM t WHERE c > CAST(NULL AS TIMESTAMP) AND d = CAST(NULL AS DATE) AND x";
    assert_eq!(typed.text, expect);
    for (part, origin) in [
        ("c FROM", "c FROM"),
        ("CAST(NULL AS TIME", "@start_dt"),
        ("NULL AS DATE", "@end_date"),
        ("x", "x;"),
    ] {
        let place = typed.origin(typed.text.find(part).unwrap_or_default());
        assert!(text[place..].starts_with(origin), "{part}: {}", &text[place..]);
    }
}

#[test]
fn a_body_that_reads_everything_has_no_window() {
    for text in [
        "CREATE TABLE u AS SELECT @start_dt;",
        "CREATE VIEW u AS SELECT @start_dt;",
        "EXPORT SELECT @start_dt TO 'x' TYPE csv;",
        "SOURCE s TYPE csv PARAMS {\"path\": \"a\"}; LOAD t FROM s WHERE d > @start_dt;",
        "TEST 'x' ON t EXPECT SELECT * FROM t WHERE d > @start_dt;",
    ] {
        let found = demo(text).problem();
        assert_eq!((found.0, found.1.as_str()), ("SF0242", "@start_dt"), "{text}");
        assert!(found.3.contains("add INCREMENTAL BY column"), "{}", found.3);
        assert!(found.3.contains("abs(start_dt)"), "{}", found.3);
    }
    let load = "SOURCE s TYPE csv PARAMS {\"path\": \"a\"}; LOAD t FROM s WHERE d > @start_dt INCREMENTAL BY d;";
    assert!(demo(load).build().is_ok());
}

#[test]
fn macros_hide_no_table() {
    let plan = demo(
        "CREATE TABLE u INCREMENTAL BY c AS SELECT * FROM t WHERE c > @start_dt;
         CREATE TABLE t AS SELECT 1 AS c;
         CREATE TABLE start_dt AS SELECT 1 AS c;",
    )
    .plan();
    assert_eq!(edges(&plan), ["transform_t", "transform_u <- transform_t", "transform_start_dt"]);
}
