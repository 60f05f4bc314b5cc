//! A source and a destination that panic, fail or wait where their config says.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::{
    fmt,
    sync::{
        Arc,
        mpsc::{Receiver, channel},
    },
};

use arrow::{
    array::{Int32Array, Int64Array, RecordBatch},
    datatypes::{DataType, SchemaRef},
};
use serde::Deserialize;
use serde_json::{Value, json};
use sqlflow_plugin_sdk::{
    BatchStream, CancelToken, CheckReport, CommitRecord, CommitStatus, CommitToken, ConfigSpec,
    DestinationConnector, Error, ErrorKind, Field, Host, OpenDestination, OpenSource, Partition,
    Place, ReadPlan, ReadRequest, Result, SchemaChange, SourceConnector, StreamDescriptor,
    StreamName, WriteReport, WriteRequest, Writer, rows,
};

/// What happens where.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Script {
    /// Call that panics.
    panics: String,
    /// Call that fails.
    fails: String,
    /// Kind of the failure.
    kind: String,
    /// Message of the failure.
    message: String,
    /// Call that waits until it is cancelled.
    waits: String,
    /// Whether batches have another type than their schema.
    lies: bool,
}

impl Script {
    fn spec() -> ConfigSpec {
        let text = |name| Field::text(name, "").default("");
        let texts = ["panics", "fails", "kind", "message", "waits"].map(text);
        ConfigSpec::new(texts.into_iter().chain([Field::boolean("lies", "")]))
    }

    fn at(&self, call: &str) -> Result<()> {
        if self.panics == call && self.message == "a payload that panics" {
            std::panic::panic_any(Bomb);
        }
        if self.panics == call && self.message == "in a thread" {
            let place = call.to_owned();
            let ended = std::thread::spawn(move || panic!("boom in a thread of {place}")).join();
            assert!(ended.is_err());
            return Ok(());
        }
        assert!(self.panics != call, "boom in {call}");
        if self.fails == call { Err(self.error()) } else { Ok(()) }
    }

    fn drop_at(&self, call: &str) {
        assert!(self.panics != call, "boom in {call}");
    }

    fn error(&self) -> Error {
        let kind = serde_json::from_value(json!(self.kind)).unwrap_or(ErrorKind::Unavailable);
        let error = Error::new(kind, self.message.clone()).with_remedy("try again");
        let error = match self.message.as_str() {
            "unprintable" => error.with_context("value", Unprintable),
            _ => error,
        };
        error.caused_by(&std::io::Error::other(String::from_utf8_lossy(b"caf\xe9")))
    }
}

/// Panics again when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("boom in the payload");
    }
}

/// Cannot be shown.
struct Unprintable;

impl fmt::Display for Unprintable {
    fn fmt(&self, _f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Err(fmt::Error)
    }
}

pub(crate) fn schema() -> SchemaRef {
    rows::schema([rows::column("n", DataType::Int64)])
}

#[derive(Debug)]
pub(crate) struct Source(Script, Host);

impl OpenSource for Source {
    type Config = Script;

    fn spec() -> ConfigSpec {
        Script::spec()
    }

    fn open(script: Script, host: Host) -> Result<Self> {
        script.at("open")?;
        Ok(Self(script, host))
    }
}

impl SourceConnector for Source {
    fn check(&mut self) -> Result<CheckReport> {
        self.0.at("check")?;
        Ok(CheckReport::default().passed("reach", "there"))
    }

    fn discover(&mut self) -> Result<Vec<StreamDescriptor>> {
        self.0.at("discover")?;
        Ok(vec![StreamDescriptor::named("numbers")])
    }

    fn schema(&mut self, _stream: &StreamName) -> Result<SchemaRef> {
        self.0.at("schema")?;
        Ok(schema())
    }

    fn plan(&mut self, request: &ReadRequest) -> Result<ReadPlan> {
        self.0.at("plan")?;
        Ok(ReadPlan::whole(request))
    }

    fn read(&mut self, _request: &ReadRequest, _part: &Partition) -> Result<Box<dyn BatchStream>> {
        self.0.at("read")?;
        let cancel = CancelToken::new();
        let (wake, woken) = channel();
        cancel.on_cancel(move || {
            let _ = wake.send(());
        });
        let (script, host) = (self.0.clone(), self.1.clone());
        Ok(Box::new(Numbers { script, host, cancel, woken, given: 0 }))
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        self.0.drop_at("drop");
    }
}

/// Two batches, of the numbers 1, 2 and of 3, 4; the script's turn is before the second.
#[derive(Debug)]
struct Numbers {
    script: Script,
    host: Host,
    cancel: CancelToken,
    woken: Receiver<()>,
    given: i64,
}

impl Numbers {
    fn wait(&self) -> Result<()> {
        self.host.warn("waiting");
        self.woken.recv().unwrap();
        self.cancel.check()
    }

    fn batch(&self) -> RecordBatch {
        let numbers = [self.given + 1, self.given + 2];
        if self.script.lies {
            let other = rows::schema([rows::column("n", DataType::Int32)]);
            let column = Int32Array::from(numbers.map(|n| n as i32).to_vec());
            return RecordBatch::try_new(other, vec![Arc::new(column)]).unwrap();
        }
        RecordBatch::try_new(schema(), vec![Arc::new(Int64Array::from(numbers.to_vec()))]).unwrap()
    }
}

impl BatchStream for Numbers {
    fn schema(&self) -> SchemaRef {
        self.script.drop_at("stream_schema");
        schema()
    }

    fn next_batch(&mut self) -> Result<Option<RecordBatch>> {
        if self.given == 2 {
            self.script.at("next_batch")?;
        }
        if self.script.waits == "next_batch" {
            self.wait()?;
        }
        let batch = (self.given < 4).then(|| self.batch());
        self.given += 2;
        Ok(batch)
    }

    fn checkpoint(&self) -> Result<Option<Value>> {
        self.script.at("checkpoint")?;
        Ok(Some(json!({"after": self.given})))
    }

    fn cancel_token(&self) -> CancelToken {
        self.cancel.clone()
    }
}

impl Drop for Numbers {
    fn drop(&mut self) {
        self.script.drop_at("drop_stream");
    }
}

#[derive(Debug)]
pub(crate) struct Destination(Script, Host);

impl OpenDestination for Destination {
    type Config = Script;

    fn spec() -> ConfigSpec {
        Script::spec()
    }

    fn open(script: Script, host: Host) -> Result<Self> {
        script.at("open")?;
        Ok(Self(script, host))
    }
}

impl DestinationConnector for Destination {
    fn check(&mut self) -> Result<CheckReport> {
        self.0.at("check")?;
        Ok(CheckReport::default())
    }

    fn describe(&mut self, place: &Place) -> Result<Option<SchemaRef>> {
        self.0.at("describe")?;
        Ok((place.0 == "there").then(schema))
    }

    fn apply(&mut self, _place: &Place, _changes: &[SchemaChange]) -> Result<()> {
        self.0.at("apply")
    }

    fn begin(&mut self, request: &WriteRequest) -> Result<Box<dyn Writer>> {
        self.0.at("begin")?;
        assert_eq!(request.schema, schema());
        let (script, host) = (self.0.clone(), self.1.clone());
        Ok(Box::new(Sum { script, host, rows: 0 }))
    }

    fn committed(&mut self, token: &CommitToken) -> Result<CommitStatus> {
        self.0.at("committed")?;
        Ok(if token.0 == "known" { CommitStatus::Committed } else { CommitStatus::Unknown })
    }

    fn recover(&mut self, _place: &Place, _live: &[CommitToken]) -> Result<()> {
        self.0.at("recover")
    }
}

impl Drop for Destination {
    fn drop(&mut self) {
        self.0.drop_at("drop");
    }
}

/// Says `committed`, `aborted` or `dropped` to the host, so that a test sees which it was.
#[derive(Debug)]
struct Sum {
    script: Script,
    host: Host,
    rows: u64,
}

impl Writer for Sum {
    fn write(&mut self, batch: RecordBatch) -> Result<()> {
        self.rows += batch.num_rows() as u64;
        self.script.at("write")
    }

    fn commit(self: Box<Self>, _record: &CommitRecord) -> Result<WriteReport> {
        self.script.at("commit")?;
        self.host.warn("committed");
        Ok(WriteReport { rows: self.rows, ..WriteReport::default() })
    }

    fn abort(self: Box<Self>) -> Result<()> {
        self.script.at("abort")?;
        self.host.warn("aborted");
        Ok(())
    }
}

impl Drop for Sum {
    fn drop(&mut self) {
        self.host.warn("dropped");
        self.script.drop_at("drop_writer");
    }
}
