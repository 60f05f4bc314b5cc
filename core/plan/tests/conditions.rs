//! IF: which branch becomes part of the plan, and why the others do not.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use support::{Demo, demo};

const SOURCE: &str = "SOURCE s TYPE csv PARAMS { \"path\": \"a.csv\" }; LOAD seen FROM s;";

/// A pipeline that makes the table `yes` or `no`.
fn asking(condition: &str) -> Demo {
    demo(&format!(
        "{SOURCE}
        IF {condition} THEN CREATE TABLE yes AS SELECT * FROM seen;
        ELSE CREATE TABLE no AS SELECT * FROM seen; END IF;"
    ))
}

fn made(demo: &Demo) -> String {
    let plan = demo.plan();
    let made = plan.steps.iter().find(|step| step.name == "yes" || step.name == "no");
    made.unwrap().name.clone()
}

#[test]
fn the_condition_decides_which_statements_are_planned() {
    let check = |condition: &str, expect: &str| {
        let demo = asking(condition).vars(r#"{"env": "prod", "n": 5, "text5": "5", "on": true, "off": "False", "region": "us-east-1", "nothing": null}"#);
        assert_eq!(made(&demo), expect, "{condition}");
    };
    for (condition, expect) in [
        ("${env} == 'prod'", "yes"),
        ("'prod' = ${env}", "yes"),
        ("${env} == prod", "yes"),
        ("${env} != 'prod'", "no"),
        ("${env} <> 'dev' AND ${n} > 4", "yes"),
        ("${env} == 'dev' or ${n} <= 5", "yes"),
        ("not (${env} == 'prod')", "no"),
        ("${n} == ${text5}", "yes"),
        ("${text5} < 10", "yes"),
        ("'${n}0' == 50", "yes"),
        ("${on}", "yes"),
        ("${off}", "no"),
        ("NOT ${off} AND ${on} == TRUE", "yes"),
        ("${region} IN (eu-west-1, 'us-east-1')", "yes"),
        ("${region} NOT IN (eu-west-1, 'us-east-1')", "no"),
        ("${n} IN ('5')", "yes"),
        ("${nothing} IS NULL AND ${n} IS NOT NULL", "yes"),
        ("${missing} IS NULL", "yes"),
        ("${missing} == None", "yes"),
        ("${missing} != null", "no"),
        ("${missing|dev} == 'dev'", "yes"),
        ("${missing} IS NOT NULL AND ${missing} > 5", "no"),
        ("${missing} IS NULL OR ${missing} > 5", "yes"),
        ("'2024-02-01' > '2024-01-31'", "yes"),
    ] {
        check(condition, expect);
    }
}

#[test]
fn a_condition_that_cannot_be_settled_is_an_error_and_never_false() {
    let check = |condition: &str, code: &str, at: &str| {
        let demo = asking(condition).vars("env=prod,n=5");
        let (found, caret, _, _) = demo.problem();
        assert_eq!((found, caret.as_str()), (code, at), "{condition}");
    };
    check("${missing} == 'x'", "SF0311", "${missing}");
    check("'${missing}' == 'x'", "SF0311", "'${missing}'");
    check("${env}", "SF0224", "${env}");
    check("${n}", "SF0224", "${n}");
    check("${env} < 5", "SF0225", "${env} < 5");
    check("${n} >= true", "SF0225", "${n} >= true");
    check("env == 'prod'", "SF0226", "env");
    check("${env == 'prod'", "SF0115", "${");
}

#[test]
fn a_variable_set_in_a_taken_branch_holds_after_it_and_one_of_another_does_not() {
    let text = "SET env = 'dev';
        IF ${env} == 'dev' THEN SET size = small; IF true THEN SET deep = 1; END IF;
        ELSE SET size = large; SET other = 1; END IF;
        IF ${size} == small AND ${deep} == 1 THEN CREATE TABLE yes AS SELECT 1;
        ELSE CREATE TABLE no AS SELECT 1; END IF;";
    assert_eq!(made(&demo(text)), "yes");
    let outside = format!("{text} CREATE TABLE t AS SELECT ${{other}};");
    assert_eq!(demo(&outside).problem().0, "SF0311");
}

#[test]
fn what_is_wrong_in_a_branch_that_is_not_taken_does_not_matter() {
    let text = "IF ${go|false} THEN
            LOAD a FROM nowhere; EXPORT a TO 'x' TYPE unknown; SET b = '${missing}';
        ELSEIF false THEN LOAD a FROM nowhere;
        ELSE CREATE TABLE yes AS SELECT 1; END IF;";
    assert_eq!(made(&demo(text)), "yes");
}

#[test]
fn skipped_branches_are_told_with_their_reason() {
    let text = "IF ${env} == 'prod'  AND true THEN LOAD a FROM b; LOAD c FROM d;
ELSE IF ${env} == 'dev' THEN
CREATE TABLE yes AS SELECT 1;
ELSEIF ${env} == 'x' THEN LOAD e FROM f;
ELSE
LOAD g FROM h; END IF;
IF ${PASSWORD} == 'guess' THEN SET a = 1; END IF;";
    let plan = demo(text).vars("env=dev").environment("PASSWORD", "hunter2").plan();
    let told: Vec<_> = plan
        .skipped
        .iter()
        .map(|skipped| (skipped.place.as_str(), skipped.statements, skipped.reason.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("line 1", 2, "${env} == 'prod' AND true is false (env = dev)"),
            ("line 4", 1, "the branch on line 2 is taken"),
            ("line 6", 1, "the branch on line 2 is taken"),
            ("line 7", 1, "${PASSWORD} == 'guess' is false (PASSWORD = ***)"),
        ]
    );
    let text = sqlflow_plan::to_text(&plan);
    assert!(
        text.ends_with(
            "skipped line 1 (2 statements): ${env} == 'prod' AND true is false (env = dev)
skipped line 4 (1 statement): the branch on line 2 is taken
skipped line 6 (1 statement): the branch on line 2 is taken
skipped line 7 (1 statement): ${PASSWORD} == 'guess' is false (PASSWORD = ***)
"
        ),
        "{text}"
    );
}

#[test]
fn a_table_made_in_both_branches_is_made_once() {
    let text = "IF ${full|false} THEN CREATE TABLE t AS SELECT 1 AS a;
        ELSE CREATE TABLE t AS SELECT 2 AS a; END IF;
        CREATE TABLE u AS SELECT * FROM t;";
    let plan = demo(text).plan();
    let steps: Vec<_> = plan.steps.iter().map(|step| step.id.as_str()).collect();
    assert_eq!(steps, ["transform_t", "transform_u"]);
    assert_eq!(plan.steps[1].depends_on, ["transform_t"]);
}

#[test]
fn what_needs_a_variable_whose_set_is_wrong_is_not_wrong_itself() {
    let check = |text: &str, expect: &[(&str, &str)]| {
        let found = demo(text).problems();
        let found: Vec<_> = found.iter().map(|(code, at)| (*code, at.as_str())).collect();
        assert_eq!(found, expect, "{text}");
    };
    let condition = "IF ${n} > 3 THEN SET m = 1; END IF;";
    check(&format!("STE n = 5; {condition}"), &[("SF0102", "STE")]);
    check(&format!("SET n = ; {condition}"), &[("SF0108", ";")]);
    check(&format!("SET n = '${{nowhere}}'; {condition}"), &[("SF0311", "${nowhere}")]);
    check("SET n = '${nowhere}'; INCLUDE '${n}.sf';", &[("SF0311", "${nowhere}")]);
    let is_null = "IF ${n} IS NULL THEN SET m = 1; END IF;";
    check(&format!("STE n = 5; {is_null}"), &[("SF0102", "STE")]);
    let later = "SET n = '${nowhere}'; SET n = 5; IF ${n} > 'x' THEN SET m = 1; END IF;";
    check(later, &[("SF0225", "${n} > 'x'")]);
    check(&format!("SET k = ; {condition}"), &[("SF0108", ";"), ("SF0311", "${n}")]);
}
