//! What is settled before planning: which branch of each IF is taken, and what each INCLUDE brings.

mod conditions;
mod includes;
mod lost;
mod values;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use sqlflow_profile::{Project, Variables};
use sqlflow_syntax::{
    Branch, Diagnostic, If, Pipeline, Severity, Sources, Span, Statement, StatementKind, parse_from,
};

use crate::{Finding, InFile, VariableUse};

/// The texts of files that INCLUDE names, by their path; of one that cannot be read, why.
pub type IncludedTexts = BTreeMap<PathBuf, Result<String, String>>;

/// A pipeline without IF and INCLUDE: the statements that are left, in their order.
#[derive(Debug, Clone)]
pub struct Settled {
    /// The pipeline's file and those it includes; every place is one in their whole.
    pub sources: Sources,
    /// The statements.
    pub pipeline: Pipeline,
    /// The branches that were not taken.
    pub skipped: Vec<Skipped>,
    /// Everything found wrong so far. Worth planning only if none is an error.
    pub findings: Vec<Finding>,
    /// The variables that conditions and paths were settled by.
    pub(crate) uses: Vec<VariableUse>,
}

/// Statements that are not part of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// The condition, or the statements of an ELSE.
    pub span: Span,
    /// How many statements stand in the branch.
    pub statements: usize,
    /// Why it was not taken.
    pub reason: String,
}

/// Reads a pipeline and settles its IFs and INCLUDEs, with SET taken in as they come.
///
/// Where a file is included that `texts` does not have, the paths of all such files are returned:
/// the caller reads them and calls again.
///
/// # Errors
///
/// The files that are wanted.
pub fn settle(
    sources: Sources,
    project: &Project,
    variables: Variables,
    texts: &IncludedTexts,
) -> Result<Settled, BTreeSet<PathBuf>> {
    let parsed = parse_from(sources.text(), 0);
    let path = sources.file_at(0).path.clone();
    let mut settling = Settling {
        settled: Settled::nothing(sources),
        project,
        variables,
        texts,
        wanted: BTreeSet::new(),
        open: vec![path],
        is_full: false,
        lost: BTreeMap::new(),
    };
    settling.report_syntax(parsed.diagnostics, 0);
    settling.statements(parsed.pipeline.statements);
    if settling.wanted.is_empty() { Ok(settling.settled) } else { Err(settling.wanted) }
}

/// The state of a walk over the statements in their order.
struct Settling<'a> {
    settled: Settled,
    project: &'a Project,
    variables: Variables,
    texts: &'a IncludedTexts,
    wanted: BTreeSet<PathBuf>,
    /// The files that include each other around the statement at hand, outermost first.
    open: Vec<PathBuf>,
    /// Whether more was included than may be.
    is_full: bool,
    /// Variables whose SET is not right, with what is wrong with it and not reported yet.
    lost: BTreeMap<String, Vec<Diagnostic>>,
}

impl Settling<'_> {
    fn statements(&mut self, statements: Vec<Statement>) {
        for statement in statements {
            if self.is_full {
                return;
            }
            match statement.kind {
                StatementKind::If(block) => self.branch(block),
                StatementKind::Include(include) => self.include(&include),
                kind => {
                    if let StatementKind::Set(set) = &kind {
                        self.assign(set);
                    }
                    self.settled.pipeline.statements.push(Statement { kind, ..statement });
                }
            }
        }
    }

    /// Takes the first branch whose condition holds. Of one that cannot be evaluated nothing is
    /// taken: that is an error, and nothing is planned.
    fn branch(&mut self, block: If) {
        let mut taken: Option<Span> = None;
        for Branch { condition, statements } in block.branches {
            if let Some(other) = taken {
                self.skip(condition.span, statements.len(), self.instead(other));
                continue;
            }
            let Some(verdict) = self.holds(&condition) else { return };
            if verdict.holds {
                taken = Some(condition.span);
                self.statements(statements);
            } else {
                self.skip(condition.span, statements.len(), verdict.reason);
            }
        }
        match (block.otherwise, taken) {
            (Some(statements), None) => self.statements(statements),
            (Some(statements), Some(other)) => {
                if let Some(first) = statements.first() {
                    self.skip(first.span, statements.len(), self.instead(other));
                }
            }
            (None, _) => {}
        }
    }

    fn instead(&self, taken: Span) -> String {
        format!("the branch on {} is taken", self.settled.sources.line(taken.start, taken.start))
    }

    fn skip(&mut self, span: Span, statements: usize, reason: String) {
        self.settled.skipped.push(Skipped { span, statements, reason });
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.settled.findings.push(Finding::pipeline(diagnostic));
    }

    fn report_all(&mut self, diagnostics: Vec<Diagnostic>) {
        self.settled.findings.extend(diagnostics.into_iter().map(Finding::pipeline));
    }

    fn record(&mut self, span: Span, used: sqlflow_profile::Use) {
        self.settled.uses.push(VariableUse { file: InFile::Pipeline, span, used });
    }
}

impl Settled {
    /// A pipeline without statements.
    pub fn nothing(sources: Sources) -> Self {
        Self {
            sources,
            pipeline: Pipeline::default(),
            skipped: Vec::new(),
            findings: Vec::new(),
            uses: Vec::new(),
        }
    }

    /// Whether nothing is wrong so far that keeps the pipeline from being planned.
    pub fn is_sound(&self) -> bool {
        self.findings.iter().all(|finding| finding.diagnostic.severity != Severity::Error)
    }
}
