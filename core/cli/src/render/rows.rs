//! The rows of a query, as a table, CSV or JSON.

use std::io::{self, IsTerminal, Write};
use std::ops::ControlFlow;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::json::writer::LineDelimited;
use arrow::util::display::{ArrayFormatter, FormatOptions};

use crate::code;
use crate::failure::Failure;
use crate::format::RowFormat;
use crate::render::sql_type::sql_type;
use crate::render::table::Table;

/// The most rows of a table: its columns' widths are known only when it is held whole.
const MOST: usize = 1_000;

/// Writes batches to standard output, in bounded memory.
pub(crate) struct RowWriter {
    format: RowFormat,
    out: Box<dyn Write>,
    /// Whether anything was written: a header, or what opens an array.
    begun: bool,
    /// Held until the end where a table is wanted.
    table: Option<Table>,
    /// Whether rows are missing in the table.
    cut: bool,
}

impl RowWriter {
    /// A writer of this format.
    pub(crate) fn new(format: RowFormat) -> Self {
        let stdout = io::stdout();
        let terminal = stdout.is_terminal();
        let out: Box<dyn Write> =
            if terminal { Box::new(Harmless(stdout)) } else { Box::new(stdout) };
        Self { format, out, begun: false, table: None, cut: false }
    }

    /// Takes a batch; breaks where no more rows are wanted.
    pub(crate) fn write(&mut self, batch: &RecordBatch) -> Result<ControlFlow<()>, Failure> {
        if batch.num_rows() == 0 { Ok(ControlFlow::Continue(())) } else { self.put(batch) }
    }

    /// Ends the output; a result without rows is a header, or an empty JSON array.
    pub(crate) fn finish(mut self, schema: &SchemaRef) -> Result<(), Failure> {
        if !self.begun {
            let _ = self.put(&RecordBatch::new_empty(Arc::clone(schema)))?;
        }
        if self.format == RowFormat::Json {
            self.out.write_all(b"]\n")?;
        }
        if let Some(table) = &self.table {
            io::stdout().write_all(table.draw().as_bytes())?;
        }
        if self.cut {
            let _ = writeln!(
                anstream::stderr(),
                "at most {MOST} rows are shown as a table; `--format csv` or `json` gives them all"
            );
        }
        Ok(self.out.flush()?)
    }

    fn put(&mut self, batch: &RecordBatch) -> Result<ControlFlow<()>, Failure> {
        let first = !std::mem::replace(&mut self.begun, true);
        // Bytes are made first and written here: on the way through Arrow's writers it is lost
        // that the reader has gone.
        let bytes = match self.format {
            RowFormat::Table => return self.hold(batch),
            RowFormat::Csv => csv(batch, first),
            RowFormat::Json => json(batch, first),
        };
        self.out.write_all(&bytes.map_err(unprintable)?)?;
        Ok(ControlFlow::Continue(()))
    }

    fn hold(&mut self, batch: &RecordBatch) -> Result<ControlFlow<()>, Failure> {
        let table = self.table.get_or_insert_with(|| empty_table(&batch.schema()));
        let more = add_rows(table, batch).map_err(unprintable)?;
        self.cut = more.is_break();
        Ok(more)
    }
}

fn csv(batch: &RecordBatch, header: bool) -> Result<Vec<u8>, ArrowError> {
    let mut bytes = Vec::new();
    let mut writer = arrow::csv::WriterBuilder::new().with_header(header).build(&mut bytes);
    writer.write(&as_text(batch, DataType::is_nested)?)?;
    drop(writer);
    Ok(bytes)
}

/// The rows as members of an array; the first batch opens it.
fn json(batch: &RecordBatch, first: bool) -> Result<Vec<u8>, ArrowError> {
    // The JSON writer gives "ERROR: …" for a time out of range; written as text it is refused.
    as_text(batch, has_times)?;
    let mut rows = Vec::new();
    let builder = arrow::json::WriterBuilder::new().with_explicit_nulls(true);
    let mut writer = builder.build::<_, LineDelimited>(&mut rows);
    writer.write(&as_text(batch, not_for_json)?)?;
    writer.finish()?;
    drop(writer);
    let mut bytes = if first { b"[".to_vec() } else { Vec::new() };
    for (at, row) in rows.split(|byte| *byte == b'\n').filter(|row| !row.is_empty()).enumerate() {
        if at > 0 || !first {
            bytes.extend_from_slice(b",\n");
        }
        bytes.extend_from_slice(row);
    }
    Ok(bytes)
}

/// The rows as a table; none where a value has no text form.
pub(crate) fn table_of(batch: &RecordBatch) -> Option<String> {
    let mut table = empty_table(&batch.schema());
    let _ = add_rows(&mut table, batch).ok()?;
    Some(table.draw())
}

/// A table with the name and type of each column in its head.
fn empty_table(schema: &Schema) -> Table {
    let head = |field: &Arc<Field>| format!("{}\n{}", field.name(), sql_type(field.data_type()));
    let mut table = Table::new(schema.fields().iter().map(head));
    for (at, field) in schema.fields().iter().enumerate() {
        if field.data_type().is_numeric() {
            table.right(at);
        }
    }
    table
}

fn add_rows(table: &mut Table, batch: &RecordBatch) -> Result<ControlFlow<()>, ArrowError> {
    let options = FormatOptions::default().with_display_error(false).with_null("NULL");
    let columns = formatters(batch, &options)?;
    for row in 0..batch.num_rows() {
        if table.len() == MOST {
            return Ok(ControlFlow::Break(()));
        }
        let values = columns.iter().map(|column| column.value(row).try_to_string());
        table.row(values.collect::<Result<Vec<_>, _>>()?);
    }
    Ok(ControlFlow::Continue(()))
}

fn formatters<'a>(
    batch: &'a RecordBatch,
    options: &'a FormatOptions<'a>,
) -> Result<Vec<ArrayFormatter<'a>>, ArrowError> {
    batch.columns().iter().map(|column| ArrayFormatter::try_new(column, options)).collect()
}

/// Writes the columns of types that a format does not have as text.
fn as_text(batch: &RecordBatch, unfit: fn(&DataType) -> bool) -> Result<RecordBatch, ArrowError> {
    let schema = batch.schema();
    if !schema.fields().iter().any(|field| unfit(field.data_type())) {
        return Ok(batch.clone());
    }
    let columns = schema.fields().iter().zip(batch.columns()).map(|(field, column)| {
        if unfit(field.data_type()) {
            let texts: ArrayRef = Arc::new(texts(column)?);
            Ok((Field::new(field.name(), DataType::Utf8, true), texts))
        } else {
            Ok((field.as_ref().clone(), Arc::clone(column)))
        }
    });
    let (fields, columns): (Vec<_>, Vec<_>) =
        columns.collect::<Result<Vec<_>, ArrowError>>()?.into_iter().unzip();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
}

fn texts(column: &ArrayRef) -> Result<StringArray, ArrowError> {
    let options = FormatOptions::default().with_display_error(false);
    let values = ArrayFormatter::try_new(column, &options)?;
    let text = |row| column.is_valid(row).then(|| values.value(row).try_to_string()).transpose();
    (0..column.len()).map(text).collect()
}

fn has_times(data_type: &DataType) -> bool {
    match data_type {
        DataType::Struct(fields) => fields.iter().any(|field| has_times(field.data_type())),
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::FixedSizeList(item, _)
        | DataType::Map(item, _) => has_times(item.data_type()),
        other => other.is_temporal(),
    }
}

/// JSON's keys are text; a map of other keys is written as text whole.
fn not_for_json(data_type: &DataType) -> bool {
    match data_type {
        DataType::Union(..) => true,
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(fields) => {
                fields.first().is_none_or(|key| *key.data_type() != DataType::Utf8)
                    || fields.iter().any(|field| not_for_json(field.data_type()))
            }
            _ => true,
        },
        DataType::Struct(fields) => fields.iter().any(|field| not_for_json(field.data_type())),
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
            not_for_json(item.data_type())
        }
        _ => false,
    }
}

fn unprintable(error: ArrowError) -> Failure {
    match error {
        ArrowError::IoError(_, error) => error.into(),
        other => Failure::execution(
            code::UNPRINTABLE,
            format!("the rows cannot be written: {other}"),
            "cast the column to VARCHAR in the query",
        ),
    }
}

/// Keeps what commands a terminal away from it; a file or pipe gets the data unchanged.
struct Harmless<W>(W);

impl<W: Write> Write for Harmless<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let harmless = |byte: &u8| match byte {
            b'\n' | b'\t' | b'\r' => *byte,
            0..0x20 | 0x7f => b'?',
            _ => *byte,
        };
        self.0.write_all(&bytes.iter().map(harmless).collect::<Vec<u8>>())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
