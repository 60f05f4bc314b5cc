use std::{collections::BTreeMap, error::Error, fs, path::Path};

use sqlflow_plan::{Finding, InFile, Input, build, connectors_named, to_text};
use sqlflow_profile::{Environment, Profile, Project, Variables, parse_vars};
use sqlflow_syntax::{Diagnostic, Parsed, parse};

use crate::{connectors, diagnostics};

/// What a case became.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The plan as a tree; empty where there is none.
    pub plan: String,
    /// The errors and warnings, in the order of the files.
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
    let parsed = parse(&text);
    let findings = if parsed.diagnostics.is_empty() {
        let vars = fs::read_to_string(case.join("vars.txt")).unwrap_or_default();
        let vars = parse_vars(&vars).map_err(|error| error.to_string())?;
        let variables = Variables::new(vars, &profile.variables, &environment);
        match plan(case, (&text, &parsed), &profile, &environment, variables) {
            Ok(plan) => {
                let diagnostics = diagnostics::shown(&plan.warnings, &text, &profile.text);
                return Ok(Outcome { plan: to_text(&plan), diagnostics });
            }
            Err(findings) => findings,
        }
    } else {
        parsed.diagnostics.into_iter().map(in_pipeline).collect()
    };
    let diagnostics = diagnostics::shown(&findings, &text, &profile.text);
    Ok(Outcome { plan: String::new(), diagnostics })
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
    (text, parsed): (&str, &Parsed),
    profile: &Profile,
    environment: &Environment,
    variables: Variables,
) -> Result<sqlflow_plan::Plan, Vec<Finding>> {
    let named = connectors_named(&parsed.pipeline, profile);
    let connectors: BTreeMap<_, _> =
        named.into_iter().map(|name| (name.clone(), connectors::connector(&name))).collect();
    build(&Input {
        name: &case.file_name().unwrap_or_default().to_string_lossy(),
        text,
        pipeline: &parsed.pipeline,
        project: &Project::discover(Path::new("/project")),
        profile,
        environment,
        variables,
        connectors: &connectors,
    })
}

fn in_pipeline(diagnostic: Diagnostic) -> Finding {
    Finding { file: InFile::Pipeline, diagnostic }
}
