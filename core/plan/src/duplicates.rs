//! Names that are given twice.

use std::collections::BTreeMap;

use sqlflow_syntax::{Create, Diagnostic, Sources, Span, StatementKind, WriteMode};

use crate::{Finding, Settled, code, table_key::TableKey};

/// Reports every source and every plain CREATE whose name is taken, with the line that takes it.
pub(crate) fn find(settled: &Settled) -> Vec<Finding> {
    let (mut sources, mut tables) = (BTreeMap::new(), BTreeMap::new());
    let mut findings = Vec::new();
    for statement in &settled.pipeline.statements {
        let found = match &statement.kind {
            StatementKind::Source(source) => {
                let first = first_of(&mut sources, source.name.key(), source.name.span);
                first.map(|first| duplicate_source(&source.name.text, source.name.span, first))
            }
            StatementKind::Load(load) => {
                first_of(&mut tables, TableKey::of(&load.table), load.table.span);
                None
            }
            StatementKind::Create(create) => {
                let first = first_of(&mut tables, TableKey::of(&create.name), create.name.span);
                first
                    .filter(|_| !create.or_replace && !adds(create))
                    .map(|first| duplicate_table(&create.name.to_string(), create.name.span, first))
            }
            StatementKind::Export(_)
            | StatementKind::Set(_)
            | StatementKind::If(_)
            | StatementKind::Include(_)
            | StatementKind::Test(_) => None,
        };
        findings.extend(
            found.map(|duplicate| Finding::pipeline(duplicate.diagnostic(&settled.sources))),
        );
    }
    findings
}

/// Whether a CREATE adds to a table that may be there.
fn adds(create: &Create) -> bool {
    let mode = create.write.as_ref().map(|write| &write.value);
    create.read.is_some() || mode.is_some_and(|mode| *mode != WriteMode::Replace)
}

struct Duplicate {
    code: &'static str,
    subject: String,
    span: Span,
    first: Span,
    help: &'static str,
}

impl Duplicate {
    fn diagnostic(&self, sources: &Sources) -> Diagnostic {
        let again = sources.line(self.span.start, self.span.start);
        let first = sources.line(self.first.start, self.span.start);
        let message = format!("{} on {again} is already defined on {first}", self.subject);
        Diagnostic::error(self.code, message, self.span).help(self.help)
    }
}

fn first_of<K: Ord>(seen: &mut BTreeMap<K, Span>, key: K, span: Span) -> Option<Span> {
    let first = *seen.entry(key).or_insert(span);
    (first != span).then_some(first)
}

fn duplicate_source(name: &str, span: Span, first: Span) -> Duplicate {
    let subject = format!("the source `{name}`");
    let help = "give one of the two another name";
    Duplicate { code: code::DUPLICATE_SOURCE, subject, span, first, help }
}

fn duplicate_table(name: &str, span: Span, first: Span) -> Duplicate {
    let subject = format!("the table `{name}`");
    let help = "write CREATE OR REPLACE to make it again, or give it another name";
    Duplicate { code: code::DUPLICATE_TABLE, subject, span, first, help }
}
