//! Profiles that load.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use serde_json::json;
use sqlflow_profile::{
    Content, Database, Environment, Origin, Profile, Project, Value, Variables, parse_vars,
};
use support::{load, load_with, project};

fn of(project: &Project, name: Option<&str>, env: &[(&str, &str)]) -> Profile {
    Profile::load(project, name, &Environment::of(env.iter().copied())).unwrap()
}

#[test]
fn the_profile_is_the_one_given_else_the_environments_else_dev() {
    let (_folder, project) =
        project(&[("profiles/dev.yml", ""), ("profiles/prod.yml", ""), ("profiles/ci.yaml", "")]);
    assert_eq!(of(&project, Some("prod"), &[("SQLFLOW_PROFILE", "ci")]).name, "prod");
    assert_eq!(of(&project, None, &[("SQLFLOW_PROFILE", "ci")]).name, "ci");
    assert_eq!(of(&project, None, &[("SQLFLOW_PROFILE", "")]).name, "dev");
    assert_eq!(of(&project, None, &[]).name, "dev");
}

#[test]
fn a_project_without_profiles_has_the_defaults() {
    let (folder, project) = project(&[]);
    let profile = of(&project, None, &[]);
    assert_eq!((profile.name.as_str(), &profile.path), ("dev", &None));
    let file = Database::File(folder.path().join("warehouse/dev.duckdb"));
    assert_eq!(profile.engine.database, file);
}

#[test]
fn an_empty_file_means_the_defaults() {
    for yaml in [
        "",
        "\n",
        "# only a comment\n",
        "---\n",
        "engine:\nvariables:\nconnections: {}\n",
        "plugins: {path: }",
    ] {
        let (folder, project) = project(&[("profiles/ci.yml", yaml)]);
        let profile = of(&project, Some("ci"), &[]);
        let file = Database::File(folder.path().join("warehouse/ci.duckdb"));
        assert_eq!(profile.engine.database, file, "{yaml:?}");
        assert!(profile.connections.is_empty() && profile.notes.is_empty(), "{yaml:?}");
    }
}

#[test]
fn every_setting_is_read() {
    let yaml = "\
engine: { type: DuckDB, path: 'db/${NAME}.duckdb', memory_limit: 2GB, threads: 4, extensions: [],
          allow_paths: [shared, /srv/data], ordered: false }
variables: { data_dir: data, n: 1.50, on: true, none: null, zip: 007, day: 2024-01-01 }
connections:
  warehouse:
    type: Postgres
    params: { host: localhost, port: 5432, options: { ssl: true, tags: [a, 2] } }
plugins: { path: [plugins, /opt/plugins] }
";
    let (folder, project) = project(&[("profiles/dev.yml", yaml)]);
    let profile = of(&project, None, &[("NAME", "main")]);
    let root = folder.path();
    assert_eq!(profile.engine.database, Database::File(root.join("db/main.duckdb")));
    assert_eq!(profile.engine.memory_limit.as_deref(), Some("2GB"));
    assert_eq!((profile.engine.threads, profile.engine.ordered), (Some(4), Some(false)));
    assert_eq!(profile.engine.allow_paths, [root.join("shared"), "/srv/data".into()]);
    assert_eq!(profile.plugins.path, [root.join("plugins"), "/opt/plugins".into()]);
    let values: Vec<_> = profile.variables.values().cloned().collect();
    let text = |text: &str| Value::Text(text.to_owned());
    let number = Value::Number("1.50".into());
    assert_eq!(
        values,
        [text("data"), text("2024-01-01"), number, Value::Null, Value::Boolean(true), text("007")]
    );
    let warehouse = &profile.connections["warehouse"];
    assert_eq!(warehouse.connector_type.value, "Postgres");
    assert_eq!(&profile.text[warehouse.connector_type.span.range()], "Postgres");
    let port = warehouse.param("port").unwrap();
    assert_eq!(
        (&port.content, &profile.text[port.span.range()]),
        (&Content::Number("5432".into()), "5432")
    );
    let keys: Vec<_> =
        warehouse.params.iter().map(|entry| &profile.text[entry.key.span.range()]).collect();
    assert_eq!(keys, ["host", "port", "options"]);
    assert!(profile.notes.is_empty());
}

#[test]
fn memory_is_asked_for_by_path_or_by_mode() {
    let check = |engine: &str| {
        assert_eq!(load(engine).unwrap().engine.database, Database::Memory, "{engine}");
    };
    check("engine: { path: ':memory:' }");
    check("engine: { mode: memory }");
    check("engine: { mode: memory, path: ':memory:' }");
}

#[test]
fn amounts_of_memory_have_a_unit() {
    let check = |limit: &str| {
        let profile = load(&format!("engine: {{ memory_limit: '{limit}' }}")).unwrap();
        assert_eq!(profile.engine.memory_limit.as_deref(), Some(limit));
    };
    for limit in ["2GB", "1.5 GiB", "512mb", "100KB", "1TiB", "10MiB"] {
        check(limit);
    }
}

#[test]
fn vars_win_over_profile_variables_in_the_engines_settings() {
    let (folder, project) = project(&[(
        "profiles/dev.yml",
        "variables: { where: a }\nengine: { path: \"${where}/x.duckdb\", threads: \"${N}\" }",
    )]);
    let environment = Environment::of([("N", "3")]);
    let vars = parse_vars("where=b").unwrap();
    let profile = Profile::load_with_vars(&project, None, &vars, &environment).unwrap();
    assert_eq!(profile.engine.database, Database::File(folder.path().join("b/x.duckdb")));
    assert_eq!(profile.engine.threads, Some(3));
}

#[test]
fn params_are_resolved_when_they_are_used_and_their_secrets_are_known() {
    let yaml = "\
variables: { user: app, token: '${API_TOKEN}', host: db }
connections:
  main:
    type: rest
    params:
      url: \"http://${host}:${port|80}/\"
      auth: { user: \"${user}\", password: \"${PG_PASSWORD}\", tokens: [\"x ${token}\"] }
      limit: 5
      ratio: 0.5
      big: 123456789012345678901234567890
      precise: 1.50
      on: true
      none: ~
      text: '5'
";
    let profile = load(yaml).unwrap();
    let environment = Environment::of([("PG_PASSWORD", "it's \"\n\0"), ("API_TOKEN", "t0p")]);
    let variables =
        Variables::new(parse_vars("host=other").unwrap(), &profile.variables, &environment);
    let params = profile.resolve_connection("main", &variables).unwrap().unwrap();
    let expect = json!({
        "url": "http://other:80/",
        "auth": { "user": "app", "password": "it's \"\n\0", "tokens": ["x t0p"] },
        "limit": 5, "ratio": 0.5, "big": "123456789012345678901234567890", "precise": "1.50",
        "on": true, "none": null, "text": "5",
    });
    assert_eq!(serde_json::Value::Object(params.values.clone()), expect);
    let secrets: Vec<_> = params.secrets.iter().map(|secret| secret.expose().as_str()).collect();
    assert_eq!(secrets, ["it's \"\n\0", "t0p"]);
    let uses: Vec<_> =
        params.uses.iter().map(|(path, used)| (path.as_str(), used.resolved.origin)).collect();
    assert_eq!(
        uses,
        [
            ("url", Origin::Vars),
            ("url", Origin::Default),
            ("auth.user", Origin::Profile),
            ("auth.password", Origin::Environment),
            ("auth.tokens.0", Origin::Profile),
        ]
    );
    assert!(profile.resolve_connection("other", &variables).is_none());
}

#[test]
fn a_connection_that_is_not_used_needs_no_secret() {
    let yaml = "connections: { a: { type: csv, params: { path: \"${NOT_SET}\" } } }";
    assert_eq!(load_with(yaml, &[]).unwrap().connections.len(), 1);
}

#[test]
fn an_alias_repeats_a_value_at_its_own_place() {
    let yaml = "connections:\n  a: { type: csv, params: &p { path: x.csv } }\n  b: { type: csv, params: *p }\n";
    let profile = load(yaml).unwrap();
    assert_eq!(profile.connections["b"].param("path"), profile.connections["a"].param("path"));
}

#[test]
fn no_secret_is_shown_by_debug() {
    let yaml = "\
variables: { token: '${TOKEN}' }
connections: { a: { type: csv, params: { password: literal-s3cret, token: '${token}' } } }";
    let profile = load(yaml).unwrap();
    let environment = Environment::of([("TOKEN", "env-s3cret")]);
    let variables = Variables::new(Default::default(), &profile.variables, &environment);
    let params = profile.resolve_connection("a", &variables).unwrap().unwrap();
    let used = sqlflow_profile::substitute("${token}", &variables).unwrap();
    let shown = format!(
        "{profile:?} {variables:?} {params:?} {used:?} {:?} {}",
        params.secrets, params.secrets[0]
    );
    assert!(!shown.contains("s3cret"), "{shown}");
    assert!(shown.contains("***"));
}
