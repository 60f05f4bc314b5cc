//! What a spec makes of the settings a user gives.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sqlflow_plugin_sdk::{ConfigSpec, ErrorKind, Field, FieldKind};

fn spec() -> ConfigSpec {
    ConfigSpec::new([
        Field::text("path", "The file.").required().path().placeholder("a.csv"),
        Field::text("delimiter", "Between the values.").default(",").alias("delim").alias("sep"),
        Field::text("mode", "How.").one_of(&["Fast", "safe"]).default("SAFE"),
        Field::integer("retries", "How often.").default(3).at_least(1),
        Field::new("ratio", FieldKind::Number, "A share.").at_least(0),
        Field::boolean("header", "Names first.").default(true),
        Field::list("columns", "Which.").one_of(&["a", "b"]),
        Field::text_or_list("keys", "By what.").default("id"),
        Field::map("headers", "More."),
        Field::new("extra", FieldKind::Any, "Anything."),
        Field::text("password", "The secret.").secret().env(&["PGPASSWORD"]),
    ])
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("not an object: {other}"),
    }
}

/// What `resolve` makes of `given` beside the obligatory path, without what defaults add.
fn resolved(given: Value) -> Result<Value, Vec<String>> {
    let given = object(given);
    let mut all = given.clone();
    all.insert("path".to_owned(), json!("p"));
    let problems = |p: Vec<_>| p.iter().map(ToString::to_string).collect::<Vec<String>>();
    let resolved = spec().resolve(&all).map_err(problems)?;
    let kept = |(name, _): &(String, Value)| {
        spec()
            .fields()
            .iter()
            .any(|field| field.name() == name && given.keys().any(|key| field.answers_to(key)))
    };
    Ok(Value::Object(resolved.into_iter().filter(kept).collect()))
}

#[test]
fn values_are_converted_to_the_kind_of_their_field() {
    let check = |given: Value, expect: Value| assert_eq!(resolved(given), Ok(expect));
    check(json!({"delimiter": 5}), json!({"delimiter": "5"}));
    check(json!({"delimiter": true}), json!({"delimiter": "true"}));
    check(json!({"retries": " 7 "}), json!({"retries": 7}));
    check(json!({"ratio": "0.5"}), json!({"ratio": 0.5}));
    check(json!({"ratio": 2}), json!({"ratio": 2}));
    check(json!({"header": "False"}), json!({"header": false}));
    check(json!({"columns": ["A", "b"]}), json!({"columns": ["a", "b"]}));
    check(json!({"keys": "a"}), json!({"keys": ["a"]}));
    check(json!({"keys": [1, "b"]}), json!({"keys": ["1", "b"]}));
    check(json!({"headers": {"x": 1}}), json!({"headers": {"x": "1"}}));
    check(json!({"extra": [1, {"a": null}]}), json!({"extra": [1, {"a": null}]}));
}

#[test]
fn another_name_of_a_field_is_replaced_by_the_name() {
    for name in ["delimiter", "delim", "sep"] {
        assert_eq!(resolved(json!({name: ";"})), Ok(json!({"delimiter": ";"})));
    }
}

#[test]
fn a_value_that_is_allowed_is_taken_in_any_case_and_given_as_declared() {
    for given in ["fast", "FAST", "Fast"] {
        assert_eq!(resolved(json!({"mode": given})), Ok(json!({"mode": "Fast"})));
    }
}

#[test]
fn what_is_not_given_or_null_takes_its_default_in_the_form_of_its_kind() {
    let expect = json!({
        "path": "p", "delimiter": ",", "mode": "safe", "retries": 3, "header": true, "keys": ["id"],
    });
    for given in [json!({"path": "p"}), json!({"path": "p", "retries": null, "extra": null})] {
        assert_eq!(spec().resolve(&object(given)), Ok(object(expect.clone())));
    }
}

#[test]
fn a_value_that_does_not_fit_is_refused_with_what_fits() {
    let check = |given: Value, expect: &str| {
        assert_eq!(resolved(given.clone()), Err(vec![expect.to_owned()]), "{given}");
    };
    check(json!({"retries": "many"}), "option `retries` takes a whole number");
    check(json!({"retries": 1.5}), "option `retries` takes a whole number");
    check(json!({"retries": u64::MAX}), "option `retries` takes a whole number");
    check(json!({"retries": 0}), "option `retries` takes 1 or more");
    check(json!({"retries": "0"}), "option `retries` takes 1 or more");
    check(json!({"ratio": -0.5}), "option `ratio` takes 0 or more");
    check(json!({"ratio": "NaN"}), "option `ratio` takes a number");
    check(json!({"ratio": "inf"}), "option `ratio` takes a number");
    check(json!({"header": "yes"}), "option `header` takes true or false");
    check(json!({"header": 1}), "option `header` takes true or false");
    check(json!({"delim": ["a"]}), "option `delim` takes a string");
    check(json!({"columns": "a"}), "option `columns` takes a list of strings");
    check(json!({"columns": ["a", "c"]}), "option `columns` takes one of: a, b");
    check(json!({"columns": [["a"]]}), "option `columns` takes a list of strings");
    check(json!({"keys": {}}), "option `keys` takes a string or a list of strings");
    check(json!({"headers": {"x": []}}), "option `headers` takes an object of strings");
    check(json!({"mode": "slow"}), "option `mode` takes one of: Fast, safe");
    check(json!({"delim": "a", "sep": "b"}), "`sep` and `delim` are the same option");
}

#[test]
fn an_obligatory_field_that_is_missing_or_null_is_named() {
    for given in [json!({}), json!({"path": null})] {
        let problems = spec().resolve(&object(given)).unwrap_err();
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(lines, ["option `path` is missing"]);
    }
}

/// Mutation tried: `is_misspelt` is always false; red.
#[test]
fn an_obligatory_field_whose_name_is_misspelt_is_one_problem() {
    let problems = spec().resolve(&object(json!({"pth": "p", "moode": "x"}))).unwrap_err();
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(lines, ["unknown option `pth`", "unknown option `moode`"]);
}

#[test]
fn all_problems_are_reported_at_once() {
    let given = object(json!({"retries": "x", "mode": "slow", "nonsense": 1}));
    let keys: Vec<String> =
        spec().resolve(&given).unwrap_err().into_iter().map(|problem| problem.key).collect();
    assert_eq!(keys, ["nonsense", "path", "mode", "retries"]);
}

/// Mutation tried: `sort_by_field` skips an unknown key without a problem; red.
#[test]
fn every_key_misspelt_in_turn_is_refused_with_the_right_one() {
    for field in spec().fields() {
        for misspelt in [format!("{}x", field.name()), field.name()[1..].to_owned()] {
            let given = object(json!({"path": "p", misspelt.clone(): 1}));
            let problem = spec().resolve(&given).unwrap_err().remove(0);
            assert_eq!(problem.to_string(), format!("unknown option `{misspelt}`"));
            let remedy = problem.remedy();
            assert_eq!(remedy, Some(format!("did you mean `{}`?", field.name())));
        }
    }
}

#[test]
fn an_unknown_key_unlike_any_other_lists_those_there_are() {
    let spec = ConfigSpec::new([Field::text("path", ""), Field::text("mode", "")]);
    let problem = spec.resolve(&object(json!({"zzzzzzzz": 1}))).unwrap_err().remove(0);
    assert_eq!(problem.remedy().as_deref(), Some("known: path, mode"));
}

/// Mutation tried: `hide_secrets` returns the config as it is; red.
#[test]
fn a_secret_is_in_no_problem_and_no_error() {
    #[derive(Debug, Deserialize)]
    struct Wrong {
        #[expect(dead_code, reason = "only its type matters")]
        password: u16,
    }
    const SECRET: &str = "hunter\"2";
    let spec = ConfigSpec::new([
        Field::text("password", "").secret().one_of(&["a"]),
        Field::integer("pin", "").secret().at_least(1_000_000),
        Field::map("token", "").secret(),
    ]);
    let given = json!({"password": SECRET, "pin": SECRET, "token": SECRET, "passwort": SECRET});
    let problems = spec.resolve(&object(given)).unwrap_err();
    assert_eq!(problems.len(), 4);
    let text =
        format!("{problems:?} {:?}", problems.iter().map(|p| p.remedy()).collect::<Vec<_>>());
    assert!(!text.contains("hunter"), "{text}");

    let spec = ConfigSpec::new([Field::text("password", "").secret()]);
    let error = spec.parse::<Wrong>(&object(json!({"password": SECRET}))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Bug);
    assert!(error.causes()[0].contains("expected u16"), "{error:?}");
    assert!(!String::from_utf8(error.to_json()).unwrap().contains("hunter"), "{error:?}");
}

#[test]
fn a_config_is_read_into_the_connectors_own_type() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Config {
        path: String,
        retries: u32,
        keys: Vec<String>,
    }
    let config = spec().parse::<Config>(&object(json!({"path": "p", "retries": "9"}))).unwrap();
    assert_eq!(config, Config { path: "p".into(), retries: 9, keys: vec!["id".into()] });
    let error = spec().parse::<Config>(&object(json!({"mode": "slow"}))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert_eq!(error.message(), "option `path` is missing; option `mode` takes one of: Fast, safe");
}

#[test]
fn a_spec_survives_its_json_schema() {
    let schema = spec().to_json_schema();
    assert_eq!(ConfigSpec::from_json_schema(&schema).unwrap(), spec());
    assert_eq!(schema["properties"]["password"]["x-secret"], json!(true));
    assert_eq!(schema["properties"]["keys"]["type"], json!(["string", "array"]));
    assert_eq!(schema["required"], json!(["path"]));
    assert_eq!(schema["additionalProperties"], json!(false));
}

#[test]
fn a_schema_without_properties_is_refused() {
    for schema in [json!(null), json!({}), json!({"properties": []})] {
        let error = ConfigSpec::from_json_schema(&schema).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
    }
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop_oneof!["[a-z]{0,4}", "true|FALSE|fast|Safe|nan|inf|1e400| 12 "].prop_map(Value::from),
    ]
}

fn any_value() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[a-c]", inner, 0..3)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn any_config() -> impl Strategy<Value = Map<String, Value>> {
    let names: Vec<String> = spec()
        .fields()
        .iter()
        .flat_map(|field| [field.name().to_owned()].into_iter().chain(field.aliases().to_vec()))
        .collect();
    prop::collection::btree_map(prop::sample::select(names), any_value(), 0..4).prop_map(|map| {
        let mut given: Map<String, Value> = map.into_iter().collect();
        given.insert("path".to_owned(), json!("p"));
        given
    })
}

proptest! {
    /// Mutation tried: a default that is not converted (`keys` stays `"id"`); red.
    #[test]
    fn resolving_what_was_resolved_changes_nothing(given in any_config()) {
        if let Ok(once) = spec().resolve(&given) {
            prop_assert_eq!(spec().resolve(&once), Ok(once.clone()));
        }
    }
}
