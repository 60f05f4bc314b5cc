//! The texts of a pipeline, in one.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::{Diagnostic, Span, line_column};

/// The file of a pipeline and those it includes, as one text: a place in any of them is a [`Span`]
/// of the whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sources {
    text: String,
    files: Vec<SourceFile>,
}

/// One file of [`Sources`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Where it lies.
    pub path: PathBuf,
    /// What it says.
    pub text: Arc<str>,
    /// Where it begins in the whole.
    pub start: usize,
}

impl Sources {
    /// The pipeline's own file.
    #[must_use]
    pub fn of(path: impl Into<PathBuf>, text: impl Into<Arc<str>>) -> Self {
        let mut sources = Self { text: String::new(), files: Vec::new() };
        sources.add(path, text);
        sources
    }

    /// Puts a file behind the others; returns where it begins, for [`crate::parse_from`].
    pub fn add(&mut self, path: impl Into<PathBuf>, text: impl Into<Arc<str>>) -> usize {
        if !self.files.is_empty() {
            self.text.push('\n');
        }
        let (start, text) = (self.text.len(), text.into());
        self.text.push_str(&text);
        self.files.push(SourceFile { path: path.into(), text, start });
        start
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The files, in the order they were put in.
    #[must_use]
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// The file that holds this offset of the whole.
    #[must_use]
    pub fn file_at(&self, offset: usize) -> &SourceFile {
        let behind = self.files.partition_point(|file| file.start <= offset);
        &self.files[behind.saturating_sub(1)]
    }

    /// The file a diagnostic is about, and the diagnostic with its place in that file.
    #[must_use]
    pub fn place(&self, mut diagnostic: Diagnostic) -> (&SourceFile, Diagnostic) {
        let file = self.file_at(diagnostic.span.start);
        let within = |offset: usize| offset.saturating_sub(file.start).min(file.text.len());
        diagnostic.span = Span::new(within(diagnostic.span.start), within(diagnostic.span.end));
        (file, diagnostic)
    }

    /// The line of an offset, as a message about `from` names it: `line 3`, and of another file
    /// `line 3 of common.sf`.
    #[must_use]
    pub fn line(&self, offset: usize, from: usize) -> String {
        let file = self.file_at(offset);
        let line = line_column(&file.text, offset - file.start).0;
        if file.start == self.file_at(from).start {
            return format!("line {line}");
        }
        format!("line {line} of {}", short_name(&file.path))
    }
}

fn short_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_found_in_its_file() {
        let mut sources = Sources::of("a.sf", "one\ntwo");
        let start = sources.add("lib/b.sf", "x\ny");
        assert_eq!((sources.text(), start), ("one\ntwo\nx\ny", 8));
        let found = |start: usize, end: usize| {
            let diagnostic =
                Diagnostic::error(crate::code::EXPECTED_NAME, "m", Span::new(start, end));
            let (file, placed) = sources.place(diagnostic);
            (file.path.to_string_lossy().into_owned(), placed.span.range())
        };
        assert_eq!(found(4, 7), ("a.sf".to_owned(), 4..7));
        assert_eq!(found(7, 7), ("a.sf".to_owned(), 7..7));
        assert_eq!(found(8, 9), ("lib/b.sf".to_owned(), 0..1));
        assert_eq!(found(11, 11), ("lib/b.sf".to_owned(), 3..3));
        assert_eq!(
            (sources.line(4, 0).as_str(), sources.line(4, 8).as_str()),
            ("line 2", "line 2 of a.sf")
        );
        assert_eq!(sources.line(10, 0), "line 2 of b.sf");
    }
}
