//! Where the values of variables come from, as `sqlflow check` shows it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use serde_json::{Value, json};
use support::{Ended, Project};

fn check(project: &Project, args: &[&str], environment: &[(&str, &str)]) -> Value {
    let mut command = project.command(&[&["check", "a", "--format", "json"], args].concat());
    let ended = Ended::of(command.envs(environment.iter().copied()).output().unwrap());
    ended.json()
}

/// The origin and the value of each variable, by name.
fn used(document: &Value) -> Vec<(String, String, Value)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let variables = document["pipelines"][0]["variables"].as_array().unwrap().iter();
    variables
        .map(|used| (text(&used["name"]), text(&used["origin"]), used["value"].clone()))
        .collect()
}

#[test]
fn each_level_is_told_with_its_origin_and_secrets_have_no_value() {
    let text = "SET from_set = 's';\nCREATE TABLE t AS SELECT ${from_vars} AS a, ${from_profile} AS b,\n\
                ${from_set} AS c, ${FROM_ENV} AS d, ${FROM_DOTENV} AS e, ${absent|5} AS f,\n\
                ${quoted|\"two words, 'x'\"} AS g, ${env:lower} AS h;\n\
                SOURCE s FROM \"c\";\nLOAD u FROM s;\n";
    let project = Project::of(&[("a", text)]);
    project.write(".env", "FROM_DOTENV=d\n");
    project.write("data/x.csv", "n\n1\n");
    project.write(
        "profiles/dev.yml",
        "engine: { path: ':memory:' }\nvariables: { from_profile: p, dir: data }\n\
         connections: { c: { type: csv, params: { path: \"${dir}/x.csv\" } } }\n",
    );
    let environment = [("FROM_ENV", "e"), ("lower", "l")];
    let document = check(&project, &["--vars", "from_vars=v"], &environment);
    assert_eq!(document["findings"], json!([]), "{document:#}");
    let expect = [
        ("from_vars", "--vars", json!("v")),
        ("from_profile", "the profile's variables", json!("p")),
        ("from_set", "SET", json!("s")),
        ("FROM_ENV", "the environment", Value::Null),
        ("FROM_DOTENV", ".env", Value::Null),
        ("absent", "the default in the reference", json!("5")),
        ("quoted", "the default in the reference", json!("two words, 'x'")),
        ("lower", "the environment", Value::Null),
        ("dir", "the profile's variables", json!("data")),
    ];
    let used = used(&document);
    for (name, origin, value) in expect {
        let found = used.iter().find(|used| used.0 == name);
        assert_eq!(found, Some(&(name.to_owned(), origin.to_owned(), value)), "{used:?}");
    }
    assert_eq!(used.len(), 9, "{used:?}");
}

/// Mutation tried: SET wins over the profile; red.
#[test]
fn the_higher_level_wins_until_it_is_taken_away() {
    let with = |levels: usize| {
        let set = if levels < 3 { "SET X = 'set';\n" } else { "" };
        let text = format!("{set}CREATE TABLE t AS SELECT '${{X|default}}' AS a;\n");
        let project = Project::of(&[("a", &text)]);
        let variables = if levels < 2 { "variables: { X: profile }\n" } else { "" };
        project.write("profiles/dev.yml", &format!("engine: {{ path: ':memory:' }}\n{variables}"));
        project.write(".env", if levels < 5 { "X=dotenv\n" } else { "" });
        let vars: &[&str] = if levels < 1 { &["--vars", "X=vars"] } else { &[] };
        let environment: &[(&str, &str)] = if levels < 4 { &[("X", "environment")] } else { &[] };
        let used = used(&check(&project, vars, environment));
        let of_query = used.into_iter().find(|used| used.0 == "X").unwrap();
        of_query.1
    };
    let origins: Vec<String> = (0..6).map(with).collect();
    let expect = [
        "--vars",
        "the profile's variables",
        "SET",
        "the environment",
        ".env",
        "the default in the reference",
    ];
    assert_eq!(origins, expect);
}

#[test]
fn a_name_in_small_letters_is_not_looked_up_in_the_environment() {
    let project = Project::of(&[("a", "CREATE TABLE t AS SELECT ${small} AS a;\n")]);
    let document = check(&project, &[], &[("small", "x")]);
    assert_eq!(document["findings"][0]["code"], "SF0311", "{document:#}");
}

#[test]
fn an_undefined_variable_is_told_at_every_place_with_the_nearest_name() {
    let text = "CREATE TABLE t AS SELECT ${data_dri} AS a;\n\
                EXPORT t TO \"${data_dri}/t.csv\" TYPE csv;\n";
    let project = Project::of(&[("a", text)]);
    project.write("profiles/dev.yml", "engine: { path: ':memory:' }\nvariables: { data_dir: x }\n");
    let document = check(&project, &[], &[]);
    let findings = document["findings"].as_array().unwrap();
    let places: Vec<_> =
        findings.iter().map(|found| (&found["code"], &found["line"], &found["column"])).collect();
    let code = json!("SF0311");
    assert_eq!(places, [(&code, &json!(1), &json!(26)), (&code, &json!(2), &json!(14))]);
    for found in findings {
        assert!(found["help"].as_str().unwrap().contains("did you mean `data_dir`?"), "{found}");
    }
}

#[test]
fn what_a_variable_holds_is_not_substituted_again() {
    let text = "SET inner = 'x';\nCREATE TABLE t AS SELECT '${outer}' AS a;\nEXPORT t TO \"out.csv\" TYPE csv;\n";
    let project = Project::of(&[("a", text)]);
    let ended = project.sqlflow(&["run", "a", "--vars", r#"{"outer": "${inner} 'q'"}"#]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let written = std::fs::read_to_string(project.path().join("out.csv")).unwrap();
    assert_eq!(written, "a\n${inner} 'q'\n");
}
