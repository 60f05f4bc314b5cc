use std::{collections::BTreeMap, error::Error, fs, path::Path};

use sqlflow_plan::{
    Finding, IncludedTexts, Input, Settled, build, connectors_named, settle, to_text,
};
use sqlflow_profile::{Environment, Profile, Project, Variables, parse_vars};
use sqlflow_syntax::{Severity, Sources};

use crate::{connectors, diagnostics};

/// What a case became.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The plan as a tree; empty where there is none.
    pub plan: String,
    /// The errors and warnings, in the order of the files; then what no run does yet.
    pub diagnostics: String,
}

/// Plans the pipeline of a case folder, as the project `/project` would.
///
/// # Errors
///
/// A file of the case cannot be read, or its profile or variables are no good.
pub fn outcome(case: &Path) -> Result<Outcome, Box<dyn Error>> {
    let text = fs::read_to_string(case.join("pipeline.sf"))?;
    let environment = Environment::of([("TOKEN", "hunter2"), ("HOST", "example.org")]);
    let profile = profile(case, &environment)?;
    let vars = fs::read_to_string(case.join("vars.txt")).unwrap_or_default();
    let vars = parse_vars(&vars).map_err(|error| error.to_string())?;
    let variables = Variables::new(vars, &profile.variables, &environment);
    let settled = settled(case, &text, &variables);
    let shown =
        |findings: &[Finding]| diagnostics::shown(findings, &settled.sources, &profile.text);
    Ok(match plan(case, &settled, &profile, &environment, variables) {
        Ok(plan) => {
            let diagnostics = shown(&plan.warnings) + &shown(&as_warnings(plan.unbuilt.clone()));
            Outcome { plan: to_text(&plan), diagnostics }
        }
        Err(findings) => Outcome { plan: String::new(), diagnostics: shown(&findings) },
    })
}

/// The statements without IF and INCLUDE; the files that are included lie in the case's folder.
fn settled(case: &Path, text: &str, variables: &Variables) -> Settled {
    let mut texts = IncludedTexts::new();
    loop {
        let sources = Sources::of("/project/pipelines/pipeline.sf", text);
        let project = Project::discover(Path::new("/project"));
        match settle(sources, &project, variables.clone(), &texts) {
            Ok(settled) => return settled,
            Err(wanted) => texts.extend(wanted.into_iter().map(|path| {
                let file = path.strip_prefix("/project/pipelines").map(|file| case.join(file));
                let text = file.map_err(|_| "no such file".to_owned()).and_then(|file| {
                    fs::read_to_string(file).map_err(|_| "no such file".to_owned())
                });
                (path, text)
            })),
        }
    }
}

fn profile(case: &Path, environment: &Environment) -> Result<Profile, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let file = case.join("profile.yml");
    if file.exists() {
        fs::create_dir(folder.path().join("profiles"))?;
        fs::copy(file, folder.path().join("profiles/dev.yml"))?;
    }
    Ok(Profile::load(&Project::discover(folder.path()), None, environment)?)
}

fn plan(
    case: &Path,
    settled: &Settled,
    profile: &Profile,
    environment: &Environment,
    variables: Variables,
) -> Result<sqlflow_plan::Plan, Vec<Finding>> {
    let named = connectors_named(settled, profile);
    let connectors: BTreeMap<_, _> =
        named.into_iter().map(|name| (name.clone(), connectors::connector(&name))).collect();
    build(&Input {
        name: &case.file_name().unwrap_or_default().to_string_lossy(),
        settled,
        project: &Project::discover(Path::new("/project")),
        profile,
        environment,
        variables,
        connectors: &connectors,
    })
}

/// What no run does yet, as `sqlflow plan` shows it.
fn as_warnings(mut findings: Vec<Finding>) -> Vec<Finding> {
    for finding in &mut findings {
        finding.diagnostic.severity = Severity::Warning;
    }
    findings
}
