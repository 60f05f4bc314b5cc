use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use arrow::{
    array::RecordBatch,
    datatypes::{DataType, Field, Schema, SchemaRef},
};
use serde_json::{Value, json};
use sqlflow_plugin_sdk::{BatchStream, CancelToken, ReadRequest, Result, rows};

use crate::{
    cell::{Cell, Row, Table, batch},
    fault,
};

/// Rows that are in memory.
#[derive(Debug)]
pub(crate) struct CellStream {
    schema: SchemaRef,
    rows: Vec<Row>,
    at: usize,
    ended: bool,
    batch_rows: usize,
    cancel: CancelToken,
    open: Arc<AtomicUsize>,
}

impl CellStream {
    /// The columns of a request, from the row on at which its state stands.
    pub(crate) fn new(
        table: &Table,
        rows: Vec<Row>,
        request: &ReadRequest,
        open: Arc<AtomicUsize>,
    ) -> Result<Self> {
        let schema = columns(table, request)?;
        let places: Vec<Option<usize>> =
            schema.fields().iter().map(|field| table.position(field.name())).collect();
        let pick = |row: &Row| -> Row {
            places.iter().map(|at| at.map_or(Cell::Null, |at| row[at].clone())).collect()
        };
        let rows: Vec<Row> = rows.iter().map(pick).collect();
        let rows = if no_rows(&schema) { Vec::new() } else { rows };
        let state = request.state.as_ref().and_then(|state| state.get("next")?.as_u64());
        let at = usize::try_from(state.unwrap_or(0)).unwrap_or(usize::MAX).min(rows.len());
        open.fetch_add(1, Ordering::SeqCst);
        let larger = usize::from(fault::is("batches-are-of-sensible-size"));
        let batch_rows = request.batch_rows.max(1) + larger;
        Ok(Self { schema, rows, at, ended: false, batch_rows, cancel: CancelToken::new(), open })
    }

    fn is_disturbed(&self) -> bool {
        self.open.load(Ordering::SeqCst) > 1 && fault::is("streams-do-not-disturb-each-other")
    }
}

fn no_rows(schema: &Schema) -> bool {
    schema.fields().is_empty() && fault::is("no-columns-still-count")
}

fn columns(table: &Table, request: &ReadRequest) -> Result<SchemaRef> {
    let all = table.schema();
    let Some(wanted) = &request.columns else { return Ok(all) };
    if fault::is("columns-are-those-asked-for") && wanted.len() > 1 {
        let is_wanted = |field: &&Arc<Field>| wanted.contains(field.name());
        let fields: Vec<_> = all.fields().iter().filter(is_wanted).cloned().collect();
        return Ok(Arc::new(Schema::new(fields)));
    }
    if fault::is("unknown-column-is-refused") {
        let field = |name: &String| {
            let known = all.field_with_name(name).cloned();
            known.unwrap_or_else(|_| Field::new(name, DataType::Int64, true))
        };
        return Ok(Arc::new(Schema::new(wanted.iter().map(field).collect::<Vec<_>>())));
    }
    rows::project(&all, Some(wanted))
}

impl BatchStream for CellStream {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn next_batch(&mut self) -> Result<Option<RecordBatch>> {
        self.cancel.check()?;
        self.at += usize::from(self.is_disturbed() && self.at < self.rows.len());
        let end = self.rows.len().min(self.at + self.batch_rows);
        if self.at == end {
            self.ended = true;
            return Ok(None);
        }
        let rows = &self.rows[self.at..end];
        self.at = end;
        batch(&self.schema, rows).map(Some)
    }

    fn checkpoint(&self) -> Result<Option<Value>> {
        let next = match () {
            () if self.ended && fault::is("checkpoint-at-the-end-is-final") => 0,
            () if fault::is("resume-gives-exactly-the-rest") => self.at + 1,
            () => self.at,
        };
        Ok(Some(json!({"next": next})))
    }

    fn cancel_token(&self) -> CancelToken {
        self.cancel.clone()
    }
}

impl Drop for CellStream {
    fn drop(&mut self) {
        self.open.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Waits for rows that never come.
#[derive(Debug)]
pub(crate) struct WaitingStream {
    schema: SchemaRef,
    cancel: CancelToken,
}

impl WaitingStream {
    pub(crate) fn new(schema: SchemaRef) -> Self {
        Self { schema, cancel: CancelToken::new() }
    }
}

impl BatchStream for WaitingStream {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn next_batch(&mut self) -> Result<Option<RecordBatch>> {
        if fault::is("cancel-ends-a-read") {
            thread::sleep(Duration::from_secs(30));
        }
        let (wake, woken) = std::sync::mpsc::channel::<()>();
        self.cancel.on_cancel(move || drop(wake));
        // Nothing is ever sent: it ends when the hook is dropped.
        let _ = woken.recv();
        self.cancel.check().map(|()| None)
    }

    fn cancel_token(&self) -> CancelToken {
        self.cancel.clone()
    }
}
