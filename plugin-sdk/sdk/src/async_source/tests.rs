use std::{
    sync::mpsc::{Sender, channel},
    thread,
};

use arrow::datatypes::DataType;
use serde::Deserialize;
use serde_json::json;

use super::*;
use crate::{Field, rows};

#[derive(Debug, Clone, Deserialize)]
struct Script {
    /// The call that waits for ever.
    waits: Option<String>,
    /// The call that panics.
    panics: Option<String>,
}

struct Source {
    script: Script,
    waiting: Option<Sender<()>>,
}

impl Source {
    async fn at(&self, call: &str) {
        act(&self.script, call, self.waiting.as_ref()).await;
    }
}

async fn act(script: &Script, call: &str, waiting: Option<&Sender<()>>) {
    assert!(script.panics.as_deref() != Some(call), "boom in {call}");
    if script.waits.as_deref() == Some(call) {
        waiting.into_iter().for_each(|waiting| waiting.send(()).unwrap());
        future::pending::<()>().await;
    }
}

impl AsyncSourceConnector for Source {
    type Config = Script;
    type Stream = Rows;

    fn spec() -> ConfigSpec {
        ConfigSpec::new([Field::text("waits", ""), Field::text("panics", "")])
    }

    fn open(script: Script, _host: Host) -> Result<Self> {
        // Only inside a runtime does this not panic.
        drop(tokio::runtime::Handle::current());
        Ok(Self { script, waiting: None })
    }

    async fn check(&mut self) -> Result<CheckReport> {
        self.at("check").await;
        let answer = tokio::spawn(async { "there" }).await.unwrap();
        Ok(CheckReport::default().passed("reach", answer))
    }

    async fn discover(&mut self) -> Result<Vec<StreamDescriptor>> {
        let schema = Some(rows::schema([rows::column("n", DataType::Int64)]));
        Ok(vec![StreamDescriptor { schema, ..StreamDescriptor::named("numbers") }])
    }

    async fn read(&mut self, _request: &ReadRequest, _partition: &Partition) -> Result<Rows> {
        self.at("read").await;
        Ok(Rows { script: self.script.clone(), waiting: self.waiting.clone(), given: 0 })
    }
}

struct Rows {
    script: Script,
    waiting: Option<Sender<()>>,
    given: i64,
}

impl AsyncBatchStream for Rows {
    fn schema(&self) -> SchemaRef {
        rows::schema([rows::column("n", DataType::Int64)])
    }

    async fn next_batch(&mut self) -> Result<Option<RecordBatch>> {
        act(&self.script, "next_batch", self.waiting.as_ref()).await;
        tokio::task::yield_now().await;
        self.given += 1;
        let row = (self.given <= 2).then(|| Ok(json!({"n": self.given})));
        rows::stream(&self.schema(), &request(), row.into_iter())?.next_batch()
    }
}

fn request() -> ReadRequest {
    ReadRequest::of(StreamName::from("numbers"))
}

fn opened(waits: Option<&str>, panics: Option<&str>) -> (Async<Source>, CancelToken) {
    let cancel = CancelToken::new();
    let host = Host::connected(None, cancel.clone());
    let text = |text: Option<&str>| text.map(str::to_owned);
    let script = Script { waits: text(waits), panics: text(panics) };
    (Async::open(script, host).unwrap(), cancel)
}

fn read(source: &mut Async<Source>) -> Result<Box<dyn BatchStream>> {
    let partition = source.plan(&request())?.partitions.remove(0);
    source.read(&request(), &partition)
}

#[test]
fn an_async_source_is_read_like_any_other() {
    let (mut source, _) = opened(None, None);
    assert_eq!(source.check().unwrap().items[0].message, "there");
    let schema = source.schema(&StreamName::from("numbers")).unwrap();
    assert_eq!(source.schema(&StreamName::from("x")).unwrap_err().kind(), ErrorKind::NotFound);
    let mut stream = read(&mut source).unwrap();
    assert_eq!(stream.schema(), schema);
    let pulled: Vec<_> = std::iter::from_fn(|| stream.next_batch().unwrap()).collect();
    assert_eq!(pulled.len(), 2);
}

/// Mutation tried: `Waiter::new` registers nothing; the test never ends.
#[test]
fn cancel_ends_a_pending_await_of_the_session() {
    let (mut source, cancel) = opened(Some("check"), None);
    let (send, waiting) = channel();
    source.source.waiting = Some(send);
    let checking = thread::spawn(move || source.check().unwrap_err());
    waiting.recv().unwrap();
    cancel.cancel();
    assert_eq!(checking.join().unwrap().kind(), ErrorKind::Cancelled);
}

/// Mutation tried: the stream waits for the session's token only; the test never ends.
#[test]
fn cancel_ends_a_pending_await_of_a_stream_by_either_token() {
    for by_stream in [true, false] {
        let (mut source, session) = opened(Some("next_batch"), None);
        let (send, waiting) = channel();
        source.source.waiting = Some(send);
        let mut stream = read(&mut source).unwrap();
        let cancel = if by_stream { stream.cancel_token() } else { session };
        let pulling = thread::spawn(move || stream.next_batch().unwrap_err());
        waiting.recv().unwrap();
        cancel.cancel();
        assert_eq!(pulling.join().unwrap().kind(), ErrorKind::Cancelled);
    }
}

#[test]
fn nothing_runs_once_it_is_cancelled() {
    let (mut source, cancel) = opened(None, None);
    cancel.cancel();
    assert_eq!(source.check().unwrap_err().kind(), ErrorKind::Cancelled);
}

#[test]
fn a_panic_in_a_future_unwinds_to_the_caller_and_the_runtime_lives_on() {
    let (mut source, _) = opened(None, Some("next_batch"));
    let mut stream = read(&mut source).unwrap();
    let panic = thread::spawn(move || drop(stream.next_batch())).join().unwrap_err();
    assert_eq!(panic.downcast_ref::<String>().unwrap(), "boom in next_batch");
    assert!(source.check().is_ok());
}
