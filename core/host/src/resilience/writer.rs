use std::sync::Arc;

use arrow::array::RecordBatch;
use sqlflow_plugin_sdk::{
    CancelToken, CommitRecord, CommitStatus, DestinationConnector, Result, WriteReport, Writer,
};

use super::{
    Guard,
    guard::is_outage,
    session::{Open, Session},
};

/// One running write. Nothing of it is done twice: who cannot know whether rows arrived would write
/// them again.
pub(super) struct ResilientWriter {
    pub(super) writer: Box<dyn Writer>,
    pub(super) guard: Guard,
    pub(super) open: Open<dyn DestinationConnector>,
}

impl Writer for ResilientWriter {
    fn write(&mut self, batch: RecordBatch) -> Result<()> {
        let mut batch = Some(batch);
        self.guard.once().batch("write", |_| match batch.take() {
            Some(batch) => self.writer.write(batch),
            None => Ok(()),
        })
    }

    /// A commit whose answer was lost is asked for in another session. One that has not happened
    /// stays failed: its rows are gone with the writer, and the step is tried again as a whole.
    fn commit(self: Box<Self>, record: &CommitRecord) -> Result<WriteReport> {
        let Self { writer, guard, open } = *self;
        match writer.commit(record) {
            Err(error) if is_outage(&error) => match was_committed(&guard, &open, record) {
                true => Ok(report(&guard, record)),
                false => Err(error),
            },
            answer => answer,
        }
    }

    fn abort(self: Box<Self>) -> Result<()> {
        self.writer.abort()
    }

    fn cancel_token(&self) -> CancelToken {
        self.writer.cancel_token()
    }
}

fn was_committed(
    guard: &Guard,
    open: &Open<dyn DestinationConnector>,
    record: &CommitRecord,
) -> bool {
    let asked = Session::open(guard.clone(), Arc::clone(open)).and_then(|mut session| {
        session.call("committed", |destination| destination.committed(&record.token))
    });
    matches!(asked, Ok(CommitStatus::Committed))
}

fn report(guard: &Guard, record: &CommitRecord) -> WriteReport {
    guard.recovered("commit");
    let warning = "the answer to the commit was lost; asked again, the destination has the rows";
    WriteReport { rows: record.rows, warnings: vec![warning.to_owned()], ..WriteReport::default() }
}
