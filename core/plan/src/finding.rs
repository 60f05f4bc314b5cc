use sqlflow_syntax::{Diagnostic, Severity};

/// A problem, and the file its place is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The file.
    pub file: InFile,
    /// What is wrong, where in that file.
    pub diagnostic: Diagnostic,
}

/// The files a plan is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InFile {
    /// The pipeline's `.sf` file.
    Pipeline,
    /// The profile's `.yml` file.
    Profile,
}

impl Finding {
    /// A finding in the pipeline's file.
    pub(crate) fn pipeline(diagnostic: Diagnostic) -> Self {
        Self { file: InFile::Pipeline, diagnostic }
    }

    pub(crate) fn is_error(&self) -> bool {
        self.diagnostic.severity == Severity::Error
    }
}

/// Puts findings in the order of the files, each once: several statements may use one connection.
pub(crate) fn in_order(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by_key(|finding| (finding.file, finding.diagnostic.span));
    let mut ordered: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings {
        let same_place = |other: &&Finding| {
            other.file == finding.file && other.diagnostic.span == finding.diagnostic.span
        };
        if !ordered.iter().rev().take_while(same_place).any(|other| *other == finding) {
            ordered.push(finding);
        }
    }
    ordered
}
