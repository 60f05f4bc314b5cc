//! Verbs that there are not, or not yet.

use std::ffi::OsString;

use sqlflow_syntax::suggest;

use crate::code;
use crate::failure::Failure;

/// Verbs of the language that are not built yet.
const NOT_BUILT: &[&str] = &["doctor", "rejects", "report", "state", "tests", "udf"];

/// Refuses the verb in `words`, with the nearest one there is among `known`. `group` is the verb
/// that it belongs to, with a space behind it, or nothing.
pub(crate) fn refuse(
    group: &str,
    words: &[OsString],
    known: &[&str],
    not_built: &[&str],
) -> Failure {
    let verb = words.first().map(|word| word.to_string_lossy()).unwrap_or_default();
    if not_built.contains(&verb.as_ref()) {
        let message = format!("`sqlflow {group}{verb}` is not supported yet");
        return Failure::usage(code::NOT_SUPPORTED, message, help(group));
    }
    let message = format!("there is no `sqlflow {group}{verb}`");
    let remedy = match suggest(&verb, known.iter().chain(not_built).copied()) {
        Some(nearest) => format!("did you mean `sqlflow {group}{nearest}`?"),
        None => help(group),
    };
    Failure::usage(code::UNKNOWN_VERB, message, remedy)
}

/// Refuses a word that stands where a verb has to stand.
pub(crate) fn verb(words: &[OsString]) -> Failure {
    let known = [
        "check",
        "completions",
        "connect",
        "env",
        "explain",
        "fmt",
        "help",
        "init",
        "lineage",
        "list",
        "migrate",
        "pipeline",
        "plan",
        "plugin",
        "preview",
        "profiles",
        "query",
        "run",
        "runs",
        "status",
        "version",
    ];
    refuse("", words, &known, NOT_BUILT)
}

fn help(group: &str) -> String {
    format!("`sqlflow {group}--help` lists what there is")
}
