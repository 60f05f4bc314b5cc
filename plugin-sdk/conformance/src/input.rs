//! Sources opened on the inputs of the fixture.

use arrow::datatypes::SchemaRef;
use serde_json::{Map, Value};
use sqlflow_plugin_sdk::{
    BatchStream, CancelToken, ConnectorKind, Partition, ReadPlan, ReadRequest, Result,
    SourceConnector, StreamDescriptor, StreamName,
};

use crate::{
    Input, Outcome, SourceFixture, Trial,
    failure::{During, broken},
    rows::Rows,
    trial::lacks,
    values,
};

/// An input, ready to be opened as often as a case likes.
#[derive(Debug, Clone)]
pub(crate) struct Ready {
    pub(crate) config: Map<String, Value>,
    pub(crate) connector: Option<String>,
    stream: Option<String>,
    cursor: Option<String>,
}

/// A source on one input.
pub(crate) struct Opened {
    pub(crate) source: Box<dyn SourceConnector>,
    pub(crate) stream: StreamName,
    pub(crate) cancel: CancelToken,
}

impl Trial<'_> {
    /// The input with several batches of rows.
    pub(crate) fn main(&self) -> Outcome<Ready> {
        self.input("source.main", |source| source.main.as_ref())
    }

    /// One of the inputs.
    pub(crate) fn input(
        &self,
        name: &str,
        part: impl FnOnce(&SourceFixture) -> Option<&Input>,
    ) -> Outcome<Ready> {
        let source = self.source()?;
        let input = part(source).ok_or_else(|| lacks(&format!("`{name}`")))?;
        let Some(rows) = input.rows else {
            let config = self.config(ConnectorKind::Source, &on_top(source, input), &[])?;
            let (stream, cursor) = (input.stream.clone(), input.cursor.clone());
            return Ok(Ready { config, connector: None, stream, cursor });
        };
        let place = self.write_rows(&values::people(rows)).during("writing the input's rows")?;
        let mut ready = self.back(&place)?;
        ready.cursor.clone_from(&input.cursor);
        Ok(ready)
    }

    /// How the fixture reads what stands at a place.
    pub(crate) fn back(&self, place: &str) -> Outcome<Ready> {
        let back = self.destination()?.read_back.as_ref();
        let back = back.ok_or_else(|| lacks("`destination.read_back`"))?;
        let words = [("place", place)];
        let stream = back.stream.as_ref().map(|name| crate::fixture::filled_text(name, &words));
        let config = match &back.connector {
            Some(_) => crate::fixture::filled(&back.config, &words),
            None => {
                let base = self.fixture.source.as_ref().map(|source| source.config.clone());
                let mut config = base.unwrap_or_default();
                config.extend(back.config.clone());
                self.config(ConnectorKind::Source, &config, &words)?
            }
        };
        Ok(Ready { config, connector: back.connector.clone(), stream, cursor: None })
    }

    /// Opens a source on an input.
    pub(crate) fn open(&self, input: &Ready) -> Result<Opened> {
        let cancel = CancelToken::new();
        let connector = input.connector.as_deref();
        let mut source = self.subject.open_source(connector, &input.config, &cancel)?;
        let stream = match &input.stream {
            Some(name) => StreamName(name.clone()),
            None => first(&mut *source)?,
        };
        Ok(Opened { source, stream, cancel })
    }

    /// Opens a source on the input with several batches of rows.
    pub(crate) fn open_main(&self) -> Outcome<Opened> {
        Ok(self.open(&self.main()?)?)
    }

    /// The column that orders an incremental read of an input.
    pub(crate) fn cursor(&self, input: &Ready) -> Outcome<String> {
        if let Some(column) = &input.cursor {
            return Ok(column.clone());
        }
        let mut opened = self.open(input)?;
        let candidates = opened.descriptor()?.map(|found| found.cursor_candidates);
        candidates
            .and_then(|candidates| candidates.into_iter().next())
            .ok_or_else(|| lacks("`cursor` in `source.main`: discovery gives no candidate"))
    }
}

/// The input's settings on top of the source's.
fn on_top(source: &SourceFixture, input: &Input) -> Map<String, Value> {
    let mut config = source.config.clone();
    config.extend(input.config.clone());
    config
}

fn first(source: &mut dyn SourceConnector) -> Result<StreamName> {
    let found = source.discover()?.into_iter().next();
    Ok(found.map(|stream| stream.name).unwrap_or_default())
}

impl Opened {
    /// A full read of the stream.
    pub(crate) fn request(&self) -> ReadRequest {
        ReadRequest::of(self.stream.clone())
    }

    /// The schema of the stream.
    pub(crate) fn schema(&mut self) -> Result<SchemaRef> {
        self.source.schema(&self.stream)
    }

    /// What discovery says of the stream.
    pub(crate) fn descriptor(&mut self) -> Result<Option<StreamDescriptor>> {
        let streams = self.source.discover()?;
        Ok(streams.into_iter().find(|stream| stream.name == self.stream))
    }

    /// Splits a read.
    pub(crate) fn plan(&mut self, request: &ReadRequest) -> Result<ReadPlan> {
        self.source.plan(request)
    }

    /// All rows of a read, partition after partition.
    pub(crate) fn read(&mut self, request: &ReadRequest) -> Result<Rows> {
        let partitions = self.plan(request)?.partitions;
        self.read_each(request, &partitions)
    }

    /// The rows of these partitions, one after the other.
    pub(crate) fn read_each(
        &mut self,
        request: &ReadRequest,
        partitions: &[Partition],
    ) -> Result<Rows> {
        let mut rows = Rows::default();
        for partition in partitions {
            let mut stream = self.source.read(request, partition)?;
            rows.take(&mut *stream)?;
        }
        Ok(rows)
    }

    /// The first stream of a read.
    pub(crate) fn first_stream(&mut self, request: &ReadRequest) -> Outcome<Box<dyn BatchStream>> {
        let plan = self.plan(request)?;
        let Some(partition) = plan.partitions.first() else {
            return broken("the plan of a stream with rows has no partition");
        };
        Ok(self.source.read(request, partition)?)
    }
}
