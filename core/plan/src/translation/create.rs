use sqlflow_syntax::{Create, Diagnostic, Relation, Span};

use super::{Translation, clauses::Clauses, load::plain_name};
use crate::{
    Action, Read, SqlText, TransformStep, Write, code,
    draft::Draft,
    table_key::TableKey,
    tables::{self, Reading},
};

impl Translation<'_> {
    pub(super) fn create(&mut self, create: &Create, span: Span) -> Draft {
        let key = TableKey::of(&create.name);
        let clauses = self.create_clauses(create);
        let options = self.statement_options(create.options.as_ref(), "CREATE");
        let query = self.query(&create.body);
        let reads = query.as_ref().map(|query| self.read_by(query, Some(&key)));
        let reads = reads.unwrap_or_default();
        let is_view = create.relation == Relation::View;
        let lasts = !is_view || self.view_lasts(create, &reads);
        let fits = match (&query, &clauses) {
            (Some(query), Some((read, _))) => self.times_fit(query, read),
            _ => false,
        };
        let query = query.filter(|_| options.is_some() && lasts && fits);
        let action = query.zip(clauses).map(|(query, said)| transform(create, query, &reads, said));
        let id = self.ids.assign(&format!("transform_{}", plain_name(&create.name)));
        let (name, at) = (create.name.to_string(), create.name.span);
        let options = options.unwrap_or_default();
        let writes = Some(key);
        Draft { id, name, span, at, action, writes, reads, is_view, guards: None, options }
    }

    fn create_clauses(&mut self, create: &Create) -> Option<(Read, Write)> {
        let (read, write) = (create.read.as_ref(), create.write.as_ref());
        if create.relation == Relation::Table {
            return self.clauses(&Clauses { read, write, params: None, runs: &["REPLACE"] });
        }
        let clauses = [
            read.map(|read| ("INCREMENTAL BY", read.span)),
            write.map(|write| ("MODE", write.span)),
        ];
        let said = clauses.into_iter().flatten().next();
        if let Some((clause, span)) = said {
            let message = format!("{clause} stands on a view, which keeps no rows of its own");
            let help = "take it out, or make it a table: CREATE TABLE";
            self.report(Diagnostic::error(code::CLAUSE_ON_VIEW, message, span).help(help));
        }
        said.is_none().then_some((Read::Full, Write::Replace))
    }

    /// A view outlives the run; what streams through it does not.
    fn view_lasts(&mut self, create: &Create, reads: &Reading) -> bool {
        let Some((source, _)) = reads.sources.first() else { return true };
        let message = format!("the view `{}` reads the source `{source}`", create.name);
        let help = format!(
            "a view stays when the run has ended and its sources are closed: LOAD a table FROM \
             {source} and read that, or CREATE TABLE"
        );
        let finding = Diagnostic::error(code::VIEW_OVER_SOURCE, message, create.name.span);
        self.report(finding.help(help));
        false
    }

    /// What a query reads.
    pub(super) fn read_by(&self, query: &SqlText, target: Option<&TableKey>) -> Reading {
        tables::read_by(&query.with_times(|_| "NULL").text, &self.names, target)
    }
}

fn transform(
    create: &Create,
    query: SqlText,
    reads: &Reading,
    (read, write): (Read, Write),
) -> Action {
    Action::Transform(TransformStep {
        table: create.name.clone(),
        relation: create.relation,
        or_replace: create.or_replace,
        read,
        write,
        query,
        sources: reads.sources.clone(),
    })
}
