use sqlflow_syntax::{Expectation, Span, Test, TestSeverity};

use super::{Translation, load::plain_name};
use crate::{
    Action, Read, SqlText, TestStep,
    draft::Draft,
    table_key::TableKey,
    test_sql::{self, Tested},
};

impl Translation<'_> {
    pub(super) fn test(&mut self, test: &Test, span: Span) -> Draft {
        let key = TableKey::of(&test.table);
        let query = self.test_query(test);
        let fits = query.as_ref().is_some_and(|query| self.times_fit(query, &Read::Full));
        let mut reads = query.as_ref().map(|query| self.read_by(query, None)).unwrap_or_default();
        // A query need not name the table that it is about.
        if self.names.source(key.unqualified().unwrap_or_default()).is_none()
            && !reads.tables.contains(&key)
        {
            reads.tables.push(key.clone());
        }
        let severity = test.severity.as_ref().map_or(TestSeverity::Error, |said| said.value);
        let action = query.filter(|_| fits).map(|query| {
            Action::Test(TestStep {
                table: test.table.clone(),
                expectation: test_sql::words(&test.expect),
                severity,
                query,
                sources: reads.sources.clone(),
            })
        });
        self.not_run_yet("TEST", (crate::InFile::Pipeline, span), "take it out");
        let stem = format!("test_{}_{}", plain_name(&test.table), test.name.value);
        let (id, name, at) = (self.ids.assign(&stem), test.name.value.clone(), test.name.span);
        let guards = (severity == TestSeverity::Error).then_some(key);
        let (is_view, writes, options) = (false, None, crate::StepOptions::default());
        Draft { id, name, span, at, action, writes, reads, is_view, guards, options }
    }

    /// The query for what is not as expected; `None` once something in it has been reported.
    fn test_query(&mut self, test: &Test) -> Option<SqlText> {
        let tested = Tested { table: &test.table };
        Some(match &test.expect {
            Expectation::NotNull(columns) => tested.nulls(columns),
            Expectation::Unique(columns) => tested.repeated(columns),
            Expectation::AcceptedValues { column, values } => {
                let values = self.query(values)?;
                tested.other_values(column, &values)
            }
            Expectation::Relationships { column, table, to } => tested.orphans(column, table, to),
            Expectation::Fresh { column, within } => tested.stale(column, within),
            Expectation::Rows { relation, count } => tested.miscounted(*relation, count),
            Expectation::NoRows(query) => self.query(query)?,
        })
    }
}
