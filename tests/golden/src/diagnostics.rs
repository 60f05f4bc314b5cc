use std::fmt::Write;

use sqlflow_plan::{Finding, InFile};
use sqlflow_syntax::{Severity, Sources, line_column};

/// Findings as text: place, weight, code and what is under the caret; then message and help.
pub(crate) fn shown(findings: &[Finding], sources: &Sources, profile: &str) -> String {
    let mut shown = String::new();
    for finding in findings {
        let (name, text, found) = match finding.file {
            InFile::Pipeline => {
                let (file, found) = sources.place(finding.diagnostic.clone());
                let name = file.path.strip_prefix("/project/pipelines").unwrap_or(&file.path);
                (name.to_string_lossy(), &*file.text, found)
            }
            InFile::Profile => ("profile.yml".into(), profile, finding.diagnostic.clone()),
        };
        let (line, column) = line_column(text, found.span.start);
        let caret = text.get(found.span.range()).unwrap_or_default();
        let weight = match found.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        // Writing to a String cannot fail.
        let _ = writeln!(shown, "{name}:{line}:{column}: {weight} {} at {caret}", found.code);
        let _ = writeln!(shown, "  {}", found.message);
        let _ = writeln!(shown, "  help: {}", found.help.as_deref().unwrap_or("none"));
    }
    shown
}
