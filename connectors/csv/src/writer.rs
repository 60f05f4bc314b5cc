use arrow::{array::RecordBatch, datatypes::Schema};
use sqlflow_plugin_sdk::{
    CancelToken, CommitRecord, Error, ErrorKind, Place, Result, WriteReport, Writer,
};

use crate::{
    destination::Published,
    format::{Cells, cells},
    spec::Dialect,
    staging::Staged,
};

/// Bytes gathered before they are written.
const BUFFER: usize = 256 << 10;

/// How rows become text.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    dialect: Dialect,
    null: Vec<u8>,
    /// For each byte, whether a value that has it is quoted.
    special: Box<[bool; 256]>,
}

impl Layout {
    pub(crate) fn new(dialect: Dialect, null: String) -> Self {
        let mut special = Box::new([false; 256]);
        // DuckDB quotes `#` too, since other programs take it for the start of a comment.
        for byte in [dialect.delimiter, dialect.quote, b'\n', b'\r', b'#'] {
            special[usize::from(byte)] = true;
        }
        Self { dialect, null: null.into_bytes(), special }
    }

    /// Writes the names of the columns.
    pub(crate) fn header(&self, schema: &Schema, out: &mut Vec<u8>) {
        for (place, field) in schema.fields().iter().enumerate() {
            self.delimit(place, out);
            let begin = out.len();
            out.extend_from_slice(field.name().as_bytes());
            self.close(begin, out);
        }
        out.push(b'\n');
    }

    fn row(&self, columns: &[Box<dyn Cells>], row: usize, out: &mut Vec<u8>) {
        for (place, column) in columns.iter().enumerate() {
            self.delimit(place, out);
            let begin = out.len();
            if column.write(row, out) {
                self.close(begin, out);
            } else {
                out.extend_from_slice(&self.null);
            }
        }
        out.push(b'\n');
    }

    fn delimit(&self, place: usize, out: &mut Vec<u8>) {
        if place > 0 {
            out.push(self.dialect.delimiter);
        }
    }

    /// Puts quotes around the value that begins at `begin`, where it needs them.
    fn close(&self, begin: usize, out: &mut Vec<u8>) {
        let value = &out[begin..];
        if !value.iter().any(|&byte| self.special[usize::from(byte)]) && *value != *self.null {
            return;
        }
        let (quote, value) = (self.dialect.quote, out.split_off(begin));
        out.push(quote);
        for byte in value {
            out.push(byte);
            if byte == quote {
                out.push(quote);
            }
        }
        out.push(quote);
    }
}

/// Writes rows to a file under way.
#[derive(Debug)]
pub(crate) struct CsvWriter {
    layout: Layout,
    /// `None` where the same publish was done before.
    staged: Option<Staged>,
    buffer: Vec<u8>,
    rows: u64,
    place: Place,
    published: Published,
    cancel: CancelToken,
}

impl CsvWriter {
    /// A writer whose file begins with `buffer`.
    pub(crate) fn new(
        layout: Layout,
        staged: Option<Staged>,
        buffer: Vec<u8>,
        place: Place,
        published: Published,
    ) -> Self {
        Self { layout, staged, buffer, rows: 0, place, published, cancel: CancelToken::new() }
    }

    fn flush(&mut self) -> Result<()> {
        if let Some(staged) = &mut self.staged {
            staged.write(&self.buffer)?;
        }
        self.buffer.clear();
        Ok(())
    }

    /// What is published, were it published now.
    fn report(&self, record: &CommitRecord) -> Result<WriteReport> {
        if record.rows != self.rows {
            let (given, counted) = (self.rows, record.rows);
            let message = format!("{given} rows came, but the host has sent {counted}");
            return Err(Error::new(ErrorKind::Bug, message).with_context("place", &self.place));
        }
        let bytes = self.staged.as_ref().map(|staged| staged.bytes);
        let places = vec![self.place.0.clone()];
        Ok(WriteReport { rows: self.rows, bytes, places, warnings: Vec::new() })
    }
}

impl Writer for CsvWriter {
    fn write(&mut self, batch: RecordBatch) -> Result<()> {
        self.cancel.check()?;
        let columns = batch.columns().iter().map(cells).collect::<Result<Vec<_>>>()?;
        for row in 0..batch.num_rows() {
            self.layout.row(&columns, row, &mut self.buffer);
            if self.buffer.len() >= BUFFER {
                self.cancel.check()?;
                self.flush()?;
            }
        }
        self.rows += batch.num_rows() as u64;
        Ok(())
    }

    fn commit(mut self: Box<Self>, record: &CommitRecord) -> Result<WriteReport> {
        if let Some(report) = self.published.get(&record.token) {
            return Ok(report);
        }
        self.cancel.check()?;
        self.flush()?;
        let report = self.report(record)?;
        if let Some(staged) = self.staged.take() {
            staged.publish()?;
        }
        self.published.insert(record.token.clone(), report.clone());
        Ok(report)
    }

    fn abort(mut self: Box<Self>) -> Result<()> {
        self.staged.take().map_or(Ok(()), Staged::discard)
    }

    fn cancel_token(&self) -> CancelToken {
        self.cancel.clone()
    }
}
