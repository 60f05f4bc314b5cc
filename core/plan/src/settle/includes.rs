//! INCLUDE: the statements of another file take its place.

use std::path::{Component, Path, PathBuf};

use sqlflow_profile::substitute;
use sqlflow_syntax::{Diagnostic, Include, Span, parse_from};

use super::Settling;
use crate::code;

/// The most bytes and the most files that may be included, so that files that include others many
/// times over stay bounded.
const MOST_BYTES: usize = 16 << 20;
const MOST_FILES: usize = 1_000;

impl Settling<'_> {
    pub(super) fn include(&mut self, include: &Include) {
        let span = include.path.span;
        let Some(written) = self.fill(&include.path.value, span) else { return };
        let path = match self.included_path(&written, span) {
            Ok(path) => path,
            Err(diagnostic) => return self.report(diagnostic),
        };
        match self.texts.get(&path) {
            None => {
                self.wanted.insert(path);
            }
            Some(Err(why)) => {
                let message = format!("{written} cannot be included: {why}");
                let help = "a path is taken from the folder of the file that includes it";
                self.report(Diagnostic::error(code::INCLUDE_UNREADABLE, message, span).help(help));
            }
            Some(Ok(text)) => self.insert(path, text.clone(), span),
        }
    }

    fn insert(&mut self, path: PathBuf, text: String, span: Span) {
        let sources = &self.settled.sources;
        let bytes = sources.text().len() + text.len();
        if bytes > MOST_BYTES || sources.files().len() > MOST_FILES {
            return self.report_too_large(span);
        }
        let start = self.settled.sources.add(&path, text);
        let parsed = parse_from(self.settled.sources.text(), start);
        self.report_syntax(parsed.diagnostics, start);
        self.open.push(path);
        self.statements(parsed.pipeline.statements);
        self.open.pop();
    }

    /// Once: what is included further on is too much as well.
    fn report_too_large(&mut self, span: Span) {
        if !self.is_full {
            self.is_full = true;
            let message =
                format!("more than {MOST_FILES} files or {MOST_BYTES} bytes are included");
            let help = "include each file once, or split the pipeline";
            self.report(Diagnostic::error(code::INCLUDE_TOO_LARGE, message, span).help(help));
        }
    }

    /// The file that is meant: inside the project, a pipeline, and not one that is open already.
    fn included_path(&self, written: &str, span: Span) -> Result<PathBuf, Diagnostic> {
        let folder = self.open.last().and_then(|path| path.parent()).unwrap_or(Path::new(""));
        let path = plain(&folder.join(written));
        let refused = |code, message: String, help: &str| {
            Err(Diagnostic::error(code, message, span).help(help))
        };
        if !path.starts_with(plain(self.project.root())) {
            let message = format!("{written} lies outside the project");
            return refused(code::INCLUDE_OUTSIDE, message, "copy the file into the project");
        }
        if path.extension().is_none_or(|extension| extension != "sf") {
            let message = format!("{written} is no pipeline");
            return refused(code::INCLUDE_NOT_SF, message, "a file to include ends in .sf");
        }
        if let Some(first) = self.open.iter().position(|open| plain(open) == path) {
            let round = self.open[first..].iter().chain([&path]).map(|path| self.shown(path));
            let message =
                format!("files include each other: {}", round.collect::<Vec<_>>().join(" → "));
            let help = "take one of these INCLUDEs out";
            return refused(code::INCLUDE_CYCLE, message, help);
        }
        Ok(path)
    }

    fn shown(&self, path: &Path) -> String {
        path.strip_prefix(self.project.root()).unwrap_or(path).display().to_string()
    }

    /// The text with its variables replaced; `None` once what is wrong has been reported.
    pub(super) fn fill(&mut self, text: &str, span: Span) -> Option<String> {
        if let Some(found) = self.lost_in(text) {
            self.report_all(found);
            return None;
        }
        match substitute(text, &self.variables) {
            Ok(filled) => {
                for used in filled.uses {
                    self.record(span, used);
                }
                Some(filled.text)
            }
            Err(errors) => {
                self.report_all(errors.iter().map(|error| error.diagnostic(span)).collect());
                None
            }
        }
    }
}

/// A path without `.` and `..`, as far as it tells by itself.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if plain.file_name().is_some() => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}
