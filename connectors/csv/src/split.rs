//! Text into records and fields, without copying.
//!
//! The grammar is RFC 4180's: a quote opens a quoted value at the start of a field only, a doubled
//! quote inside is one quote, records end with LF, CR LF or CR. Elsewhere a quote is a character
//! like any other. What RFC 4180 leaves open is refused: text behind a closing quote, a quote that
//! is never closed, a record with more or fewer fields than the others.

mod marks;

use self::marks::Marks;
use crate::spec::Dialect;

/// Where a field's text stands, without its quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: u32,
    end: u32,
}

impl Span {
    /// Set in `end` where the text has doubled quotes. Texts are shorter than 2 GiB.
    const DOUBLED: u32 = 1 << 31;

    pub(crate) fn end(self) -> u32 {
        self.end & !Self::DOUBLED
    }

    pub(crate) fn has_doubled_quotes(self) -> bool {
        self.end & Self::DOUBLED != 0
    }
}

/// What a text was split into.
#[derive(Debug, Default)]
pub(crate) struct Records {
    /// The fields of all records, one record after the other.
    pub(crate) spans: Vec<Span>,
    /// How many records.
    pub(crate) count: usize,
    /// How many bytes they take.
    pub(crate) bytes: usize,
}

/// Text that is not CSV.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed {
    /// Where in the text.
    pub(crate) at: usize,
    pub(crate) problem: Problem,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Problem {
    FieldCount(usize),
    NeverClosed,
    BehindQuote,
}

/// How to split.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Splitting {
    pub(crate) dialect: Dialect,
    /// Fields that each record must have; any number where it is `None`.
    pub(crate) width: Option<usize>,
    /// Whether the text goes to the end of the input, so that its last record is complete.
    pub(crate) to_end: bool,
    /// Records to stop after.
    pub(crate) limit: usize,
}

/// Splits off the complete records at the start of `text`.
///
/// An empty line is no record, but where records have one field it is one: NULL.
pub(crate) fn split(text: &[u8], how: Splitting, records: &mut Records) -> Result<(), Malformed> {
    records.spans.clear();
    (records.count, records.bytes) = (0, 0);
    let mut splitter = Splitter { text, how, marks: Marks::new(text, how.dialect), field: 0 };
    while records.count < how.limit && splitter.record(records)? {}
    Ok(())
}

struct Splitter<'a> {
    text: &'a [u8],
    how: Splitting,
    marks: Marks<'a>,
    /// Where the next field starts.
    field: usize,
}

/// What ends a field.
enum End {
    Delimiter,
    Line,
    /// The text: the record may go on behind it.
    Text,
}

impl Splitter<'_> {
    /// Splits off one record; false where none is complete.
    fn record(&mut self, records: &mut Records) -> Result<bool, Malformed> {
        let (start, fields) = (self.field, records.spans.len());
        loop {
            match self.field(&mut records.spans)? {
                End::Delimiter => {}
                End::Line => break,
                End::Text if self.how.to_end && start < self.text.len() => break,
                End::Text => {
                    records.spans.truncate(fields);
                    return Ok(false);
                }
            }
        }
        self.finish(records, start, fields)?;
        Ok(true)
    }

    #[inline]
    fn field(&mut self, spans: &mut Vec<Span>) -> Result<End, Malformed> {
        loop {
            let Some(at) = self.marks.next() else { return Ok(self.last_field(spans)) };
            let byte = self.text[at];
            if byte == self.how.dialect.delimiter {
                spans.push(Span { start: self.field as u32, end: at as u32 });
                self.field = at + 1;
                return Ok(End::Delimiter);
            }
            if byte != self.how.dialect.quote {
                spans.push(Span { start: self.field as u32, end: at as u32 });
                return Ok(self.line_end(at));
            }
            if at == self.field {
                return self.quoted(at, spans);
            }
        }
    }

    /// The field that the end of the text ends.
    fn last_field(&mut self, spans: &mut Vec<Span>) -> End {
        let end = self.text.len();
        spans.push(Span { start: self.field as u32, end: end as u32 });
        self.field = end;
        End::Text
    }

    /// Steps over the line break at `at`. A CR that ends the text may be half of one.
    fn line_end(&mut self, at: usize) -> End {
        self.field = at + 1;
        if self.text[at] == b'\r' {
            match self.text.get(at + 1) {
                Some(b'\n') => {
                    self.field = at + 2;
                    self.marks.skip_to(at + 2);
                }
                None if !self.how.to_end => return End::Text,
                _ => {}
            }
        }
        End::Line
    }

    fn quoted(&mut self, open: usize, spans: &mut Vec<Span>) -> Result<End, Malformed> {
        let Some((close, doubled)) = self.closing_quote(open + 1) else {
            return match self.how.to_end {
                true => Err(Malformed { at: open, problem: Problem::NeverClosed }),
                false => Ok(End::Text),
            };
        };
        let doubled = if doubled { Span::DOUBLED } else { 0 };
        spans.push(Span { start: open as u32 + 1, end: close as u32 | doubled });
        let behind = close + 1;
        self.marks.skip_to(behind + 1);
        match self.text.get(behind) {
            None => {
                self.field = behind;
                Ok(End::Text)
            }
            Some(&byte) if byte == self.how.dialect.delimiter => {
                self.field = behind + 1;
                Ok(End::Delimiter)
            }
            Some(b'\n' | b'\r') => Ok(self.line_end(behind)),
            Some(_) => Err(Malformed { at: behind, problem: Problem::BehindQuote }),
        }
    }

    /// Where the quoted value ends that begins at `from`, and whether it has doubled quotes.
    fn closing_quote(&self, mut from: usize) -> Option<(usize, bool)> {
        let (quote, mut doubled) = (self.how.dialect.quote, false);
        loop {
            let at = from + memchr::memchr(quote, self.text.get(from..)?)?;
            match self.text.get(at + 1) {
                Some(&next) if next == quote => (from, doubled) = (at + 2, true),
                None if !self.how.to_end => return None,
                _ => return Some((at, doubled)),
            }
        }
    }

    fn finish(
        &mut self,
        records: &mut Records,
        start: usize,
        fields: usize,
    ) -> Result<(), Malformed> {
        let found = records.spans.len() - fields;
        records.bytes = self.field;
        if self.how.width == Some(found) {
            records.count += 1;
        } else if found == 1 && records.spans[fields].end == start as u32 {
            records.spans.truncate(fields);
        } else if self.how.width.is_some() {
            return Err(Malformed { at: start, problem: Problem::FieldCount(found) });
        } else {
            records.count += 1;
        }
        Ok(())
    }
}
