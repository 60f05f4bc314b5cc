use std::{collections::BTreeSet, sync::Arc};

use arrow::datatypes::SchemaRef;
use sqlflow_engine::{EngineError, EngineErrorKind, Mounted, quote_identifier};
use sqlflow_plan::{
    Action, Column, ExportStep, InFile, LoadStep, Read, SqlText, Step, TestStep, TimeMacro,
    TransformStep,
};
use sqlflow_plugin_sdk::CancelToken;
use sqlflow_state::StepError;
use sqlflow_syntax::{Diagnostic, Relation, Span, sql};

use super::{
    Schemas,
    ground::{Ground, failed},
};
use crate::{
    Compiled, Problem, Trouble, Workspace, code, errors,
    meter::Meter,
    step::{Reading, loading, mount_sources, transforming},
};

/// What stands before an export's query to make a view of it.
const VIEW: &str = "CREATE OR REPLACE TEMP VIEW _sqlflow_export AS ";

/// Binds the steps of a plan in their order: tables are made empty, so that what follows sees their
/// columns.
pub(super) struct Binder<'a> {
    workspace: &'a Workspace,
    compiled: &'a Compiled,
    schemas: &'a Schemas,
    ground: &'a mut Ground,
    /// Steps whose tables are known.
    sound: BTreeSet<&'a str>,
    unchecked: Vec<(String, String)>,
}

/// Why a step does not bind.
enum Fault {
    /// It is wrong.
    Wrong(Box<Problem>),
    /// It cannot be told.
    Unknown(String),
    /// The engine's own trouble with nothing to tell of the step.
    Lost(Box<Trouble>),
}

impl<'a> Binder<'a> {
    pub(super) fn new(
        workspace: &'a Workspace,
        compiled: &'a Compiled,
        schemas: &'a Schemas,
        ground: &'a mut Ground,
    ) -> Self {
        let (sound, unchecked) = (BTreeSet::new(), Vec::new());
        Self { workspace, compiled, schemas, ground, sound, unchecked }
    }

    pub(super) fn bind_all(&mut self) -> Result<Vec<Problem>, Trouble> {
        let mut problems = Vec::new();
        let steps: &'a [Step] = &self.compiled.plan.steps;
        for step in steps {
            match self.bind_step(step) {
                Ok(()) => {
                    self.sound.insert(&step.id);
                    continue;
                }
                Err(Fault::Wrong(problem)) => problems.push(*problem),
                Err(Fault::Unknown(reason)) => self.unchecked.push((step.id.clone(), reason)),
                Err(Fault::Lost(trouble)) => return Err(*trouble),
            }
            self.ground.forget(step.writes());
            self.ground.recover()?;
        }
        Ok(problems)
    }

    pub(super) fn into_unchecked(self) -> Vec<(String, String)> {
        self.unchecked
    }

    fn bind_step(&mut self, step: &Step) -> Result<(), Fault> {
        let is_sound = |id: &&String| self.sound.contains(id.as_str());
        if let Some(unknown) = step.depends_on.iter().find(|id| !is_sound(id)) {
            return Err(Fault::Unknown(format!("`{unknown}` is not known")));
        }
        match &step.action {
            Action::Source(_) => self.bind_source(step),
            Action::Load(load) => self.bind_load(step, load),
            Action::Transform(transform) => self.bind_transform(step, transform),
            Action::Export(export) => self.bind_export(step, export),
            Action::Test(test) => self.bind_test(step, test),
        }
    }

    /// A source whose schema could not be bound has its finding already, or the reason why it is
    /// not checked.
    fn bind_source(&mut self, step: &Step) -> Result<(), Fault> {
        match self.schemas.why_not(&step.id) {
            Some(reason) => Err(Fault::Unknown(reason.to_owned())),
            None => Ok(()),
        }
    }

    fn bind_load(&mut self, step: &Step, load: &LoadStep) -> Result<(), Fault> {
        let mounted = self.mount(step, &[(load.stream.clone(), load.source.clone())], false)?;
        let _besides = self.mount(step, &load.sources, true)?;
        let from = mounted.first().map(Mounted::scan_sql).unwrap_or_default();
        let selection = load.selection(&from).with_times(TimeMacro::typed_null);
        self.bind_query(&selection)?;
        // The cursor is one of the source's columns, whichever are loaded.
        self.bind_columns(&format!("SELECT * FROM {from}"), cursor(&load.read))?;
        self.bind_columns(&selection.text, load.write.keys())?;
        let pipeline = &self.compiled.plan.pipeline;
        let there = self.ground.make_way(&load.table, pipeline, (Relation::Table, true));
        let there = there.map_err(|error| self.at(step.span, &error))?;
        let sql = loading::statement(load, &selection.text, there, loading::Rows::None);
        let made = self.ground.session.execute(&sql);
        made.map_err(|error| self.at(step.span, &errors::of_engine(error)))?;
        let sql = load.sources.is_empty().then_some(sql);
        self.ground.made(&load.table, Relation::Table, sql);
        self.ground.keep(mounted);
        Ok(())
    }

    fn bind_transform(&mut self, step: &Step, transform: &TransformStep) -> Result<(), Fault> {
        let _mounted = self.mount(step, &transform.sources, true)?;
        self.know_tables(step)?;
        let pipeline = &self.compiled.plan.pipeline;
        let wanted = (transform.relation, transform.or_replace);
        let way = self.ground.make_way(&transform.table, pipeline, wanted);
        let there = way.map_err(|error| self.at(transform.table.span, &error))?;
        let query = transform.query.with_times(TimeMacro::typed_null);
        if has_open_columns(&query.text) {
            let reason = "its columns depend on the rows (PIVOT)";
            return Err(Fault::Unknown(reason.to_owned()));
        }
        let (head, sql) = transforming::empty_statement(transform, &query.text, there);
        if let Err(error) = self.ground.session.execute(&sql) {
            if error.kind == EngineErrorKind::Syntax {
                self.bind_query(&query)?;
            }
            return Err(self.in_statement(&query, error, head));
        }
        self.bind_columns(&query.text, cursor(&transform.read))?;
        self.bind_columns(&query.text, transform.write.keys())?;
        let sql = transform.sources.is_empty().then_some(sql);
        self.ground.made(&transform.table, transform.relation, sql);
        Ok(())
    }

    fn bind_export(&mut self, step: &Step, export: &ExportStep) -> Result<(), Fault> {
        let _mounted = self.mount(step, &export.sources, true)?;
        self.know_tables(step)?;
        let query = export.query.with_times(TimeMacro::typed_null);
        if has_open_columns(&query.text) {
            return Ok(());
        }
        self.bind_exported(&query)?;
        self.bind_columns(&query.text, cursor(&export.read))?;
        self.bind_columns(&query.text, export.write.keys())
    }

    fn bind_exported(&mut self, query: &SqlText) -> Result<(), Fault> {
        // The cheapest way to bind a query is to make a view of it.
        let sql = format!("{VIEW}{}", query.text);
        let Err(error) = self.ground.session.execute(&sql) else {
            let bound = self.ground.session.bind_outgoing("FROM temp._sqlflow_export");
            return self.yields_rows(query, bound);
        };
        // What is no view may be a query all the same.
        if self.ground.is_aborted() {
            return Err(self.in_statement(query, error, VIEW.len()));
        }
        self.bind_query(query)?;
        let bound = self.ground.session.bind_outgoing(&query.text);
        self.yields_rows(query, bound)
    }

    fn bind_test(&mut self, step: &Step, test: &TestStep) -> Result<(), Fault> {
        let _mounted = self.mount(step, &test.sources, true)?;
        self.know_tables(step)?;
        if has_open_columns(&test.query.text) { Ok(()) } else { self.bind_query(&test.query) }
    }

    /// Columns that a clause or param names are among those of the query.
    fn bind_columns(&mut self, query: &str, columns: &[Column]) -> Result<(), Fault> {
        for column in columns {
            let name = quote_identifier(&column.name);
            let select = format!("SELECT {name} FROM ({query}) AS rows_read");
            let bound = self.ground.session.bind(&select);
            bound.map_err(|error| self.at_column(column, error))?;
        }
        Ok(())
    }

    /// An error of a statement in which the query begins after `head` bytes.
    fn in_statement(&self, query: &SqlText, error: EngineError, head: usize) -> Fault {
        let behind = error.position.and_then(|position| position.checked_sub(head));
        let inside = behind.filter(|position| *position <= query.text.len());
        self.in_query(query, error, inside)
    }

    /// Fails where a query reads a table of which nothing is known, of another pipeline mostly.
    fn know_tables(&self, step: &Step) -> Result<(), Fault> {
        if self.ground.unknown().is_empty() {
            return Ok(());
        }
        match step.reads(self.ground.unknown()).into_iter().next() {
            Some(table) => Err(Fault::Unknown(format!("`{table}` is not known"))),
            None => Ok(()),
        }
    }

    fn bind_query(&mut self, query: &SqlText) -> Result<(), Fault> {
        let bound = self.ground.session.bind(&query.text);
        self.yields_rows(query, bound)
    }

    fn yields_rows(
        &self,
        query: &SqlText,
        bound: Result<SchemaRef, EngineError>,
    ) -> Result<(), Fault> {
        match bound {
            Ok(schema) if schema.fields().is_empty() => {
                let diagnostic =
                    Diagnostic::error(code::DOES_NOT_BIND, "this is not a query", query.span());
                let help = "write a SELECT, or any other statement that yields rows";
                Err(self.wrong(diagnostic.help(help)))
            }
            Ok(_) => Ok(()),
            Err(error) => {
                let position = error.position;
                Err(self.in_query(query, error, position))
            }
        }
    }

    fn mount(
        &mut self,
        step: &Step,
        sources: &[(String, String)],
        by_name: bool,
    ) -> Result<Vec<Mounted>, Fault> {
        let (cancel, meter) = (CancelToken::new(), Arc::new(Meter::default()));
        let reading = Reading {
            sources,
            by_name,
            ordered: true,
            limit: None,
            cancel: &cancel,
            meter: &meter,
        };
        let (session, plan) = (self.ground.session.as_mut(), &self.compiled.plan);
        mount_sources(session, self.workspace, plan, self.schemas, reading)
            .map_err(|error| self.at(step.span, &error))
    }

    fn wrong(&self, diagnostic: Diagnostic) -> Fault {
        Fault::Wrong(Box::new(self.compiled.problem(diagnostic)))
    }

    fn at(&self, span: Span, error: &StepError) -> Fault {
        if error.kind == "cancelled" {
            return Fault::Lost(Box::new(Trouble::before(error.clone())));
        }
        let code = if error.code == code::NOT_OURS { code::NOT_OURS } else { code::DOES_NOT_BIND };
        let diagnostic = Diagnostic::error(code, &error.message, span);
        self.wrong(match &error.remedy {
            Some(remedy) => diagnostic.help(remedy),
            None => diagnostic,
        })
    }

    fn at_column(&self, column: &Column, error: EngineError) -> Fault {
        let error = errors::of_engine(error);
        let diagnostic = Diagnostic::error(code::DOES_NOT_BIND, error.message, column.span);
        let diagnostic = match error.remedy {
            Some(remedy) => diagnostic.help(remedy),
            None => diagnostic,
        };
        match column.file {
            InFile::Pipeline => self.wrong(diagnostic),
            InFile::Profile => Fault::Wrong(Box::new(self.workspace.in_profile(diagnostic))),
        }
    }

    /// A finding at a place in a query, mapped back to the pipeline's text.
    fn in_query(&self, query: &SqlText, error: EngineError, position: Option<usize>) -> Fault {
        if error.kind == EngineErrorKind::Interrupted {
            return Fault::Lost(Box::new(failed(error)));
        }
        let table = missing_table(&error).map(str::to_owned);
        if let Some(table) = table.as_deref().filter(|table| self.ground.may_have(table)) {
            return Fault::Unknown(format!("`{table}` is not known"));
        }
        let forbidden = error.kind == EngineErrorKind::Permission;
        let code = if forbidden { code::FORBIDDEN } else { code::DOES_NOT_BIND };
        let error = errors::of_engine(error);
        let message = query.mask(&error.message);
        let diagnostic = match position.map(|position| self.place(query, position)) {
            None => Diagnostic::error(code, message, query.span()),
            Some((span, None)) => Diagnostic::error(code, message, span),
            Some((span, Some(reference))) => {
                let label = format!("in the value of {reference}");
                Diagnostic::error(code, message, span).label(label)
            }
        };
        let help = table
            .and_then(|table| self.instead_of(&table))
            .or_else(|| error.remedy.map(|remedy| query.mask(&remedy)));
        self.wrong(match help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        })
    }

    /// The place in the pipeline's text that a byte of a query comes from: a token, or a reference
    /// whose value it belongs to, and that reference.
    fn place(&self, query: &SqlText, position: usize) -> (Span, Option<&str>) {
        let text = self.compiled.sources.text();
        if let Some(span) = query.stands_in_at(position) {
            let written = text.get(span.range()).filter(|written| written.starts_with("${"));
            return (span, written);
        }
        let start = query.origin(position);
        (Span::new(start, word_end(text, start).max(start)), None)
    }

    /// What to do about a table that is not there: a step that the selection left out makes it, or
    /// there is one of nearly that name.
    fn instead_of(&self, table: &str) -> Option<String> {
        let mut left_out = self.compiled.left_out.iter();
        let made = left_out.find(|(key, _)| key.to_string().eq_ignore_ascii_case(table));
        if let Some((_, step)) = made {
            return Some(format!(
                "the step `{step}` makes it and was left out: select it too, or run it first"
            ));
        }
        self.ground.like(table).map(|nearest| format!("did you mean `{nearest}`?"))
    }
}

/// The table that an error says is not there.
fn missing_table(error: &EngineError) -> Option<&str> {
    if error.kind != EngineErrorKind::Catalog {
        return None;
    }
    let (_, rest) = error.message.split_once("Table with name ")?;
    rest.split_whitespace().next()
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
