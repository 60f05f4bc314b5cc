use std::{collections::BTreeSet, sync::Arc};

use arrow::datatypes::SchemaRef;
use sqlflow_engine::{EngineError, EngineErrorKind, Mounted, Session, quote_identifier};
use sqlflow_plan::{
    Action, Column, ExportStep, InFile, LoadStep, Read, SqlText, Step, TestStep, TimeMacro,
    TransformStep,
};
use sqlflow_plugin_sdk::CancelToken;
use sqlflow_syntax::{Diagnostic, Span, sql};

use super::Schemas;
use crate::{
    Compiled, Problem, Trouble, Workspace, code, errors,
    meter::Meter,
    step::{Reading, loading, mount_sources, transforming},
    warehouse::Warehouse,
};

/// Binds the steps of a plan in their order, in a transaction that is rolled back: tables are made
/// empty, so that what follows sees their columns.
pub(super) struct Binder<'a> {
    workspace: &'a Workspace,
    compiled: &'a Compiled,
    schemas: &'a Schemas,
    session: Box<dyn Session>,
    /// Steps whose tables are not known: their readers cannot be checked.
    poisoned: BTreeSet<String>,
    unchecked: Vec<(String, String)>,
}

impl<'a> Binder<'a> {
    pub(super) fn new(
        workspace: &'a Workspace,
        warehouse: &Warehouse,
        compiled: &'a Compiled,
        schemas: &'a Schemas,
    ) -> Result<Self, Trouble> {
        let session = warehouse.session().map_err(Trouble::before)?;
        let (poisoned, unchecked) = (BTreeSet::new(), Vec::new());
        Ok(Self { workspace, compiled, schemas, session, poisoned, unchecked })
    }

    pub(super) fn bind_all(&mut self) -> Result<Vec<Problem>, Trouble> {
        let failed = |error: EngineError| Trouble::before(errors::of_engine(error));
        self.session.begin().map_err(failed)?;
        let mut problems = Vec::new();
        for step in &self.compiled.plan.steps {
            if let Err(problem) = self.bind_step(step) {
                self.poisoned.insert(step.id.clone());
                problems.push(problem);
            }
        }
        self.session.rollback().map_err(failed)?;
        Ok(problems)
    }

    pub(super) fn into_unchecked(self) -> Vec<(String, String)> {
        self.unchecked
    }

    fn bind_step(&mut self, step: &Step) -> Result<(), Problem> {
        if let Some(unknown) = step.depends_on.iter().find(|id| self.poisoned.contains(*id)) {
            self.leave_out(step, format!("`{unknown}` is not known"));
            return Ok(());
        }
        match &step.action {
            Action::Source(_) => {
                self.bind_source(step);
                Ok(())
            }
            Action::Load(load) => self.bind_load(step, load),
            Action::Transform(transform) => self.bind_transform(step, transform),
            Action::Export(export) => self.bind_export(step, export),
            Action::Test(test) => self.bind_test(step, test),
        }
    }

    fn leave_out(&mut self, step: &Step, reason: String) {
        self.poisoned.insert(step.id.clone());
        self.unchecked.push((step.id.clone(), reason));
    }

    /// A source whose schema could not be bound has its finding already.
    fn bind_source(&mut self, step: &Step) {
        let is_read =
            self.compiled.plan.steps.iter().any(|other| other.depends_on.contains(&step.id));
        if is_read && self.schemas.of(&step.id).next().is_none() {
            self.poisoned.insert(step.id.clone());
        }
    }

    fn bind_load(&mut self, step: &Step, load: &LoadStep) -> Result<(), Problem> {
        let mounted = self.mount(step, &[(load.stream.clone(), load.source.clone())], false)?;
        let _besides = self.mount(step, &load.sources, true)?;
        let from = mounted.first().map(Mounted::scan_sql).unwrap_or_default();
        let selection = load.selection(&from).with_times(TimeMacro::typed_null);
        self.bind_query(&selection)?;
        // The cursor is one of the source's columns, whichever are loaded.
        self.bind_columns(&format!("SELECT * FROM {from}"), cursor(&load.read))?;
        self.bind_columns(&selection.text, load.write.keys())?;
        let (session, pipeline) = (self.session.as_mut(), &self.compiled.plan.pipeline);
        let empty = loading::statement(session, load, pipeline, &selection.text, true);
        let sql = empty.map_err(|error| self.at(step.span, &error))?;
        self.session
            .execute(&sql)
            .map_err(|error| self.at(step.span, &errors::of_engine(error)))?;
        Ok(())
    }

    fn bind_transform(&mut self, step: &Step, transform: &TransformStep) -> Result<(), Problem> {
        let _mounted = self.mount(step, &transform.sources, true)?;
        let pipeline = &self.compiled.plan.pipeline;
        let way = transforming::make_way(self.session.as_mut(), transform, pipeline);
        let there = way.map_err(|error| self.at(transform.table.span, &error))?;
        let query = transform.query.with_times(TimeMacro::typed_null);
        if has_open_columns(&query.text) {
            self.leave_out(step, "its columns depend on the rows (PIVOT)".to_owned());
            return Ok(());
        }
        self.bind_query(&query)?;
        self.bind_columns(&query.text, cursor(&transform.read))?;
        self.bind_columns(&query.text, transform.write.keys())?;
        let sql = transforming::empty_statement(transform, &query.text, there);
        self.session.execute(&sql).map_err(|error| self.in_query(&query, error, 0))?;
        Ok(())
    }

    fn bind_export(&mut self, step: &Step, export: &ExportStep) -> Result<(), Problem> {
        let _mounted = self.mount(step, &export.sources, true)?;
        let query = export.query.with_times(TimeMacro::typed_null);
        if has_open_columns(&query.text) {
            return Ok(());
        }
        let bound = self.session.bind_outgoing(&query.text);
        self.yields_rows(&query, bound)?;
        self.bind_columns(&query.text, cursor(&export.read))?;
        self.bind_columns(&query.text, export.write.keys())
    }

    fn bind_test(&mut self, step: &Step, test: &TestStep) -> Result<(), Problem> {
        let _mounted = self.mount(step, &test.sources, true)?;
        if has_open_columns(&test.query.text) { Ok(()) } else { self.bind_query(&test.query) }
    }

    /// Columns that a clause or param names are among those of the query.
    fn bind_columns(&mut self, query: &str, columns: &[Column]) -> Result<(), Problem> {
        for column in columns {
            let name = quote_identifier(&column.name);
            let bound = self.session.bind(&format!("SELECT {name} FROM ({query}) AS rows_read"));
            bound.map_err(|error| self.at_column(column, error))?;
        }
        Ok(())
    }

    fn bind_query(&mut self, query: &SqlText) -> Result<(), Problem> {
        let bound = self.session.bind(&query.text);
        self.yields_rows(query, bound)
    }

    fn yields_rows(
        &self,
        query: &SqlText,
        bound: Result<SchemaRef, EngineError>,
    ) -> Result<(), Problem> {
        match bound {
            Ok(schema) if schema.fields().is_empty() => {
                let diagnostic =
                    Diagnostic::error(code::DOES_NOT_BIND, "this is not a query", query.span());
                let help = "write a SELECT, or any other statement that yields rows";
                Err(self.compiled.problem(diagnostic.help(help)))
            }
            Ok(_) => Ok(()),
            Err(error) => {
                let position = error.position.unwrap_or_default();
                Err(self.in_query(query, error, position))
            }
        }
    }

    fn mount(
        &mut self,
        step: &Step,
        sources: &[(String, String)],
        by_name: bool,
    ) -> Result<Vec<Mounted>, Problem> {
        let (cancel, meter) = (CancelToken::new(), Arc::new(Meter::default()));
        let reading = Reading { sources, by_name, ordered: true, cancel: &cancel, meter: &meter };
        let (session, plan) = (self.session.as_mut(), &self.compiled.plan);
        mount_sources(session, self.workspace, plan, self.schemas, reading)
            .map_err(|error| self.at(step.span, &error))
    }

    fn at(&self, span: Span, error: &sqlflow_state::StepError) -> Problem {
        let code = if error.code == code::NOT_OURS { code::NOT_OURS } else { code::DOES_NOT_BIND };
        let diagnostic = Diagnostic::error(code, &error.message, span);
        self.compiled.problem(match &error.remedy {
            Some(remedy) => diagnostic.help(remedy),
            None => diagnostic,
        })
    }

    fn at_column(&self, column: &Column, error: EngineError) -> Problem {
        let error = errors::of_engine(error);
        let diagnostic = Diagnostic::error(code::DOES_NOT_BIND, error.message, column.span);
        let diagnostic = match error.remedy {
            Some(remedy) => diagnostic.help(remedy),
            None => diagnostic,
        };
        match column.file {
            InFile::Pipeline => self.compiled.problem(diagnostic),
            InFile::Profile => self.workspace.in_profile(diagnostic),
        }
    }

    /// A finding at a place in a query, mapped back to the pipeline's text.
    fn in_query(&self, query: &SqlText, error: EngineError, position: usize) -> Problem {
        let start = query.origin(position);
        let end = word_end(self.compiled.sources.text(), start).max(start);
        let span = if error.position.is_some() { Span::new(start, end) } else { query.span() };
        let forbidden = error.kind == EngineErrorKind::Permission;
        let code = if forbidden { code::FORBIDDEN } else { code::DOES_NOT_BIND };
        let error = errors::of_engine(error);
        let diagnostic = Diagnostic::error(code, error.message, span);
        self.compiled.problem(match error.remedy {
            Some(remedy) => diagnostic.help(remedy),
            None => diagnostic,
        })
    }
}

/// The column of an incremental read.
fn cursor(read: &Read) -> &[Column] {
    read.incremental().map_or(&[], |incremental| std::slice::from_ref(&incremental.column))
}

/// The end of the token that begins at `start`.
fn word_end(text: &str, start: usize) -> usize {
    let token = text.get(start..).and_then(|rest| sql::tokens(rest).next());
    token.map_or(start, |token| start + token.span.end)
}

/// A PIVOT without a list of values has a column for every value of the rows.
fn has_open_columns(query: &str) -> bool {
    sql::tokens(query).any(|token| token.is_word("pivot") || token.is_word("pivot_wider"))
}
