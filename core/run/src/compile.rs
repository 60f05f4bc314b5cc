mod text;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
};

use sqlflow_host::Plugins;
use sqlflow_plan::{
    ConnectorSpec, Finding, InFile, Input, Partial, Plan, Settled, TableKey, VariableUse,
};
use sqlflow_plugin_sdk::Error;
use sqlflow_syntax::{Diagnostic, Sources};

use crate::{Problem, Trouble, Workspace};

/// The name of statements that stand in no file.
pub const INLINE: &str = "inline";

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
    /// The tables of steps that a selection left out, with the steps' ids.
    pub(crate) left_out: BTreeMap<TableKey, String>,
}

/// What could be made of a pipeline: all of it, or its sound steps and what is wrong with the rest.
#[derive(Debug)]
pub struct Attempt {
    pub(crate) compiled: Compiled,
    pub(crate) problems: Vec<Problem>,
    /// See [`Partial::is_whole`].
    pub(crate) is_whole: bool,
    /// See [`Partial::unknown`].
    pub(crate) unknown: BTreeSet<TableKey>,
}

/// Reads, parses and plans a pipeline, by its name or its path. Plugins that it names are loaded
/// for their specs; nothing is connected.
///
/// # Errors
///
/// There is no such file, or everything that is wrong in it and in the files it includes.
pub fn compile(workspace: &Workspace, name_or_path: &str) -> Result<Compiled, Trouble> {
    attempt(workspace, name_or_path)?.into_compiled()
}

/// As [`compile`], with what is sound even where something is wrong, so that it can be checked
/// further.
///
/// # Errors
///
/// There is no such file, or it cannot be read.
pub fn attempt(workspace: &Workspace, name_or_path: &str) -> Result<Attempt, Trouble> {
    let path = workspace
        .project()
        .pipeline_path(name_or_path)
        .map_err(|error| Trouble::usage(error.code, error.to_string(), error.help))?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    Ok(of_text(workspace, name, &path, text::read(&path)?))
}

/// As [`attempt`], of statements that stand in no file: a pipeline called [`INLINE`], whose
/// relative paths are taken from the project.
pub fn attempt_inline(workspace: &Workspace, statements: &str) -> Attempt {
    let path = workspace.project().root().join(INLINE);
    of_text(workspace, INLINE.to_owned(), &path, text::terminated(statements).into())
}

fn of_text(workspace: &Workspace, name: String, path: &Path, text: Arc<str>) -> Attempt {
    let settled = text::settle(workspace, path, &text);
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
    let Partial { plan, findings, is_whole, unknown } = sqlflow_plan::build_partly(&input);
    let variables = sqlflow_plan::variable_uses(&input);
    let warnings = plan.warnings.iter().cloned().map(problem).collect();
    let unbuilt = plan.unbuilt.iter().cloned().map(problem).collect();
    let problems = findings.into_iter().map(problem).collect();
    let (sources, path, left_out) = (settled.sources.clone(), path.to_owned(), BTreeMap::new());
    let compiled = Compiled { name, path, sources, plan, warnings, unbuilt, variables, left_out };
    Attempt { compiled, problems, is_whole, unknown }
}

impl Attempt {
    /// The pipeline's name.
    pub fn name(&self) -> &str {
        &self.compiled.name
    }

    /// The plan of the steps that are sound.
    pub fn plan(&self) -> &Plan {
        &self.compiled.plan
    }

    /// Whether it includes a file whose statements nobody knows.
    pub(crate) fn misses_file(&self) -> bool {
        const UNSEEN: &[&str] = &[
            sqlflow_plan::code::INCLUDE_UNREADABLE,
            sqlflow_plan::code::INCLUDE_OUTSIDE,
            sqlflow_plan::code::INCLUDE_NOT_SF,
            sqlflow_plan::code::INCLUDE_CYCLE,
            sqlflow_plan::code::INCLUDE_TOO_LARGE,
        ];
        self.problems.iter().any(|problem| UNSEEN.contains(&problem.diagnostic.code))
    }

    /// Whether nothing is wrong so far.
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }

    /// The pipeline, where nothing is wrong.
    ///
    /// # Errors
    ///
    /// Everything that is.
    pub fn into_compiled(self) -> Result<Compiled, Trouble> {
        if self.is_sound() { Ok(self.compiled) } else { Err(Trouble::Problems(self.problems)) }
    }

    /// The part of it that a selection names, see [`Plan::select`]. Of a pipeline that is not
    /// sound all is kept: what is wrong is told first.
    ///
    /// # Errors
    ///
    /// The selection names no step, or one that there is not.
    pub fn select(mut self, selection: &str) -> Result<Self, Trouble> {
        if !self.is_sound() {
            return Ok(self);
        }
        let all = &self.compiled.plan;
        let part = all
            .select(selection)
            .map_err(|error| Trouble::usage(error.code, error.message, error.help))?;
        let kept: BTreeSet<&str> = part.steps.iter().map(|step| step.id.as_str()).collect();
        let left_out = all.steps.iter().filter(|step| !kept.contains(step.id.as_str()));
        let tables = left_out.filter_map(|step| Some((step.writes()?, step.id.clone())));
        self.compiled.left_out = tables.collect();
        self.compiled.plan = part;
        Ok(self)
    }
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
    Problem { path: file.path.clone(), text: Arc::clone(&file.text), diagnostic, class: None }
}

impl Compiled {
    /// A problem at a place of the pipeline, or of a file it includes.
    pub(crate) fn problem(&self, diagnostic: Diagnostic) -> Problem {
        in_sources(&self.sources, diagnostic)
    }
}
