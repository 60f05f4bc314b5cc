//! What is shown of a profile: origins, and no secret.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use sqlflow_profile::{
    Chosen, ChosenBy, Environment, Profile, Setting, Shown, Variables, names_a_secret, parse_vars,
    profile_references,
};
use support::project;

const PROFILE: &str = "\
engine: { path: \"${DB}\", memory_limit: 2GB }
variables:
  data_dir: data
  DATA: \"${DATA|x}\"
  api_token: literal-s3cret
  from_env: \"a ${TOKEN}\"
  lost: \"${NOWHERE}\"
connections:
  api:
    type: rest
    params:
      url: \"https://${HOST|localhost}/\"
      login: https://me:s3cret@host/
      token: literal-s3cret
      auth: { password: literal-s3cret }
      key: \"${TOKEN}\"
      rows: 5
      plain: text
      lost: \"${env:NOWHERE}\"
";

fn settings(of: impl Fn(&Profile, &Variables) -> Vec<Setting>, vars: &str) -> Vec<String> {
    let (_folder, project) = project(&[("profiles/dev.yml", PROFILE)]);
    let environment = Environment::of([("TOKEN", "env-s3cret"), ("DB", "s3cret.db")]);
    let vars = parse_vars(vars).unwrap();
    let profile = Profile::load_with_vars(&project, None, &vars, &environment).unwrap();
    let variables = Variables::new(vars, &profile.variables, &environment);
    let line = |setting: Setting| match setting.value {
        Shown::Value(value) => format!("{} = {value} ({})", setting.name, setting.origin),
        Shown::Secret => format!("{} = *** ({})", setting.name, setting.origin),
        Shown::Unset(why) => format!("{}: {why} ({})", setting.name, setting.origin),
    };
    of(&profile, &variables).into_iter().map(line).collect()
}

#[test]
fn variables_have_their_origin_and_secrets_are_hidden() {
    let lines = settings(Profile::variable_settings, "data_dir=other");
    let expect = [
        "DATA = x (the profile, from ${DATA})",
        "api_token = *** (the profile)",
        "data_dir = other (--vars)",
        "from_env = *** (the profile, from ${TOKEN})",
        "lost: `NOWHERE` is not set (the profile, from ${NOWHERE})",
    ];
    assert_eq!(lines, expect);
}

#[test]
fn the_engines_settings_say_which_are_defaults() {
    let lines = settings(Profile::engine_settings, "");
    let expect = [
        "type = duckdb (the default)",
        "path = *** (the profile, from ${DB})",
        "memory_limit = 2GB (the profile)",
    ];
    assert_eq!(lines, expect);
}

/// Mutation tried: `connection_settings` shows texts where nothing is declared; red.
#[test]
fn params_hide_what_is_declared_what_looks_so_and_what_came_from_outside() {
    let of = |declared: Option<&dyn Fn(&str) -> bool>| {
        settings(
            |profile, variables| {
                profile.connection_settings(&profile.connections["api"], variables, declared)
            },
            "",
        )
    };
    let declared = of(Some(&|name| name == "plain"));
    let expect = [
        "url = https://localhost/ (the profile, from ${HOST})",
        "login = *** (the profile)",
        "token = *** (the profile)",
        "auth = *** (the profile)",
        "key = *** (the profile, from ${TOKEN})",
        "rows = 5 (the profile)",
        "plain = *** (the profile)",
        "lost: `NOWHERE` is not set (the profile, from ${NOWHERE})",
    ];
    assert_eq!(declared, expect);
    let unknown = of(None);
    assert!(unknown.iter().filter(|line| line.contains("***")).count() == 6, "{unknown:#?}");
    assert!(unknown.contains(&"rows = 5 (the profile)".to_owned()), "{unknown:#?}");
}

#[test]
fn names_that_say_secret_are_known() {
    let secret = [
        "PG_PASSWORD",
        "api_token",
        "client-secret",
        "AWS_SECRET_ACCESS_KEY",
        "apiKey",
        "API_KEY",
        "key",
    ];
    assert!(secret.iter().all(|name| names_a_secret(name)));
    let plain = ["primary_key", "data_dir", "tokenize", "keys", "HOST", "keyboard", "path"];
    assert_eq!(plain.iter().filter(|name| names_a_secret(name)).count(), 0);
}

#[test]
fn a_profile_asks_the_environment_for_what_it_does_not_define() {
    let text = "\
variables: { DATA: \"${DATA|x}\", A: \"${B}\" }
connections: { c: { type: csv, params: { path: \"${DATA}/${env:DATA}\", x: ['${A} ${C}', '${low}'] } } }
";
    let found = profile_references(text);
    let asked: Vec<_> = found
        .environment
        .iter()
        .map(|(span, reference)| (reference.name.as_str(), &text[span.range()]))
        .collect();
    let expect = [("DATA", "${DATA|x}"), ("B", "${B}"), ("DATA", "${DATA}"), ("C", "${C}")];
    assert_eq!(asked.len(), expect.len());
    assert_eq!((asked[0], asked[1], asked[3]), (expect[0], expect[1], expect[3]));
    assert_eq!(found.variables.into_iter().collect::<Vec<_>>(), ["A", "DATA"]);
    assert!(profile_references("a: [").environment.is_empty());
    let wrapped = profile_references("dev: { variables: { A: x, B: \"${A}\" } }");
    assert_eq!((wrapped.environment.len(), wrapped.variables.len()), (0, 2));
}

#[test]
fn the_profile_in_use_is_told_with_the_reason() {
    let check = |asked: Option<&str>, env: &[(&str, &str)], name: &str, by: ChosenBy| {
        let chosen = Chosen::of(asked, &Environment::of(env.iter().copied()));
        assert_eq!((chosen.name.as_str(), chosen.by), (name, by));
    };
    let ci = [("SQLFLOW_PROFILE", "ci")];
    check(Some("prod"), &ci, "prod", ChosenBy::CommandLine);
    check(None, &ci, "ci", ChosenBy::Environment);
    check(None, &[("SQLFLOW_PROFILE", "")], "dev", ChosenBy::Default);
    check(Some(""), &[], "dev", ChosenBy::Default);
}
