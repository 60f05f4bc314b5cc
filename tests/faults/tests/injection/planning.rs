//! A pipeline with a value for `v`, planned with a connector that takes anything.

use std::{collections::BTreeMap, fs, path::Path};

use sqlflow_plan::{
    Action, ConnectorSpec, Finding, IncludedTexts, Input, Plan, build, connectors_named, settle,
};
use sqlflow_plugin_sdk::{
    ConfigSpec, Delivery, DestinationCapabilities, Field, FieldKind, SourceCapabilities, WriteMode,
};
use sqlflow_profile::{Environment, Profile, Project, Variables};
use sqlflow_syntax::Sources;
use tempfile::TempDir;

use crate::values;

/// A project whose profile is given; one serves many values.
pub(crate) struct Planner {
    folder: TempDir,
}

impl Planner {
    pub(crate) fn new(profile: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("profiles")).unwrap();
        fs::write(folder.path().join("profiles/dev.yml"), profile).unwrap();
        Self { folder }
    }

    /// Plans a pipeline.
    pub(crate) fn plan(&self, pipeline: &str, value: &str) -> Result<Plan, Vec<Finding>> {
        let environment = Environment::of::<&str, &str>([]);
        let (vars, project) = (values::vars(value), Project::discover(self.folder.path()));
        let profile = Profile::load_with_vars(&project, None, &vars, &environment).unwrap();
        let variables = Variables::new(vars, &profile.variables, &environment);
        let sources = Sources::of(Path::new("/project/a.sf"), pipeline);
        let settled = settle(sources, &project, variables.clone(), &IncludedTexts::new()).unwrap();
        let named = connectors_named(&settled, &profile);
        let connectors: BTreeMap<_, _> =
            named.into_iter().map(|name| (name.clone(), Ok(connector(&name)))).collect();
        build(&Input {
            name: "a",
            settled: &settled,
            project: &project,
            profile: &profile,
            environment: &environment,
            variables,
            connectors: &connectors,
        })
    }
}

/// Takes any text as `text`, and anything as `any`.
fn connector(name: &str) -> ConnectorSpec {
    let spec = || {
        ConfigSpec::new([
            Field::text("text", "Any text."),
            Field::new("any", FieldKind::Any, "Anything."),
        ])
    };
    let destination_capabilities = DestinationCapabilities {
        modes: vec![WriteMode::Replace],
        delivery: Delivery::Idempotent,
        atomic_publish: true,
        place_is_path: false,
    };
    ConnectorSpec {
        name: name.to_owned(),
        source: Some(spec()),
        source_capabilities: SourceCapabilities::default(),
        destination: Some(spec()),
        destination_capabilities,
    }
}

/// The code of the first finding.
pub(crate) fn code(findings: &[Finding]) -> String {
    findings.first().map_or("none", |finding| finding.diagnostic.code).to_owned()
}

/// The SQL of the only transform.
pub(crate) fn sql(plan: &Plan) -> String {
    let queries = plan.steps.iter().filter_map(|step| match &step.action {
        Action::Transform(transform) => Some(transform.query.text.clone()),
        _ => None,
    });
    let queries: Vec<String> = queries.collect();
    assert_eq!(queries.len(), 1);
    queries.into_iter().next().unwrap()
}
