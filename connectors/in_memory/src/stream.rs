use std::ops::Range;

use arrow::{
    array::{Array, ArrayRef, RecordBatch, RecordBatchOptions},
    compute::{CastOptions, cast_with_options},
    datatypes::{Field, SchemaRef},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlflow_plugin_sdk::{
    BatchStream, CancelToken, Error, ErrorKind, Partition, ReadRequest, Result, rows,
};

use crate::{
    client::Table,
    error::from_arrow,
    fault::{Call, Fault},
    predicate,
};

/// What a partition's payload holds: which rows of which state of the table.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Slice {
    pub(crate) version: u64,
    #[serde(flatten)]
    pub(crate) range: Range<usize>,
}

/// Where a read of one partition stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Position {
    partition: String,
    version: u64,
    /// The row of the table that is looked at next.
    next: usize,
    /// Rows returned so far.
    returned: u64,
}

/// The rows of one partition.
#[derive(Debug)]
pub(crate) struct MemoryStream {
    rows: RecordBatch,
    end: usize,
    position: Position,
    request: ReadRequest,
    schema: SchemaRef,
    /// Where the columns of the schema stand in the table.
    columns: Vec<usize>,
    batch_rows: usize,
    batches: u64,
    fault: Fault,
    session: CancelToken,
    cancel: CancelToken,
}

impl MemoryStream {
    pub(crate) fn new(
        table: &Table,
        slice: &Slice,
        partition: &Partition,
        request: &ReadRequest,
    ) -> Result<Self> {
        if table.version != slice.version {
            return Err(changed());
        }
        let bound = request.schema.clone().unwrap_or_else(|| table.schema());
        let schema = rows::project(&bound, request.columns.as_deref())?;
        let columns = schema.fields().iter().map(|field| index_of(table, field));
        Ok(Self {
            columns: columns.collect::<Result<_>>()?,
            batch_rows: batch_rows(table, request),
            rows: table.rows.clone(),
            end: slice.range.end,
            position: position(slice, partition, request)?,
            schema,
            request: request.clone(),
            batches: 0,
            fault: Fault::default(),
            session: CancelToken::new(),
            cancel: CancelToken::new(),
        })
    }

    pub(crate) fn with_fault(mut self, fault: &Fault, session: &CancelToken) -> Self {
        self.fault = fault.clone();
        self.session = session.clone();
        self
    }

    /// Rows to look at for one batch.
    fn window(&self) -> usize {
        self.batch_rows.min(self.end.saturating_sub(self.position.next))
    }

    /// How many rows may still come.
    fn wanted(&self) -> u64 {
        self.request.limit.map_or(u64::MAX, |limit| limit.saturating_sub(self.position.returned))
    }

    /// The columns asked for, in the types that were bound.
    fn shaped(&self, batch: &RecordBatch) -> Result<RecordBatch> {
        let fields = self.schema.fields().iter().zip(&self.columns);
        let columns = fields.map(|(field, index)| fitted(batch.column(*index), field));
        let columns = columns.collect::<Result<Vec<_>>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        RecordBatch::try_new_with_options(SchemaRef::clone(&self.schema), columns, &options)
            .map_err(|error| from_arrow("the columns do not make a batch", &error))
    }
}

/// Rows to look at for one batch, so that it stays under the bytes asked for.
fn batch_rows(table: &Table, request: &ReadRequest) -> usize {
    let bytes_per_row = table.rows.get_array_memory_size() / table.rows.num_rows().max(1);
    request.batch_rows.min(request.batch_bytes / bytes_per_row.max(1)).max(1)
}

fn index_of(table: &Table, field: &Field) -> Result<usize> {
    table.rows.schema_ref().index_of(field.name()).map_err(|_| {
        let message = format!("the table has no column `{}`", field.name());
        Error::new(ErrorKind::Schema, message)
            .with_remedy("declare in `columns` what the table was written with")
    })
}

fn fitted(column: &ArrayRef, field: &Field) -> Result<ArrayRef> {
    if column.data_type() == field.data_type() {
        return Ok(ArrayRef::clone(column));
    }
    let exact = CastOptions { safe: false, ..CastOptions::default() };
    cast_with_options(column, field.data_type(), &exact).map_err(|error| {
        let message = format!("column `{}` does not fit its declared type", field.name());
        from_arrow(&message, &error)
    })
}

fn position(slice: &Slice, partition: &Partition, request: &ReadRequest) -> Result<Position> {
    let Some(state) = &request.state else {
        let (version, next) = (slice.version, slice.range.start);
        return Ok(Position { partition: partition.id.clone(), version, next, returned: 0 });
    };
    let position = Position::deserialize(state).map_err(|error| {
        Error::new(ErrorKind::Data, "this is no state of an in-memory source").caused_by(&error)
    })?;
    if position.partition != partition.id {
        return Err(Error::new(ErrorKind::Data, "the state is of another partition"));
    }
    if position.version == slice.version { Ok(position) } else { Err(changed()) }
}

fn changed() -> Error {
    Error::new(ErrorKind::Data, "the table was written while it was read")
        .with_remedy("run it again")
}

impl BatchStream for MemoryStream {
    fn schema(&self) -> SchemaRef {
        SchemaRef::clone(&self.schema)
    }

    fn next_batch(&mut self) -> Result<Option<RecordBatch>> {
        self.fault.strike(Call::Batch, self.batches, &[&self.session, &self.cancel])?;
        while self.position.next < self.end && self.wanted() > 0 {
            self.session.check()?;
            self.cancel.check()?;
            let window = self.window();
            let rows = self.rows.slice(self.position.next, window);
            self.position.next += window;
            let rows = predicate::select(rows, &self.request)?;
            let wanted = usize::try_from(self.wanted()).unwrap_or(usize::MAX);
            let rows = rows.slice(0, rows.num_rows().min(wanted));
            if rows.num_rows() > 0 {
                self.position.returned += rows.num_rows() as u64;
                self.batches += 1;
                return self.shaped(&rows).map(Some);
            }
        }
        Ok(None)
    }

    fn checkpoint(&self) -> Result<Option<Value>> {
        let state = serde_json::to_value(&self.position);
        state.map(Some).map_err(|error| {
            Error::new(ErrorKind::Bug, "the state cannot be written").caused_by(&error)
        })
    }

    fn cancel_token(&self) -> CancelToken {
        self.cancel.clone()
    }
}
