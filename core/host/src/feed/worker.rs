use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex},
};

use sqlflow_fault as fault;
use sqlflow_plugin_sdk::{
    CancelToken, Error, ErrorKind, Partition, ReadRequest, Result, SourceConnector,
};

use super::{lock, queue::Queue};

/// Pulls one partition after the other until none is left.
#[derive(Clone)]
pub(super) struct Worker {
    pub(super) source: Arc<Mutex<Box<dyn SourceConnector>>>,
    pub(super) request: Arc<ReadRequest>,
    pub(super) partitions: Arc<[Partition]>,
    pub(super) queue: Arc<Queue>,
    pub(super) cancel: CancelToken,
}

impl Worker {
    pub(super) fn run(&self) {
        // A thread that ends without saying so would look like a stream that has no more rows.
        let ended = catch_unwind(AssertUnwindSafe(|| self.pull_all()));
        match ended {
            Ok(Ok(())) => {}
            Ok(Err(error)) => self.queue.fail(error),
            Err(panic) => self.queue.fail(died(&*panic)),
        }
    }

    fn pull_all(&self) -> Result<()> {
        while let Some(index) = self.queue.claim() {
            self.pull(index)?;
            self.queue.finish(index);
            fault::point(fault::FEED_ENDED);
        }
        Ok(())
    }

    fn pull(&self, index: usize) -> Result<()> {
        let partition = &self.partitions[index];
        let named = |error: Error| error.with_context("partition", &partition.id);
        let mut stream = lock(&self.source).read(&self.request, partition).map_err(named)?;
        let stop = stream.cancel_token();
        self.cancel.on_cancel(move || stop.cancel());
        while let Some(batch) = stream.next_batch().map_err(named)? {
            fault::point(fault::FEED_PULLED);
            if !self.queue.push(index, batch) {
                return Err(Error::cancelled());
            }
        }
        Ok(())
    }
}

fn died(panic: &(dyn Any + Send)) -> Error {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
    Error::new(ErrorKind::Bug, format!("a thread that pulls rows died: {text}"))
}
