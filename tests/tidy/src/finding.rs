//! A place that breaks a rule.

use std::fmt;

/// Prints as `path:line: what`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    pub(crate) path: String,
    /// 1 is the first; 0 where the file as a whole is meant.
    pub(crate) line: usize,
    /// The name of what is wrong, by which `allow.toml` may excuse it.
    pub(crate) item: String,
    pub(crate) what: String,
}

impl Finding {
    pub(crate) fn new(path: &str, line: usize, item: &str, what: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, item: item.to_owned(), what: what.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(out, "{}: {}", self.path, self.what),
            line => write!(out, "{}:{line}: {}", self.path, self.what),
        }
    }
}

/// Fails with every finding.
#[track_caller]
pub(crate) fn none(rule: &str, findings: &[Finding]) {
    assert!(findings.is_empty(), "{rule}\n{}", lines(findings).join("\n"));
}

/// The findings as text, for a rule's own test.
pub(crate) fn lines(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(Finding::to_string).collect()
}
