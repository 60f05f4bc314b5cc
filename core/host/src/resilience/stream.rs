use std::sync::Arc;

use arrow::{array::RecordBatch, datatypes::SchemaRef};
use serde_json::Value;
use sqlflow_plugin_sdk::{
    BatchStream, CancelToken, Error, Partition, ReadRequest, Result, SourceConnector,
};

use super::{Guard, session::Open};

/// A stream that is read on from where it was, where that is known, after a failure.
pub(super) struct ResilientStream {
    guard: Guard,
    reading: Reading,
    schema: SchemaRef,
    cancel: CancelToken,
    /// A failed stream never looks like one that has ended.
    failure: Option<Error>,
}

/// What is read, and how far.
struct Reading {
    open: Open<dyn SourceConnector>,
    request: ReadRequest,
    partition: Partition,
    stream: Box<dyn BatchStream>,
    cancel: CancelToken,
    checkpoints: bool,
    reached: Reached,
}

/// How far a stream was read.
enum Reached {
    /// No row was handed on.
    Nothing,
    /// The state after the rows that were handed on.
    State(Value),
    /// Rows were handed on, and nobody knows how to go on after them.
    Unknown,
}

impl ResilientStream {
    pub(super) fn new(
        (guard, open): (&Guard, &Open<dyn SourceConnector>),
        (request, partition): (ReadRequest, Partition),
        stream: Box<dyn BatchStream>,
        checkpoints: bool,
    ) -> Self {
        let cancel = CancelToken::new();
        let guard = guard.stopped_by(&cancel);
        let schema = stream.schema();
        let mut reading = Reading {
            open: Arc::clone(open),
            request,
            partition,
            stream,
            cancel: cancel.clone(),
            checkpoints: checkpoints && guard.tries_again(),
            reached: Reached::Nothing,
        };
        reading.cancel_together();
        Self { guard, reading, schema, cancel, failure: None }
    }

    fn pull(&mut self) -> Result<Option<RecordBatch>> {
        let Self { guard, reading, .. } = self;
        let once = match reading.reached {
            Reached::Unknown => Some(guard.once()),
            Reached::Nothing | Reached::State(_) => None,
        };
        let guard = once.as_ref().unwrap_or(guard);
        let batch = guard.batch("read", |failed| {
            if failed.is_some() {
                reading.begin_again()?;
                guard.recovered("stream");
            }
            reading.stream.next_batch()
        })?;
        if let Some(batch) = &batch {
            reading.handed_on(batch.num_rows());
        }
        Ok(batch)
    }
}

impl Reading {
    /// Opens the partition in another session, behind the rows that were handed on.
    fn begin_again(&mut self) -> Result<()> {
        self.cancel.check()?;
        let mut request = self.request.clone();
        if let Reached::State(state) = &self.reached {
            request.state = Some(state.clone());
        }
        self.stream = (self.open)()?.read(&request, &self.partition)?;
        self.cancel_together();
        Ok(())
    }

    fn cancel_together(&mut self) {
        let stop = self.stream.cancel_token();
        self.cancel.on_cancel(move || stop.cancel());
    }

    fn handed_on(&mut self, rows: usize) {
        let state = if self.checkpoints { self.stream.checkpoint().ok().flatten() } else { None };
        match state {
            Some(state) => self.reached = Reached::State(state),
            None if rows > 0 => self.reached = Reached::Unknown,
            None => {}
        }
    }
}

impl BatchStream for ResilientStream {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn next_batch(&mut self) -> Result<Option<RecordBatch>> {
        if let Some(error) = &self.failure {
            return Err(error.clone());
        }
        let pulled = self.pull();
        self.failure = pulled.as_ref().err().cloned();
        pulled
    }

    fn checkpoint(&self) -> Result<Option<Value>> {
        Ok(match &self.reading.reached {
            Reached::Nothing => self.reading.request.state.clone(),
            Reached::State(state) => Some(state.clone()),
            Reached::Unknown => None,
        })
    }

    fn cancel_token(&self) -> CancelToken {
        self.cancel.clone()
    }
}
