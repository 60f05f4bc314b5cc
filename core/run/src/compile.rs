use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use sqlflow_host::Plugins;
use sqlflow_plan::{ConnectorSpec, Finding, InFile, Input, Plan, VariableUse};
use sqlflow_plugin_sdk::Error;
use sqlflow_syntax::{Diagnostic, Pipeline, Severity};

use crate::{Problem, Trouble, Workspace, code};

/// A pipeline's text and the plan made of it.
#[derive(Debug)]
pub struct Compiled {
    /// The name: the file's without `.sf`.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// Its text.
    pub text: Arc<str>,
    /// The plan.
    pub plan: Plan,
    /// What is not wrong but worth saying.
    pub warnings: Vec<Problem>,
    /// Every variable that was replaced, with where its value came from.
    pub variables: Vec<VariableUse>,
}

/// Reads, parses and plans a pipeline, by its name or its path. Plugins that it names are loaded
/// for their specs; nothing is connected.
///
/// # Errors
///
/// There is no such file, or everything that is wrong in it.
pub fn compile(workspace: &Workspace, name_or_path: &str) -> Result<Compiled, Trouble> {
    let path = workspace
        .project()
        .pipeline_path(name_or_path)
        .map_err(|error| Trouble::usage(error.code, error.to_string(), error.help))?;
    let text = read(&path)?;
    let parsed = sqlflow_syntax::parse(&text);
    let file = File { workspace, path: &path, text: &text };
    let (errors, warnings) = split(parsed.diagnostics);
    if !errors.is_empty() {
        return Err(Trouble::Problems(file.problems(errors)));
    }
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let (plan, variables) = plan(&file, &name, &parsed.pipeline)?;
    let mut warnings = file.problems(warnings);
    warnings.extend(plan.warnings.iter().cloned().map(|finding| file.finding(finding)));
    Ok(Compiled { name, path: path.clone(), text, plan, warnings, variables })
}

fn read(path: &Path) -> Result<Arc<str>, Trouble> {
    let text = fs::read_to_string(path).map_err(|error| {
        let message = format!("{} cannot be read: {error}", path.display());
        Trouble::usage(code::PIPELINE_UNREADABLE, message, "check that it is a UTF-8 text file")
    })?;
    Ok(text.into())
}

fn split(diagnostics: Vec<Diagnostic>) -> (Vec<Diagnostic>, Vec<Diagnostic>) {
    diagnostics.into_iter().partition(|diagnostic| diagnostic.severity == Severity::Error)
}

fn plan(
    file: &File<'_>,
    name: &str,
    pipeline: &Pipeline,
) -> Result<(Plan, Vec<VariableUse>), Trouble> {
    let workspace = file.workspace;
    let named = sqlflow_plan::connectors_named(pipeline, workspace.profile());
    let connectors: BTreeMap<String, Result<ConnectorSpec, Error>> = named
        .into_iter()
        .map(|name| {
            let spec = connector_spec(workspace.plugins(), &name);
            (name, spec)
        })
        .collect();
    let input = Input {
        name,
        text: file.text,
        pipeline,
        project: workspace.project(),
        profile: workspace.profile(),
        environment: workspace.environment(),
        variables: workspace.variables(),
        connectors: &connectors,
    };
    let plan = sqlflow_plan::build(&input).map_err(|findings| {
        let problems = findings.into_iter().map(|finding| file.finding(finding));
        Trouble::Problems(problems.collect())
    })?;
    Ok((plan, sqlflow_plan::variable_uses(&input)))
}

/// What a connector declares.
pub(crate) fn connector_spec(plugins: &Plugins, name: &str) -> Result<ConnectorSpec, Error> {
    let manifest = plugins.manifest(name)?;
    let (source, destination) = plugins.specs(name)?;
    Ok(ConnectorSpec {
        name: manifest.name.clone(),
        source,
        source_capabilities: manifest.source,
        destination,
        destination_capabilities: manifest.destination.clone(),
    })
}

struct File<'a> {
    workspace: &'a Workspace,
    path: &'a Path,
    text: &'a Arc<str>,
}

impl File<'_> {
    fn problem(&self, diagnostic: Diagnostic) -> Problem {
        Problem { path: self.path.to_owned(), text: Arc::clone(self.text), diagnostic }
    }

    fn problems(&self, diagnostics: Vec<Diagnostic>) -> Vec<Problem> {
        diagnostics.into_iter().map(|diagnostic| self.problem(diagnostic)).collect()
    }

    fn finding(&self, finding: Finding) -> Problem {
        match finding.file {
            InFile::Pipeline => self.problem(finding.diagnostic),
            InFile::Profile => self.workspace.in_profile(finding.diagnostic),
        }
    }
}
