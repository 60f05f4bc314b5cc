//! Options and params that the language itself reads, before a connector sees the rest.

use serde_json::Value;
use sqlflow_plugin_sdk::ConfigSpec;
use sqlflow_syntax::{Diagnostic, Span};

use super::{Subject, given::Given};
use crate::{Finding, InFile, code, translation::Translation};

/// Why a value cannot be used: a code, and what the option takes instead.
pub(super) type Wrong = (&'static str, String);

/// A value of another type than the option.
pub(super) fn wrong_type<T>(takes: &str) -> Result<T, Wrong> {
    Err((code::WRONG_OPTION_TYPE, takes.to_owned()))
}

/// A value that the option does not allow.
pub(super) fn not_allowed<T>(takes: &str) -> Result<T, Wrong> {
    Err((code::OPTION_NOT_ALLOWED, takes.to_owned()))
}

/// One of some words, in any case.
pub(super) fn one_of<T: Copy>(value: &Value, words: &[(&str, T)]) -> Result<T, Wrong> {
    let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
    let takes = format!("one of: {}", known.join(", "));
    let Value::String(text) = value else { return wrong_type(&takes) };
    let found = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(text.trim()));
    match (found, sqlflow_syntax::suggest(text, known)) {
        (Some((_, value)), _) => Ok(*value),
        (None, Some(near)) => not_allowed(&format!("{takes} (did you mean \"{near}\"?)")),
        (None, None) => not_allowed(&takes),
    }
}

/// Text that says something.
pub(super) fn text(value: &Value, takes: &str) -> Result<String, Wrong> {
    match value {
        Value::String(text) if text.trim().is_empty() => not_allowed(takes),
        Value::String(text) => Ok(text.trim().to_owned()),
        _ => wrong_type(takes),
    }
}

/// The options of one statement while the language takes its own out of them.
pub(super) struct Taking<'g, 's> {
    given: &'g mut Given,
    /// The connector's own fields, which are left to it.
    own: Option<&'s ConfigSpec>,
    what: &'s str,
    /// What was taken, with its place.
    pub(super) taken: Vec<(&'static str, (InFile, Span))>,
    pub(super) findings: Vec<Finding>,
}

impl<'g, 's> Taking<'g, 's> {
    pub(super) fn new(given: &'g mut Given, own: Option<&'s ConfigSpec>, what: &'s str) -> Self {
        Self { given, own, what, taken: Vec::new(), findings: Vec::new() }
    }

    /// Takes an option out; `None` where it is not given, is null, is the connector's own, or is no
    /// good, which is a finding then.
    pub(super) fn take<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&Value) -> Result<T, Wrong>,
    ) -> Option<(T, (InFile, Span))> {
        if self.own.is_some_and(|own| own.field(key).is_some()) {
            return None;
        }
        let value = self.given.values.get(key)?.clone();
        let place = self.given.place(key)?;
        let is_broken = self.given.has_broken(key);
        self.given.remove(key);
        if value.is_null() || is_broken {
            return None;
        }
        match read(&value) {
            Ok(value) => {
                self.taken.push((key, place));
                Some((value, place))
            }
            Err((code, takes)) => {
                let message = format!("{}: option `{key}` takes {takes}", self.what);
                self.report(Diagnostic::error(code, message, place.1), place.0, remedy(key));
                None
            }
        }
    }

    /// As [`Taking::take`], without the place.
    pub(super) fn value<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&Value) -> Result<T, Wrong>,
    ) -> Option<T> {
        self.take(key, read).map(|(value, _)| value)
    }

    pub(super) fn report(&mut self, diagnostic: Diagnostic, file: InFile, help: &str) {
        self.findings.push(Finding { file, diagnostic: diagnostic.help(help) });
    }
}

fn remedy(key: &str) -> &'static str {
    match key {
        "timeout" | "expected_duration" => "write it as in \"30s\", \"5m\" or \"2h\"",
        "resilience" => {
            "write it as in \"api\", or {\"retry\": {\"max_attempts\": 5}, \"breaker\": false}"
        }
        "retry" => "write it as in {\"max_attempts\": 3, \"first_delay\": \"1s\"}",
        "lookback_window" => "write a number of seconds, or as in \"7 DAYS\"",
        "start_date" | "end_date" => "write it as in \"2024-01-31\" or \"2024-01-31 08:00:00\"",
        "replication_method" => {
            "consider sync_mode: \"full_refresh\" in place of FULL_TABLE, and sync_mode: \
             \"incremental\" in place of INCREMENTAL"
        }
        _ => "correct it, or take it out",
    }
}

impl Translation<'_> {
    /// Reports what a taking has found; whether that was nothing.
    pub(super) fn settle_taken(&mut self, findings: Vec<Finding>) -> bool {
        let good = findings.is_empty();
        self.findings.extend(findings);
        good
    }

    /// What is known, right, and not run yet.
    pub(crate) fn not_run_yet(&mut self, what: &str, (file, span): (InFile, Span), help: &str) {
        let message = format!("{what} is not run yet");
        let diagnostic = Diagnostic::error(code::NOT_SUPPORTED, message, span).help(help);
        self.unbuilt.push(Finding { file, diagnostic });
    }
}

impl Subject {
    /// The connector's own fields; `None` for a statement, whose options are all the language's.
    pub(super) fn own<'s>(&self, spec: &'s ConfigSpec) -> Option<&'s ConfigSpec> {
        self.of_connector.then_some(spec)
    }
}
