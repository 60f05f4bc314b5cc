use serde_json::Value;
use sqlflow_plugin_sdk::ConfigSpec;
use sqlflow_syntax::Diagnostic;

use super::{Subject, given::Given};
use crate::{Finding, code, translation::Translation};

/// Options that statements will take and that are not built yet.
pub(super) const OF_STATEMENTS: &[&str] = &[
    "timeout",
    "retry",
    "on_failure",
    "criticality",
    "expected_duration",
    "schema_policy",
    "bad_rows",
    "max_bad_rows",
    "ordered",
];

/// The same, and the params by which SQLFlow's sources say how to read.
pub(super) const OF_SOURCES: &[&str] = &[
    "timeout",
    "retry",
    "on_failure",
    "criticality",
    "expected_duration",
    "schema_policy",
    "bad_rows",
    "max_bad_rows",
    "ordered",
    "sync_mode",
    "cursor_field",
    "cursor_field_datetime_format",
    "primary_key",
    "lookback_window",
    "replication_method",
    "destination_sync_mode",
    "start_date",
    "end_date",
];

impl Translation<'_> {
    /// Refuses by name what is known and not built, unless the spec has an option of that name.
    /// `sync_mode: full_refresh` is what is done anyway.
    ///
    /// Returns whether there was nothing to refuse.
    pub(super) fn refuse_unsupported(
        &mut self,
        given: &mut Given,
        spec: &ConfigSpec,
        subject: &Subject,
    ) -> bool {
        let mut good = true;
        for key in subject.refused.iter().filter(|key| spec.field(key).is_none()) {
            let Some(value) = given.values.get(*key) else { continue };
            let Some((file, span)) = given.place(key) else { continue };
            if !is_full_refresh(key, value) && !given.is_broken_at(key, spec) {
                let message = format!("{}: `{key}` is not supported yet", subject.what);
                let diagnostic = Diagnostic::error(code::NOT_SUPPORTED, message, span);
                self.findings.push(Finding { file, diagnostic: diagnostic.help(remedy(key)) });
                good = false;
            }
            given.remove(key);
        }
        good
    }
}

fn is_full_refresh(key: &str, value: &Value) -> bool {
    let is = |mode: &str| mode.eq_ignore_ascii_case("full_refresh");
    key == "sync_mode" && value.as_str().is_some_and(is)
}

fn remedy(key: &str) -> &'static str {
    match key {
        "ordered" => "it is an option of LOAD; take it out here",
        "sync_mode" => "sources are read in full: take it out, or say \"full_refresh\"",
        "cursor_field"
        | "cursor_field_datetime_format"
        | "lookback_window"
        | "start_date"
        | "end_date"
        | "replication_method" => "sources are read in full: take it out",
        "primary_key" | "destination_sync_mode" => {
            "rows are replaced or, with LOAD … MODE APPEND, added: take it out"
        }
        _ => "take it out",
    }
}
