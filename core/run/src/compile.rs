use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use sqlflow_host::Plugins;
use sqlflow_plan::{
    ConnectorSpec, Finding, InFile, IncludedTexts, Input, Plan, Settled, VariableUse,
};
use sqlflow_plugin_sdk::Error;
use sqlflow_syntax::{Diagnostic, Sources};

use crate::{Problem, Trouble, Workspace, code};

/// A pipeline's text and the plan made of it.
#[derive(Debug)]
pub struct Compiled {
    /// The name: the file's without `.sf`.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// Its text and that of the files it includes.
    pub sources: Sources,
    /// The plan.
    pub plan: Plan,
    /// What is not wrong but worth saying.
    pub warnings: Vec<Problem>,
    /// What the plan has and no run does yet: a check reports it, and a run does not begin.
    pub unbuilt: Vec<Problem>,
    /// Every variable that was replaced, with where its value came from.
    pub variables: Vec<VariableUse>,
}

/// Reads, parses and plans a pipeline, by its name or its path. Plugins that it names are loaded
/// for their specs; nothing is connected.
///
/// # Errors
///
/// There is no such file, or everything that is wrong in it and in the files it includes.
pub fn compile(workspace: &Workspace, name_or_path: &str) -> Result<Compiled, Trouble> {
    let path = workspace
        .project()
        .pipeline_path(name_or_path)
        .map_err(|error| Trouble::usage(error.code, error.to_string(), error.help))?;
    let settled = settle(workspace, &path)?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let connectors = connectors(workspace, &settled);
    let input = Input {
        name: &name,
        settled: &settled,
        project: workspace.project(),
        profile: workspace.profile(),
        environment: workspace.environment(),
        variables: workspace.variables(),
        connectors: &connectors,
    };
    let problem = |finding| problem(workspace, &settled.sources, finding);
    let plan = sqlflow_plan::build(&input)
        .map_err(|findings| Trouble::Problems(findings.into_iter().map(problem).collect()))?;
    let variables = sqlflow_plan::variable_uses(&input);
    let warnings = plan.warnings.iter().cloned().map(problem).collect();
    let unbuilt = plan.unbuilt.iter().cloned().map(problem).collect();
    let sources = settled.sources.clone();
    Ok(Compiled { name, path, sources, plan, warnings, unbuilt, variables })
}

/// Reads a pipeline, and every file it includes.
fn settle(workspace: &Workspace, path: &Path) -> Result<Settled, Trouble> {
    let text = fs::read_to_string(path).map_err(|error| {
        let message = format!("{} cannot be read: {error}", path.display());
        Trouble::usage(code::PIPELINE_UNREADABLE, message, "check that it is a UTF-8 text file")
    })?;
    let text: Arc<str> = text.into();
    let mut texts = IncludedTexts::new();
    loop {
        let sources = Sources::of(path, Arc::clone(&text));
        let project = workspace.project();
        match sqlflow_plan::settle(sources, project, workspace.variables(), &texts) {
            Ok(settled) => return Ok(settled),
            Err(wanted) => texts.extend(wanted.into_iter().map(|path| {
                let text = read_included(project.root(), &path);
                (path, text)
            })),
        }
    }
}

/// The text of a file to include; what a link leads to has to lie in the project too (S4).
fn read_included(root: &Path, path: &Path) -> Result<String, String> {
    let real = |path: &Path| path.canonicalize().map_err(|error| error.to_string());
    if !real(path)?.starts_with(real(root)?) {
        return Err("it is a link out of the project".to_owned());
    }
    fs::read_to_string(path).map_err(|error| error.to_string())
}

fn connectors(
    workspace: &Workspace,
    settled: &Settled,
) -> BTreeMap<String, Result<ConnectorSpec, Error>> {
    let named = sqlflow_plan::connectors_named(settled, workspace.profile());
    let spec = |name: String| {
        let spec = connector_spec(workspace.plugins(), &name);
        (name, spec)
    };
    named.into_iter().map(spec).collect()
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

fn problem(workspace: &Workspace, sources: &Sources, finding: Finding) -> Problem {
    match finding.file {
        InFile::Pipeline => in_sources(sources, finding.diagnostic),
        InFile::Profile => workspace.in_profile(finding.diagnostic),
    }
}

fn in_sources(sources: &Sources, diagnostic: Diagnostic) -> Problem {
    let (file, diagnostic) = sources.place(diagnostic);
    Problem { path: file.path.clone(), text: Arc::clone(&file.text), diagnostic }
}

impl Compiled {
    /// A problem at a place of the pipeline, or of a file it includes.
    pub(crate) fn problem(&self, diagnostic: Diagnostic) -> Problem {
        in_sources(&self.sources, diagnostic)
    }
}
