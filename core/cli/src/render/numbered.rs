//! A text whose columns are counted in characters.

use miette::{MietteError, MietteSpanContents, NamedSource, SourceCode, SourceSpan, SpanContents};

/// A named text. miette counts columns in bytes, people and editors in characters.
#[derive(Debug)]
pub(crate) struct Numbered {
    name: String,
    source: NamedSource<String>,
}

impl Numbered {
    /// The text of the file that is shown by this name.
    pub(crate) fn new(name: &str, text: String) -> Self {
        Self { name: name.to_owned(), source: NamedSource::new(name, text) }
    }
}

impl SourceCode for Numbered {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let read = self.source.read_span(span, before, after)?;
        let start = self.source.inner().get(..read.span().offset()).unwrap_or_default();
        let line = start.rsplit('\n').next().unwrap_or_default();
        let column = if read.column() == 0 { 0 } else { line.chars().count() };
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            read.data(),
            *read.span(),
            read.line(),
            column,
            read.line_count(),
        )))
    }
}
