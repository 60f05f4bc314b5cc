//! Pipelines, profiles and made-up connectors; no plugin and no engine.
#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::{collections::BTreeMap, path::Path};

use sqlflow_plan::{
    Action, ConnectorSpec, Finding, IncludedTexts, Input, Plan, Read, Step, VariableUse, settle,
};
use sqlflow_plugin_sdk::{
    ConfigSpec, Delivery, DestinationCapabilities, Error, ErrorKind, Field, FieldKind,
    SourceCapabilities, WriteMode,
};
use sqlflow_profile::{Assignments, Environment, Profile, Project, Variables, parse_vars};
use sqlflow_syntax::Sources;

/// A pipeline called `demo` in a project at `/project`.
#[derive(Debug, Default, Clone)]
pub(crate) struct Demo {
    text: String,
    yaml: String,
    vars: Assignments,
    environment: Vec<(String, String)>,
    files: IncludedTexts,
}

pub(crate) fn demo(text: &str) -> Demo {
    Demo { text: text.to_owned(), ..Demo::default() }
}

impl Demo {
    pub(crate) fn profile(mut self, yaml: &str) -> Self {
        yaml.clone_into(&mut self.yaml);
        self
    }

    pub(crate) fn vars(mut self, text: &str) -> Self {
        self.vars = parse_vars(text).unwrap();
        self
    }

    pub(crate) fn var(mut self, name: &str, value: sqlflow_profile::Value) -> Self {
        self.vars.insert(name.to_owned(), value);
        self
    }

    /// A file of the project, for INCLUDE.
    pub(crate) fn file(mut self, path: &str, text: &str) -> Self {
        self.files.insert(Path::new("/project").join(path), Ok(text.to_owned()));
        self
    }

    /// A file that cannot be read.
    pub(crate) fn no_file(mut self, path: &str) -> Self {
        let why = "No such file or directory".to_owned();
        self.files.insert(Path::new("/project").join(path), Err(why));
        self
    }

    pub(crate) fn environment(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn build(&self) -> Result<Plan, Vec<Finding>> {
        self.with_input(sqlflow_plan::build)
    }

    pub(crate) fn plan(&self) -> Plan {
        self.build().unwrap_or_else(|findings| panic!("{findings:#?}"))
    }

    pub(crate) fn uses(&self) -> Vec<VariableUse> {
        self.with_input(sqlflow_plan::variable_uses)
    }

    /// The code and the text under the caret of every finding.
    pub(crate) fn problems(&self) -> Vec<(&'static str, String)> {
        let findings = self.build().expect_err("the pipeline is refused");
        let found = |finding: &Finding| (finding.diagnostic.code, self.under_caret(finding));
        findings.iter().map(found).collect()
    }

    /// The only finding: code, text under the caret, message, help.
    pub(crate) fn problem(&self) -> (&'static str, String, String, String) {
        let findings = self.build().expect_err("the pipeline is refused");
        let [finding] = findings.as_slice() else { panic!("{findings:#?}") };
        let diagnostic = finding.diagnostic.clone();
        let help = diagnostic.help.expect("every error has a remedy");
        (diagnostic.code, self.under_caret(finding), diagnostic.message, help)
    }

    pub(crate) fn under_caret(&self, finding: &Finding) -> String {
        let span = finding.diagnostic.span.range();
        match finding.file {
            sqlflow_plan::InFile::Pipeline => {
                self.with_input(|input| input.settled.sources.text()[span].to_owned())
            }
            sqlflow_plan::InFile::Profile => self.yaml[span].to_owned(),
        }
    }

    fn with_input<T>(&self, then: impl FnOnce(&Input<'_>) -> T) -> T {
        let environment = Environment::of(self.environment.clone());
        let profile = load_profile(&self.yaml, &environment);
        let variables = Variables::new(self.vars.clone(), &profile.variables, &environment);
        let project = Project::discover(Path::new("/project"));
        let sources = Sources::of("/project/pipelines/demo.sf", self.text.as_str());
        let settled = settle(sources, &project, variables.clone(), &self.files);
        let settled = settled.unwrap_or_else(|wanted| panic!("no text for {wanted:?}"));
        let connectors = connectors(&sqlflow_plan::connectors_named(&settled, &profile));
        then(&Input {
            name: "demo",
            settled: &settled,
            project: &project,
            profile: &profile,
            environment: &environment,
            variables,
            connectors: &connectors,
        })
    }
}

fn load_profile(yaml: &str, environment: &Environment) -> Profile {
    if yaml.is_empty() {
        return Profile::load(&Project::discover(Path::new("/project")), None, environment)
            .unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("profiles")).unwrap();
    std::fs::write(folder.path().join("profiles/dev.yml"), yaml).unwrap();
    Profile::load(&Project::discover(folder.path()), Some("dev"), environment).unwrap()
}

fn connectors(
    names: &std::collections::BTreeSet<String>,
) -> BTreeMap<String, Result<ConnectorSpec, Error>> {
    names.iter().map(|name| (name.clone(), connector(name))).collect()
}

/// `csv` reads and writes files, `db` tables, `feed` can only be read, `mail` cannot replace,
/// `shop` can do everything and has a `cursor_field`, a `timeout` and a `resilience` of its own, `bent` was refused
/// by the host.
fn connector(name: &str) -> Result<ConnectorSpec, Error> {
    let path = Field::text_or_list("path", "The file.").alias("file").required().path();
    let delimiter = Field::text("delimiter", "One character.").alias("sep").default(",");
    let header = Field::boolean("has_header", "Whether line one is names.").default(true);
    let csv =
        ConfigSpec::new([path, delimiter, header, Field::integer("skip", "Lines.").at_least(0)]);
    let csv_out = ConfigSpec::new([
        Field::boolean("header", "Writes names first.").default(true),
        Field::text("compression", "How.").one_of(&["none", "gzip"]),
        Field::text("delimiter", "One character."),
    ]);
    let db = || {
        ConfigSpec::new([
            Field::text("host", "The server.").required().env(&["DB_HOST"]),
            Field::integer("port", "The port.").default(5432),
            Field::text("password", "The password.").secret().env(&["DB_PASSWORD"]),
            Field::text("table", "The table."),
            Field::new("extra", FieldKind::Any, "Anything."),
        ])
    };
    let replace = vec![WriteMode::Replace];
    match name {
        "csv" => Ok(spec(name, Some(csv), Some((csv_out, replace, Delivery::Idempotent, true)))),
        "db" | "pg" => {
            Ok(spec("db", Some(db()), Some((db(), replace, Delivery::Transactional, false))))
        }
        "feed" => Ok(spec(name, Some(ConfigSpec::new([Field::text("url", "Where.")])), None)),
        "mail" => {
            let modes = vec![WriteMode::Append];
            Ok(spec(name, None, Some((ConfigSpec::default(), modes, Delivery::AtLeastOnce, false))))
        }
        "shop" => {
            let own = || {
                ConfigSpec::new([
                    Field::text("cursor_field", "By what it sorts."),
                    Field::integer("timeout", "For a call."),
                    Field::integer("resilience", "How tough it is."),
                ])
            };
            let modes = vec![WriteMode::Replace, WriteMode::Append, WriteMode::Upsert];
            Ok(spec(name, Some(own()), Some((own(), modes, Delivery::Transactional, false))))
        }
        "bent" => Err(Error::new(ErrorKind::Config, "the library is cut short")
            .with_code("SF0404")
            .with_remedy("copy it again")),
        _ => Err(Error::new(ErrorKind::NotFound, format!("no plugin offers `{name}`"))),
    }
}

type Destination = (ConfigSpec, Vec<WriteMode>, Delivery, bool);

fn spec(name: &str, source: Option<ConfigSpec>, out: Option<Destination>) -> ConnectorSpec {
    let (destination, capabilities) = match out {
        Some((spec, modes, delivery, place_is_path)) => {
            let atomic_publish = true;
            let can = DestinationCapabilities { modes, delivery, atomic_publish, place_is_path };
            (Some(spec), can)
        }
        None => (None, DestinationCapabilities::default()),
    };
    ConnectorSpec {
        name: name.to_owned(),
        source,
        source_capabilities: SourceCapabilities::default(),
        destination,
        destination_capabilities: capabilities,
    }
}

pub(crate) fn config(step: &Step) -> serde_json::Value {
    let connected = match &step.action {
        Action::Source(source) => &source.connected,
        Action::Export(export) => &export.connected,
        _ => panic!("{} has no connector", step.id),
    };
    serde_json::Value::Object(connected.config.clone())
}

/// The SQL of the only transform.
pub(crate) fn sql(plan: &Plan) -> String {
    let query = plan.steps.iter().find_map(|step| match &step.action {
        Action::Transform(transform) => Some(transform.query.text.clone()),
        _ => None,
    });
    query.expect("there is a transform")
}

pub(crate) fn ids(plan: &Plan) -> Vec<&str> {
    plan.steps.iter().map(|step| step.id.as_str()).collect()
}

/// `id <- id, id` for each step.
pub(crate) fn edges(plan: &Plan) -> Vec<String> {
    let edge = |step: &Step| format!("{} <- {}", step.id, step.depends_on.join(", "));
    plan.steps.iter().map(|step| edge(step).trim_end_matches([' ', '<', '-']).to_owned()).collect()
}

/// The code, the text under the caret and the message of what no run does yet.
pub(crate) fn unbuilt(demo: &Demo) -> Vec<(String, String)> {
    let plan = demo.plan();
    let shown = |finding: &Finding| {
        assert_eq!(finding.diagnostic.code, "SF0206");
        (demo.under_caret(finding), finding.diagnostic.message.clone())
    };
    plan.unbuilt.iter().map(shown).collect()
}

/// What the only LOAD, CREATE or EXPORT reads and how it writes, in words.
pub(crate) fn clauses(plan: &Plan) -> String {
    let found = plan.steps.iter().find_map(|step| match &step.action {
        Action::Load(load) => Some((&load.read, &load.write)),
        Action::Transform(transform) => Some((&transform.read, &transform.write)),
        Action::Export(export) => Some((&export.read, &export.write)),
        Action::Source(_) | Action::Test(_) => None,
    });
    let (read, write) = found.expect("there is such a step");
    let read = match read {
        Read::Full => "all".to_owned(),
        Read::Incremental(read) => {
            let mut words = format!("by {}", read.column.name);
            let lookback = read.lookback.map(|lookback| lookback.to_string());
            for (what, value) in [
                ("back", &lookback),
                ("from", &read.start),
                ("to", &read.end),
                ("as", &read.format),
            ] {
                words += &value.as_ref().map_or(String::new(), |value| format!(" {what} {value}"));
            }
            words
        }
    };
    let keys: Vec<&str> = write.keys().iter().map(|key| key.name.as_str()).collect();
    format!("{read} → {} {}", write.words(), keys.join("+")).trim_end().to_owned()
}
