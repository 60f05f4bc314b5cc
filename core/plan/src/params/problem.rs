use sqlflow_plugin_sdk::{ConfigProblem, ConfigSpec, ProblemKind};
use sqlflow_syntax::{Diagnostic, Span, suggest};

use super::{Subject, resilience, step_options};
use crate::code;

/// A problem of an option as a diagnostic at `span`.
pub(super) fn diagnostic(
    problem: &ConfigProblem,
    spec: &ConfigSpec,
    subject: &Subject,
    span: Span,
) -> Diagnostic {
    let message = format!("{}: {problem}", subject.what);
    Diagnostic::error(code_of(&problem.kind), message, span).help(remedy(problem, spec))
}

fn code_of(kind: &ProblemKind) -> &'static str {
    match kind {
        ProblemKind::Unknown { .. } => code::UNKNOWN_OPTION,
        ProblemKind::Missing => code::MISSING_OPTION,
        ProblemKind::Twice { .. } => code::OPTION_TWICE,
        ProblemKind::WrongType { .. } => code::WRONG_OPTION_TYPE,
        ProblemKind::NotAllowed { .. } | ProblemKind::BelowMinimum { .. } => {
            code::OPTION_NOT_ALLOWED
        }
    }
}

fn remedy(problem: &ConfigProblem, spec: &ConfigSpec) -> String {
    let field = spec.field(&problem.key);
    let doc = field.map_or("", |field| field.doc());
    match &problem.kind {
        ProblemKind::Unknown { known, .. } if known.is_empty() => {
            "it takes no options yet; take it out".to_owned()
        }
        ProblemKind::Unknown { nearest: Some(nearest), known } => {
            format!("did you mean `{nearest}`? Known: {}", known.join(", "))
        }
        ProblemKind::Unknown { nearest: None, known } => {
            let ours = step_options::NAMES.iter().copied().chain([resilience::NAME]);
            let near = suggest(&problem.key, ours);
            let near = near.map_or(String::new(), |near| format!("did you mean `{near}`? "));
            format!("{near}known: {}", known.join(", "))
        }
        ProblemKind::Missing => {
            let names = field.map_or(&[][..], |field| field.environment());
            let or_set = match names {
                [] => String::new(),
                names => format!(", or set {} in the environment", names.join(" or ")),
            };
            format!("add `{}`: {doc}{or_set}", problem.key)
        }
        ProblemKind::Twice { .. } => "give one of the two".to_owned(),
        _ => format!("`{}`: {doc}", problem.key),
    }
}
