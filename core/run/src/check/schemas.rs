use std::collections::{BTreeMap, BTreeSet};

use arrow::datatypes::SchemaRef;
use sqlflow_plan::{Action, SourceStep, Step};
use sqlflow_plugin_sdk::{CancelToken, Error, StreamName};
use sqlflow_syntax::Diagnostic;

use crate::{Compiled, ExitClass, Problem, Trouble, Workspace, code, errors};

/// The schemas of the streams that a plan reads, by id of the source step and stream.
#[derive(Debug, Default)]
pub(crate) struct Schemas(BTreeMap<(String, String), SchemaRef>);

impl Schemas {
    /// Opens every source that is read and asks for the schemas of its streams. Mistakes in what
    /// the pipeline asks for are problems; a source that cannot be reached stops the check.
    pub(crate) fn bind(
        workspace: &Workspace,
        compiled: &Compiled,
        cancel: &CancelToken,
    ) -> Result<(Self, Vec<Problem>), Trouble> {
        let mut schemas = Self::default();
        let mut problems = Vec::new();
        for (step, source, streams) in sources(compiled) {
            match open(workspace, source, streams, cancel) {
                Ok(bound) => schemas.0.extend(
                    bound.into_iter().map(|(stream, schema)| ((step.id.clone(), stream), schema)),
                ),
                Err(error) => problems.push(problem(compiled, step, &error)?),
            }
        }
        Ok((schemas, problems))
    }

    /// The schema of a stream; `None` where it could not be bound.
    pub(crate) fn get(&self, source_step: &str, stream: &str) -> Option<&SchemaRef> {
        self.0.get(&(source_step.to_owned(), stream.to_owned()))
    }

    /// The streams of a source.
    pub(crate) fn of(&self, source_step: &str) -> impl Iterator<Item = (&str, &SchemaRef)> {
        let entries = self.0.iter().filter(move |((step, _), _)| step == source_step);
        entries.map(|((_, stream), schema)| (stream.as_str(), schema))
    }
}

type Wanted<'a> = (&'a Step, &'a SourceStep, BTreeSet<String>);

/// The source steps with the streams that are read of them: by a LOAD, the one it names; in a
/// query, the one of the source's own name.
fn sources<'a>(compiled: &'a Compiled) -> Vec<Wanted<'a>> {
    let mut wanted: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for step in &compiled.plan.steps {
        match &step.action {
            Action::Source(_) => {}
            Action::Load(load) => {
                wanted.entry(&load.source).or_default().insert(load.stream.clone());
                add(&mut wanted, &load.sources);
            }
            Action::Transform(transform) => add(&mut wanted, &transform.sources),
            Action::Export(export) => add(&mut wanted, &export.sources),
            Action::Test(test) => add(&mut wanted, &test.sources),
        }
    }
    let source = |step: &'a Step| match &step.action {
        Action::Source(source) => {
            Some((step, source, wanted.get(step.id.as_str()).cloned().unwrap_or_default()))
        }
        _ => None,
    };
    compiled.plan.steps.iter().filter_map(source).collect()
}

fn add<'a>(wanted: &mut BTreeMap<&'a str, BTreeSet<String>>, sources: &'a [(String, String)]) {
    for (name, step) in sources {
        wanted.entry(step).or_default().insert(name.clone());
    }
}

fn open(
    workspace: &Workspace,
    source: &SourceStep,
    streams: BTreeSet<String>,
    cancel: &CancelToken,
) -> Result<Vec<(String, SchemaRef)>, Error> {
    let connected = &source.connected;
    let mut connector =
        workspace.sources().open(&connected.connector, &connected.config, cancel)?;
    let schema = |stream: String| {
        let schema = connector.schema(&StreamName(stream.clone()))?;
        Ok((stream, schema))
    };
    streams.into_iter().map(schema).collect()
}

/// A finding at the SOURCE, where correcting the pipeline helps.
fn problem(compiled: &Compiled, step: &Step, error: &Error) -> Result<Problem, Trouble> {
    let class = ExitClass::of_check(&errors::of_connector(error));
    if class != ExitClass::Validation {
        return Err(Trouble::Failed(Box::new(errors::of_connector(error)), class));
    }
    let facts = error.context().iter().filter(|(key, _)| key != "connector");
    let facts: Vec<String> = facts.map(|(key, value)| format!("{key}: {value}")).collect();
    let message = format!("source `{}`: {}", step.name, error.message());
    let message = facts.into_iter().fold(message, |message, fact| format!("{message}; {fact}"));
    let diagnostic = Diagnostic::error(code::CONNECTOR, message, step.span);
    let causes = error.causes().join(": ");
    let help = match (error.remedy(), causes.is_empty()) {
        (Some(remedy), true) => Some(remedy.to_owned()),
        (Some(remedy), false) => Some(format!("{remedy} ({causes})")),
        (None, false) => Some(causes),
        (None, true) => None,
    };
    let diagnostic = match help {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    };
    Ok(compiled.problem(diagnostic))
}
