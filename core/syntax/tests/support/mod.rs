//! Pipelines for tests: written by chance, and compared without their places.

use sqlflow_syntax::{JsonObject, Origin, Pipeline, Statement, StatementKind};

mod tape;

pub(crate) use tape::pipeline;

/// A tree as text, without its spans.
pub(crate) fn without_spans(pipeline: &Pipeline) -> String {
    let tree = format!("{pipeline:?}");
    let mut parts = tree.split("Span { start: ");
    let first = parts.next().unwrap_or_default().to_owned();
    let behind = |part: &str| part.split_once(" }").map_or("", |(_, rest)| rest).to_owned();
    first + &parts.map(behind).collect::<String>()
}

/// The JSON of every statement, in order.
pub(crate) fn json(statements: &[Statement]) -> Vec<&JsonObject> {
    let mut found = Vec::new();
    for statement in statements {
        match &statement.kind {
            StatementKind::Source(source) => match &source.origin {
                Origin::Type { params, .. } => found.push(params),
                Origin::Connection { options, .. } => found.extend(options),
            },
            StatementKind::Load(load) => found.extend(&load.options),
            StatementKind::Create(create) => found.extend(&create.options),
            StatementKind::Export(export) => found.extend(&export.options),
            StatementKind::If(block) => {
                for branch in &block.branches {
                    found.extend(json(&branch.statements));
                }
                found.extend(json(block.otherwise.as_deref().unwrap_or_default()));
            }
            _ => {}
        }
    }
    found
}
