//! What takes the place of `${…}` in SQL.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use sqlflow_profile::Value;
use support::{demo, sql};

/// The SQL that `query` becomes.
fn check(query: &str, vars: &str, expect: &str) {
    let text = format!("CREATE TABLE made AS {query};");
    assert_eq!(sql(&demo(&text).vars(vars).plan()), expect, "{query}");
}

/// The SQL that `query` becomes where `v` is this text.
fn check_text(query: &str, value: &str, expect: &str) {
    let text = format!("CREATE TABLE made AS {query};");
    let plan = demo(&text).var("v", Value::Text(value.to_owned())).plan();
    assert_eq!(sql(&plan), expect, "{query} with {value:?}");
}

#[track_caller]
fn check_refused(query: &str, value: &str, expect: (&str, &str)) {
    let text = format!("CREATE TABLE made AS {query};");
    let found = demo(&text).var("v", Value::Text(value.to_owned())).problem();
    assert_eq!((found.0, found.1.as_str()), expect, "{query} with {value:?}");
}

#[test]
fn a_bare_value_keeps_its_type() {
    let vars = r#"{"n": 5, "x": -1.50, "yes": true, "none": null, "day": "2024-01-15"}"#;
    check("SELECT ${n}", vars, "SELECT 5");
    check("SELECT ${x}", vars, "SELECT -1.50");
    check("SELECT ${yes}, ${none}", vars, "SELECT true, null");
    check("SELECT * FROM t WHERE d = ${day}", vars, "SELECT * FROM t WHERE d = '2024-01-15'");
    check("SELECT * FROM t LIMIT ${m|10}", vars, "SELECT * FROM t LIMIT 10");
    check("SELECT ${m|\"10\"}", vars, "SELECT '10'");
}

#[test]
fn only_an_identifier_can_stand_after_from_and_beside_a_dot() {
    let vars = r#"{"t": "daily", "n": 2024, "c": "a\"b"}"#;
    check("SELECT * FROM ${t}", vars, "SELECT * FROM \"daily\"");
    check("FROM a JOIN ${t} USING (id)", vars, "FROM a JOIN \"daily\" USING (id)");
    check("FROM /* here */ ${n}", vars, "FROM /* here */ \"2024\"");
    check("SELECT ${t}.${c} FROM x", vars, "SELECT \"daily\".\"a\"\"b\" FROM x");
    check("FROM main.${t}", vars, "FROM main.\"daily\"");
}

#[test]
fn from_inside_a_function_or_after_distinct_takes_a_value() {
    let vars = r#"{"v": "abc"}"#;
    check("SELECT substring('x' FROM ${v})", vars, "SELECT substring('x' FROM 'abc')");
    check("SELECT trim(BOTH 'x' FROM ${v})", vars, "SELECT trim(BOTH 'x' FROM 'abc')");
    check("SELECT a IS DISTINCT FROM ${v}", vars, "SELECT a IS DISTINCT FROM 'abc'");
    check("SELECT trim((SELECT s FROM ${v}))", vars, "SELECT trim((SELECT s FROM \"abc\"))");
}

#[test]
fn words_and_variables_side_by_side_are_one_identifier() {
    let vars = r#"{"region": "eu\"; x", "year": 2024}"#;
    check("FROM sales_${region}", vars, "FROM \"sales_eu\"\"; x\"");
    check("SELECT a_${year}_b", vars, "SELECT \"a_2024_b\"");
    check("SELECT ${year}${year}", vars, "SELECT \"20242024\"");
    check("SELECT ${year}01", vars, "SELECT \"202401\"");
}

#[test]
fn a_value_inside_quotes_cannot_end_them() {
    let attack = "'; DROP TABLE x; --";
    check_text("SELECT 'a ${v} b'", attack, "SELECT 'a ''; DROP TABLE x; -- b'");
    check_text("SELECT ${v}", attack, "SELECT '''; DROP TABLE x; --'");
    check_text("SELECT E'${v}'", "\\' \n", "SELECT E'\\\\'' \n'");
    check_text("SELECT \"a ${v}\"", "\" FROM x; --", "SELECT \"a \"\" FROM x; --\"");
    check_text("SELECT '${v}'", "back\\slash $$ \" \n", "SELECT 'back\\slash $$ \" \n'");
    check_text("SELECT $$ ${v} $$", "it's; -- \n", "SELECT $$ it's; -- \n $$");
    check_text("SELECT $q$ ${v} $q$", "$$", "SELECT $q$ $$ $q$");
}

#[test]
fn a_value_that_would_end_its_quote_all_the_same_is_refused() {
    check_refused("SELECT $$ ${v} $$", "a $$; DROP TABLE x", ("SF0221", "${v}"));
    check_refused("SELECT $q$${v}$q$", "a$q$b", ("SF0221", "${v}"));
    // The value and the sign after it make the closing tag together.
    check_refused("SELECT $$${v}$$", "a$", ("SF0221", "${v}"));
    // The backslash would take the first quote of the value.
    check_refused("SELECT E'\\${v}'", "'; DROP TABLE x; --", ("SF0221", "${v}"));
}

#[test]
fn a_value_with_nul_is_refused_wherever_it_stands() {
    for query in ["SELECT ${v}", "SELECT '${v}'", "FROM t_${v}", "SELECT ${v!raw}"] {
        let caret = if query.contains("raw") { "${v!raw}" } else { "${v}" };
        check_refused(query, "a\0b", ("SF0220", caret));
    }
}

#[test]
fn a_spliced_value_does_not_grow_together_with_its_neighbours() {
    let vars = r#"{"minus": -5, "s": "x", "yes": true}"#;
    check("SELECT 3-${minus}", vars, "SELECT 3- -5");
    check("SELECT 3 - ${minus}", vars, "SELECT 3 - -5");
    check("SELECT (${minus})", vars, "SELECT (-5)");
    check("SELECT 'a'${s}'b'", vars, "SELECT 'a' 'x' 'b'");
    check("SELECT ${yes}$$b$$", vars, "SELECT true $$b$$");
    check("SELECT ${yes}E'b'", vars, "SELECT true E'b'");
    check("SELECT 1 &${s}", vars, "SELECT 1 & 'x'");
}

#[test]
fn a_comment_is_left_alone() {
    let query = "SELECT 1 -- ${nothing}\n/* ${nothing} */ + ${n|1}";
    check(query, "", "SELECT 1 -- ${nothing}\n/* ${nothing} */ + 1");
}

#[test]
fn a_variable_that_a_function_would_run_is_refused() {
    let at = ("SF0222", "${v}");
    check_refused("FROM query('SELECT ${v}')", "1", at);
    check_refused("FROM query_table([${v}])", "t", at);
    check_refused("FROM QUERY /* x */ ('a' || upper(${v}))", "t", at);
    check_refused("FROM \"query\"($$ ${v} $$)", "t", at);
    check_text(
        "FROM query('SELECT 1') WHERE a = ${v}",
        "b",
        "FROM query('SELECT 1') WHERE a = 'b'",
    );
}

#[test]
fn a_function_that_runs_sql_is_known_under_a_substituted_name() {
    let text = "CREATE TABLE made AS FROM ${f}('${v}');";
    assert_eq!(demo(text).vars("f=query,v=1").problem().0, "SF0222");
    let text = "CREATE TABLE made AS FROM qu${f}('${v}');";
    assert_eq!(demo(text).vars("f=ery,v=1").problem().0, "SF0222");
}

#[test]
fn a_raw_value_is_spliced_as_it_stands_with_a_warning() {
    let text = "CREATE TABLE made AS SELECT * FROM t WHERE ${v!raw} AND 'x ${v!raw}' = ${v!raw};";
    let demo = demo(text).vars(r#"{"v": "a > 1"}"#);
    let plan = demo.plan();
    assert_eq!(sql(&plan), "SELECT * FROM t WHERE a > 1 AND 'x a > 1' = a > 1");
    let warnings: Vec<_> = plan.warnings.iter().map(|finding| finding.diagnostic.code).collect();
    assert_eq!(warnings, ["SF0219"; 3]);
    assert_eq!(demo.under_caret(&plan.warnings[1]), "${v!raw}");
    assert_eq!(demo.uses().iter().filter(|used| used.used.reference.raw).count(), 3);
}

#[test]
fn an_undefined_variable_is_reported_at_each_place_with_the_nearest_name() {
    let text = "SET region = eu;\nCREATE TABLE made AS SELECT '${regoin}', ${regoin}, 1;";
    let found = demo(text).build().unwrap_err();
    assert_eq!(
        demo(text).problems(),
        [("SF0311", "${regoin}".to_owned()), ("SF0311", "${regoin}".to_owned())]
    );
    assert!(found.iter().all(|finding| {
        finding.diagnostic.help.as_deref().unwrap().starts_with("did you mean `region`?")
    }));
}

#[test]
fn set_is_taken_in_file_order_and_keeps_the_type_of_one_reference() {
    let text = "SET n = 5; SET quoted = \"5\"; SET again = \"${n}\"; SET path = ${dir|out}/x; \
                CREATE TABLE made AS SELECT ${n}, ${quoted}, ${again}, ${path}; SET n = 6;";
    assert_eq!(sql(&demo(text).plan()), "SELECT 5, '5', 5, 'out/x'");
    let early = "CREATE TABLE made AS SELECT ${n}; SET n = 5;";
    assert_eq!(demo(early).problem().0, "SF0311");
}

#[test]
fn a_set_that_cannot_be_had_is_reported_once() {
    let text = "SET a = ${nothing}; CREATE TABLE made AS SELECT ${a}, '${a}';";
    assert_eq!(demo(text).problems(), [("SF0311", "${nothing}".to_owned())]);
}

#[test]
fn values_cannot_grow_a_query_without_bound() {
    let text = format!("CREATE TABLE made AS SELECT {};", "'${v}', ".repeat(20) + "1");
    let long = "x".repeat(100_000);
    let found = demo(&text).var("v", Value::Text(long)).build().unwrap_err();
    assert_eq!(found.first().map(|finding| finding.diagnostic.code), Some("SF0223"));
}

#[test]
fn a_body_without_variables_is_kept_byte_for_byte_and_maps_to_itself() {
    let body =
        "SELECT 'Dr. Smith' a, 'two  spaces' b, 'it''s' c, 1e3 d, '( x )'::varchar e /* x; y */";
    let text = format!("CREATE TABLE t AS {body};");
    let plan = demo(&text).plan();
    let sqlflow_plan::Action::Transform(step) = &plan.steps[0].action else { panic!() };
    assert_eq!(step.query.text, body);
    let start = text.find("SELECT").unwrap();
    assert_eq!(step.query.origin(0), start);
    assert_eq!(step.query.origin(body.len() - 3), start + body.len() - 3);
}

#[test]
fn an_offset_behind_a_substituted_value_maps_back_to_the_pipeline() {
    let text = "CREATE TABLE t AS SELECT ${short}, '${short}', wrong FROM x;";
    let plan = demo(text).vars(r#"{"short": "a much longer value"}"#).plan();
    let sqlflow_plan::Action::Transform(step) = &plan.steps[0].action else { panic!() };
    let in_sql = step.query.text.find("wrong").unwrap();
    assert_eq!(step.query.origin(in_sql), text.find("wrong").unwrap());
    let in_value = step.query.text.find("longer").unwrap();
    assert_eq!(step.query.origin(in_value), text.find("${short}").unwrap());
    assert_eq!(&text[step.query.span().range()], &text[18..text.len() - 1]);
}

#[test]
fn a_secret_in_sql_is_not_shown() {
    let text = "CREATE TABLE t AS SELECT '${TOKEN}' AS a, ${TOKEN} AS b;";
    let plan = demo(text).environment("TOKEN", "hunter2").plan();
    let sqlflow_plan::Action::Transform(step) = &plan.steps[0].action else { panic!() };
    assert_eq!(step.query.masked(), "SELECT '***' AS a, *** AS b");
    assert_eq!(step.query.secrets().len(), 2);
    assert_eq!(step.query.secrets()[1].expose(), "hunter2");
    assert!(
        !format!("{plan:?}{}{}", sqlflow_plan::to_json(&plan), sqlflow_plan::to_text(&plan))
            .contains("hunter2")
    );
}
