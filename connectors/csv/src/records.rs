use std::{borrow::Cow, fmt::Display, ops::Range, sync::Arc};

use sqlflow_plugin_sdk::{Error, ErrorKind, Result};

use crate::{
    client::OpenFile,
    error::at_line,
    spec::Dialect,
    split::{Malformed, Problem, Records, Span, Splitting, split},
};

/// Bytes read at a time.
const READ: usize = 1 << 20;
/// Bytes that a record may have. Longer ones come from a quote that is never closed.
const LONGEST_RECORD: usize = 256 << 20;

/// The records of a range of a file, read block by block.
///
/// Holds about a mebibyte, or the longest record.
#[derive(Debug)]
pub(crate) struct RecordReader {
    file: Arc<OpenFile>,
    dialect: Dialect,
    width: Option<usize>,
    /// Where the file's bytes that were not read yet begin, and where the range ends.
    unread: Range<u64>,
    /// Bytes to read at a time, at least.
    chunk: usize,
    buffer: Vec<u8>,
    /// The bytes of `buffer` before it are done.
    done: usize,
    records: Records,
}

/// Some records, as text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Block<'a> {
    text: &'a str,
    spans: &'a [Span],
    width: usize,
    quote: u8,
    pub(crate) rows: usize,
    /// Where the text stands in the file.
    offset: u64,
}

impl RecordReader {
    /// Reads the records of `range`, which begins at one and ends behind one. Each must have
    /// `width` fields, where that is given.
    pub(crate) fn new(
        file: Arc<OpenFile>,
        dialect: Dialect,
        width: Option<usize>,
        range: Range<u64>,
    ) -> Self {
        let (buffer, records) = (Vec::new(), Records::default());
        Self { file, dialect, width, unread: range, chunk: READ, buffer, done: 0, records }
    }

    /// Reads fewer bytes at a time, so that records are cut everywhere.
    #[cfg(test)]
    pub(crate) fn in_chunks_of(self, bytes: usize) -> Self {
        Self { chunk: bytes, ..self }
    }

    /// The file that is read.
    pub(crate) fn file(&self) -> &Arc<OpenFile> {
        &self.file
    }

    /// Where the record begins that comes next.
    pub(crate) fn position(&self) -> u64 {
        self.unread.start - (self.buffer.len() - self.done) as u64
    }

    /// Bytes of the range that no block has held yet.
    pub(crate) fn remaining(&self) -> u64 {
        self.unread.end - self.position()
    }

    /// The next records, at most `limit`; none at the end of the range.
    pub(crate) fn next_block(&mut self, limit: usize) -> Result<Option<Block<'_>>> {
        let begin = loop {
            let begin = self.done;
            self.split(limit)?;
            self.done += self.records.bytes;
            if self.records.count > 0 {
                break begin;
            }
            if self.unread.is_empty() {
                return Ok(None);
            }
            self.read_more()?;
        };
        self.block(begin).map(Some)
    }

    fn split(&mut self, limit: usize) -> Result<()> {
        let to_end = self.unread.is_empty();
        let how = Splitting { dialect: self.dialect, width: self.width, to_end, limit };
        let text = &self.buffer[self.done..];
        split(text, how, &mut self.records).map_err(|malformed| self.malformed(malformed))
    }

    /// Reads on behind what is left of the buffer: as much again, so that a long record is not
    /// searched often.
    fn read_more(&mut self) -> Result<()> {
        self.buffer.drain(..self.done);
        self.done = 0;
        let held = self.buffer.len();
        if held > LONGEST_RECORD {
            return Err(self.too_long());
        }
        let left = self.unread.end - self.unread.start;
        let wanted = left.min(self.chunk.max(held) as u64) as usize;
        self.buffer.resize(held + wanted, 0);
        let read = self.file.read_at(&mut self.buffer[held..], self.unread.start)?;
        if read < wanted {
            return Err(changed(&self.file));
        }
        self.unread.start += read as u64;
        Ok(())
    }

    fn block(&self, begin: usize) -> Result<Block<'_>> {
        let offset = self.unread.start - (self.buffer.len() - begin) as u64;
        let bytes = &self.buffer[begin..self.done];
        let text = std::str::from_utf8(bytes)
            .map_err(|error| not_utf8(&self.file, offset + error.valid_up_to() as u64))?;
        let Records { spans, count, .. } = &self.records;
        let width = self.width.unwrap_or(spans.len() / (*count).max(1));
        Ok(Block { text, spans, width, quote: self.dialect.quote, rows: *count, offset })
    }

    fn malformed(&self, malformed: Malformed) -> Error {
        let at = self.position() + malformed.at as u64;
        let (what, remedy) = match malformed.problem {
            Problem::FieldCount(found) => (
                format!("{found} fields, expected {}", self.width.unwrap_or(found)),
                "correct the line, put quotes around values with a delimiter in them, or check `delimiter` and `quote`",
            ),
            Problem::NeverClosed => (
                "the quote that opens here is never closed".to_owned(),
                "close it, or check `quote`: an empty one means that quotes are plain characters",
            ),
            Problem::BehindQuote => (
                "text stands behind the closing quote".to_owned(),
                "double the quotes inside of quoted values, or check `delimiter` and `quote`",
            ),
        };
        located(&self.file, at, what).with_remedy(remedy)
    }

    fn too_long(&self) -> Error {
        let what = format!("a record of more than {} MiB begins here", LONGEST_RECORD >> 20);
        located(&self.file, self.position(), what)
            .with_remedy("look for a quote that is never closed, or check `quote`")
    }
}

impl<'a> Block<'a> {
    /// The texts of a column, from the first row to the last.
    pub(crate) fn column(self, index: usize) -> impl Iterator<Item = Cow<'a, str>> {
        let spans = self.spans.get(index..).unwrap_or_default();
        spans.iter().step_by(self.width).map(move |&span| self.text(span))
    }

    /// The texts of the first row.
    pub(crate) fn first_row(self) -> impl Iterator<Item = Cow<'a, str>> {
        self.spans.iter().take(self.width).map(move |&span| self.text(span))
    }

    /// Where a field's text begins in the file.
    pub(crate) fn position(&self, row: usize, column: usize) -> u64 {
        let span = self.spans.get(row * self.width + column);
        self.offset + span.map_or(0, |span| u64::from(span.start))
    }

    #[inline(always)]
    fn text(self, span: Span) -> Cow<'a, str> {
        let text = &self.text[span.start as usize..span.end() as usize];
        if span.has_doubled_quotes() { self.undoubled(text) } else { Cow::Borrowed(text) }
    }

    #[cold]
    fn undoubled(self, text: &str) -> Cow<'a, str> {
        let quote = char::from(self.quote).to_string();
        Cow::Owned(text.replace(&quote.repeat(2), &quote))
    }
}

/// An error of kind [`ErrorKind::Data`] at an offset of a file.
pub(crate) fn located(file: &OpenFile, offset: u64, what: impl Display) -> Error {
    match file.line_at(offset) {
        Ok(line) => at_line(ErrorKind::Data, &file.path, line, what),
        Err(error) => error,
    }
}

/// The error of a file that is another than when its ranges were found.
pub(crate) fn changed(file: &OpenFile) -> Error {
    let message = format!("`{}` has changed while it was read", file.path.display());
    Error::new(ErrorKind::Data, message)
        .with_remedy("run it again when nothing writes to the file")
        .with_context("file", file.path.display())
}

fn not_utf8(file: &OpenFile, offset: u64) -> Error {
    located(file, offset, "a byte that is not UTF-8")
        .with_remedy("convert the file, for example with `iconv -f LATIN1 -t UTF-8`")
}
