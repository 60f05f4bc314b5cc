use std::collections::BTreeMap;

use arrow::datatypes::SchemaRef;

/// The schemas of the streams that a plan reads, by the id of the source step.
#[derive(Debug, Default)]
pub(crate) struct Schemas(BTreeMap<String, Result<BTreeMap<String, SchemaRef>, String>>);

impl Schemas {
    /// Takes what was found out of a source: its streams, or why they are not known.
    pub(super) fn insert(
        &mut self,
        source_step: &str,
        found: Result<BTreeMap<String, SchemaRef>, String>,
    ) {
        self.0.insert(source_step.to_owned(), found);
    }

    /// The schema of a stream; `None` where it could not be bound.
    pub(crate) fn get(&self, source_step: &str, stream: &str) -> Option<&SchemaRef> {
        self.0.get(source_step)?.as_ref().ok()?.get(stream)
    }

    /// The streams of a source that are read.
    pub(crate) fn of(&self, source_step: &str) -> impl Iterator<Item = (&str, &SchemaRef)> {
        let streams = self.0.get(source_step).into_iter().flatten().flatten();
        streams.map(|(stream, schema)| (stream.as_str(), schema))
    }

    /// Why the schemas of a source are not known.
    pub(super) fn why_not(&self, source_step: &str) -> Option<&str> {
        self.0.get(source_step)?.as_ref().err().map(String::as_str)
    }
}
