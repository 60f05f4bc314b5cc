use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use arrow::datatypes::SchemaRef;
use sqlflow_plan::{Action, SourceStep, Step};
use sqlflow_plugin_sdk::{Error, StreamName};
use sqlflow_state::Timestamp;
use sqlflow_syntax::Diagnostic;

use super::{CachedSchema, CheckOptions, Checked, schema_cache::SchemaCache};
use crate::{
    Compiled, ExitClass, Problem, Trouble, Workspace, code, errors, resilience::unwatched,
};

/// Finds out the schemas of sources, each once however many pipelines read it.
pub(super) struct Discovery<'a> {
    pub(super) workspace: &'a Workspace,
    options: &'a CheckOptions,
    cache: SchemaCache,
    /// By connector, config and stream.
    known: BTreeMap<(String, String, String), SchemaRef>,
    /// Connections that have failed, with what they said.
    failed: BTreeSet<(String, String)>,
}

/// A source step with the streams that are read of it.
type Wanted<'a> = (&'a Step, &'a SourceStep, BTreeSet<String>);
type Streams = BTreeMap<String, SchemaRef>;

impl<'a> Discovery<'a> {
    pub(super) fn new(workspace: &'a Workspace, options: &'a CheckOptions) -> Self {
        let cache = SchemaCache::of(workspace.project());
        Self { workspace, options, cache, known: BTreeMap::new(), failed: BTreeSet::new() }
    }

    /// Asks every source that is read for the schemas of its streams, or offline what was kept of
    /// them. What a source refuses is a problem at its place; to stop, or to be out of memory, ends
    /// the check.
    pub(super) fn discover(&mut self, compiled: &Compiled) -> Result<Checked, Trouble> {
        let mut checked = Checked::default();
        for (step, source, streams) in sources(compiled) {
            let found = if self.options.offline {
                self.recall(source, streams, &mut checked.cached)
            } else {
                self.ask(source, streams).or_else(|error| {
                    self.refused(compiled, (step, source), &error, &mut checked.problems)
                })?
            };
            checked.schemas.insert(&step.id, found);
        }
        Ok(checked)
    }

    /// What earlier checks have kept; one stream that is not there, and nothing is known.
    fn recall(
        &self,
        source: &SourceStep,
        streams: BTreeSet<String>,
        cached: &mut Vec<CachedSchema>,
    ) -> Result<Streams, String> {
        let mut found = Streams::new();
        for stream in streams {
            let Some((schema, at)) = self.cache.get(&source.connected, &stream) else {
                return Err("no earlier check has seen its schema: check once online".to_owned());
            };
            let age = Timestamp::now().duration_since(at).try_into().unwrap_or_default();
            let (source, stream_name) = (source.source.clone(), stream.clone());
            cached.push(CachedSchema { source, stream: stream_name, age });
            found.insert(stream, schema);
        }
        Ok(found)
    }

    fn ask(
        &mut self,
        source: &SourceStep,
        streams: BTreeSet<String>,
    ) -> Result<Result<Streams, String>, Error> {
        let connected = &source.connected;
        let config = serde_json::to_string(&connected.config).unwrap_or_default();
        let mut opened = None;
        let mut found = Streams::new();
        for stream in streams {
            let key = (connected.connector.clone(), config.clone(), stream.clone());
            if let Some(schema) = self.known.get(&key) {
                found.insert(stream, Arc::clone(schema));
                continue;
            }
            let connector = match &mut opened {
                Some(connector) => connector,
                None => opened.insert(self.workspace.sources().open_resilient(
                    &connected.connector,
                    &connected.config,
                    &unwatched(connected, &self.options.cancel),
                )?),
            };
            let schema = connector.schema(&StreamName(stream.clone()))?;
            self.cache.put(connected, &stream, &schema);
            self.known.insert(key, Arc::clone(&schema));
            found.insert(stream, schema);
        }
        Ok(Ok(found))
    }

    /// A connection that two sources share and that fails is one finding.
    fn refused(
        &mut self,
        compiled: &Compiled,
        (step, source): (&Step, &SourceStep),
        error: &Error,
        problems: &mut Vec<Problem>,
    ) -> Result<Result<Streams, String>, Trouble> {
        let class = ExitClass::of_check(&errors::of_connector(error));
        if matches!(class, ExitClass::Cancelled | ExitClass::Resources) {
            return Err(Trouble::Failed(Box::new(errors::of_connector(error)), class));
        }
        if let Some(connection) = &source.connected.connection {
            let said = (connection.clone(), told(error).join("; "));
            if !self.failed.insert(said) {
                return Ok(Err(format!("the connection `{connection}` fails")));
            }
        }
        problems.push(problem(compiled, step, error, class));
        Ok(Err("it cannot be opened".to_owned()))
    }
}

/// The source steps with the streams that are read of them: by a LOAD, the one it names; in a
/// query, the one of the source's own name. A source that nothing reads is not opened.
fn sources(compiled: &Compiled) -> Vec<Wanted<'_>> {
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
    let steps = compiled.plan.steps.iter();
    let sources = steps.filter_map(|step| match &step.action {
        Action::Source(source) => {
            Some((step, source, wanted.remove(step.id.as_str()).unwrap_or_default()))
        }
        _ => None,
    });
    sources.collect()
}

fn add<'a>(wanted: &mut BTreeMap<&'a str, BTreeSet<String>>, sources: &'a [(String, String)]) {
    for (name, step) in sources {
        wanted.entry(step).or_default().insert(name.clone());
    }
}

/// What a connector says, and the facts it adds.
fn told(error: &Error) -> Vec<String> {
    let facts = error.context().iter().filter(|(key, _)| key != "connector");
    let facts = facts.map(|(key, value)| format!("{key}: {value}"));
    std::iter::once(error.message().to_owned()).chain(facts).collect()
}

/// A finding at the SOURCE.
fn problem(compiled: &Compiled, step: &Step, error: &Error, class: ExitClass) -> Problem {
    let message = format!("source `{}`: {}", step.name, told(error).join("; "));
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
    let class = (class != ExitClass::Validation).then_some(class);
    Problem { class, ..compiled.problem(diagnostic) }
}
