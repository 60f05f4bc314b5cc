use arrow::{array::RecordBatch, compute::concat_batches, datatypes::SchemaRef};
use sqlflow_plugin_sdk::{
    CancelToken, CommitRecord, Error, ErrorKind, Result, WriteMode, WriteReport, WriteRequest,
    Writer,
};

use crate::{
    client,
    error::from_arrow,
    fault::{Call, Fault},
    upsert::last_of_each_key,
};

/// Collects rows until they are published.
#[derive(Debug)]
pub(crate) struct MemoryWriter {
    request: WriteRequest,
    staged: Vec<RecordBatch>,
    fault: Fault,
    session: CancelToken,
    cancel: CancelToken,
}

impl MemoryWriter {
    pub(crate) fn new(request: &WriteRequest, fault: &Fault, session: &CancelToken) -> Self {
        Self {
            request: request.clone(),
            staged: Vec::new(),
            fault: fault.clone(),
            session: session.clone(),
            cancel: CancelToken::new(),
        }
    }

    fn strike(&self, call: Call, before: u64) -> Result<()> {
        self.session.check()?;
        self.cancel.check()?;
        self.fault.strike(call, before, &[&self.session, &self.cancel])
    }

    /// The rows of the table, once this write is published.
    fn rows(&self, there: Option<&RecordBatch>) -> Result<RecordBatch> {
        let schema = &self.request.schema;
        let there = there.filter(|_| self.request.mode != WriteMode::Replace);
        if let Some(rows) = there {
            same_columns(&self.request, schema, &rows.schema())?;
        }
        let all = concat_batches(schema, there.into_iter().chain(&self.staged))
            .map_err(|error| from_arrow("the rows do not make one table", &error))?;
        match self.request.mode {
            WriteMode::Upsert => last_of_each_key(&all, &self.request.keys),
            WriteMode::Replace | WriteMode::Append => Ok(all),
        }
    }
}

/// Nothing is converted: rows that stay must have the columns of those that come.
pub(crate) fn same_columns(
    request: &WriteRequest,
    given: &SchemaRef,
    there: &SchemaRef,
) -> Result<()> {
    let kinds = |schema: &SchemaRef| {
        let fields = schema.fields().iter();
        fields.map(|field| (field.name().clone(), field.data_type().clone())).collect::<Vec<_>>()
    };
    if kinds(given) == kinds(there) {
        return Ok(());
    }
    let message = format!("the table `{}` has other columns than the rows", request.place);
    Err(Error::new(ErrorKind::Schema, message)
        .with_remedy("write the same columns in the same order, or use mode replace")
        .with_context("there", there)
        .with_context("given", given))
}

impl Writer for MemoryWriter {
    fn write(&mut self, batch: RecordBatch) -> Result<()> {
        self.strike(Call::Write, self.staged.len() as u64)?;
        self.staged.push(batch);
        Ok(())
    }

    fn commit(self: Box<Self>, record: &CommitRecord) -> Result<WriteReport> {
        self.strike(Call::Commit, 0)?;
        let staged: usize = self.staged.iter().map(RecordBatch::num_rows).sum();
        if record.rows != staged as u64 {
            let message = format!("{staged} rows came, but the host has sent {}", record.rows);
            return Err(Error::new(ErrorKind::Bug, message));
        }
        client::publish(&self.request.place.0, record, |there| self.rows(there))
    }

    fn abort(self: Box<Self>) -> Result<()> {
        // Asked for because of a cancel, too: only the fault counts.
        self.fault.strike(Call::Abort, 0, &[&self.session, &self.cancel])
    }

    fn cancel_token(&self) -> CancelToken {
        self.cancel.clone()
    }
}
