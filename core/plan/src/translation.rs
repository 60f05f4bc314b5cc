//! Statements become drafts of steps, one by one.

mod clauses;
mod columns;
mod create;
mod export;
mod load;
mod set;
mod settle_loads;
mod source;
mod test;
mod times;

pub(crate) use set::{assign, single};
use sqlflow_profile::{Substituted, Use, Variables};
use sqlflow_syntax::{Diagnostic, Load, Span, Sql, StatementKind};

use crate::{
    Finding, InFile, Input, SqlText, VariableUse, code, draft::Draft, ids::Ids, names::Names,
    sql_text,
};

/// The state of a walk over the statements in file order.
#[derive(Debug)]
pub(crate) struct Translation<'a> {
    pub(crate) input: &'a Input<'a>,
    pub(crate) names: Names,
    /// With what SET said so far.
    pub(crate) variables: Variables,
    pub(crate) findings: Vec<Finding>,
    /// What is planned and not run yet.
    pub(crate) unbuilt: Vec<Finding>,
    pub(crate) uses: Vec<VariableUse>,
    pub(crate) drafts: Vec<Draft>,
    /// Each LOAD with the number of its draft, until all sources are known.
    loads: Vec<(usize, &'a Load)>,
    ids: Ids,
}

impl<'a> Translation<'a> {
    /// Translates all statements.
    pub(crate) fn of(input: &'a Input<'a>) -> Self {
        let mut translation = Self {
            input,
            names: Names::of(&input.settled.pipeline),
            variables: input.variables.clone(),
            findings: Vec::new(),
            unbuilt: Vec::new(),
            uses: input.settled.uses.clone(),
            drafts: Vec::new(),
            loads: Vec::new(),
            ids: Ids::default(),
        };
        for statement in &input.settled.pipeline.statements {
            let draft = match &statement.kind {
                StatementKind::Source(source) => translation.source(source, statement.span),
                StatementKind::Load(load) => translation.load(load, statement.span),
                StatementKind::Create(create) => translation.create(create, statement.span),
                StatementKind::Export(export) => translation.export(export, statement.span),
                StatementKind::Set(set) => {
                    translation.set(set);
                    continue;
                }
                StatementKind::Test(test) => translation.test(test, statement.span),
                // Settled before.
                StatementKind::If(_) | StatementKind::Include(_) => continue,
            };
            translation.drafts.push(draft);
        }
        translation
    }

    /// Reports a problem of the pipeline's file.
    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        self.findings.push(Finding::pipeline(diagnostic));
    }

    /// Replaces the references of a text that stands at `span`; `None` once what is wrong with
    /// them has been reported.
    pub(crate) fn fill(&mut self, text: &str, span: Span) -> Option<Substituted> {
        match sqlflow_profile::substitute(text, &self.variables) {
            Ok(filled) => {
                for used in &filled.uses {
                    let place = self.locate(text, span, used.reference.range.clone());
                    self.record(InFile::Pipeline, place, used.clone());
                }
                Some(filled)
            }
            Err(errors) => {
                for error in errors {
                    let place = self.locate(text, span, error.range.clone());
                    self.report(error.diagnostic(place));
                }
                None
            }
        }
    }

    pub(crate) fn record(&mut self, file: InFile, span: Span, used: Use) {
        self.uses.push(VariableUse { file, span, used });
    }

    /// Replaces the references of a query; raw ones are worth a warning.
    fn query(&mut self, sql: &Sql) -> Option<SqlText> {
        match sql_text::substitute(sql, &self.variables) {
            Ok((query, uses)) => {
                for (span, used) in uses {
                    if used.reference.raw {
                        self.report(raw_splice(&used.reference.name, span));
                    }
                    self.record(InFile::Pipeline, span, used);
                }
                Some(query)
            }
            Err(errors) => {
                self.findings.extend(errors.into_iter().map(Finding::pipeline));
                None
            }
        }
    }

    fn locate(&self, leaf: &str, span: Span, part: std::ops::Range<usize>) -> Span {
        locate(self.input.text(), leaf, span, part)
    }
}

/// The place of a part of a leaf that stands at `span` of the text; the whole leaf where it has
/// escapes in it.
pub(crate) fn locate(text: &str, leaf: &str, span: Span, part: std::ops::Range<usize>) -> Span {
    let written = text.get(span.range()).unwrap_or_default();
    let start = if written == leaf {
        span.start
    } else if written.get(1..written.len().saturating_sub(1)) == Some(leaf) {
        span.start + 1
    } else {
        return span;
    };
    Span::new(start + part.start, start + part.end)
}

fn raw_splice(name: &str, span: Span) -> Diagnostic {
    let message = format!("the value of `{name}` is spliced as SQL");
    let help = format!("write ${{{name}}} unless the value is meant to be SQL");
    Diagnostic::warning(code::RAW_SPLICE, message, span).help(help)
}
