//! What of a statement stays as written: names, values, queries and JSON. Every other word of it is
//! a keyword.

use crate::{
    Condition, ConditionKind, Create, Expectation, Export, Exported, Ident, JsonObject, Load,
    Operand, Origin, ReadClause, Source, Span, Spanned, Sql, StatementKind, TableName, Test, Via,
    WriteMode,
};

/// What stands at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// A name or value.
    AsWritten,
    /// A query.
    Query,
    /// `{ … }`
    Json,
}

/// The marks of a statement, in the order of the text; of an IF, none.
pub(super) fn of_statement(statement: &StatementKind) -> Vec<(Span, Mark)> {
    let mut marks = Marks::default();
    match statement {
        StatementKind::Source(source) => marks.source(source),
        StatementKind::Load(load) => marks.load(load),
        StatementKind::Create(create) => marks.create(create),
        StatementKind::Export(export) => marks.export(export),
        StatementKind::Set(set) => {
            marks.name(&set.name);
            marks.add(set.value.span, Mark::AsWritten);
        }
        StatementKind::Include(include) => marks.names(include.alias.as_slice()),
        StatementKind::Test(test) => marks.test(test),
        StatementKind::If(_) => {}
    }
    marks.in_order()
}

/// The marks of a condition.
pub(super) fn of_condition(condition: &Condition) -> Vec<(Span, Mark)> {
    let mut marks = Marks::default();
    marks.condition(condition);
    marks.in_order()
}

#[derive(Default)]
struct Marks(Vec<(Span, Mark)>);

impl Marks {
    fn in_order(mut self) -> Vec<(Span, Mark)> {
        self.0.sort_by_key(|(span, _)| *span);
        self.0
    }

    fn add(&mut self, span: Span, mark: Mark) {
        self.0.push((span, mark));
    }

    fn name(&mut self, name: &Ident) {
        self.add(name.span, Mark::AsWritten);
    }

    fn names(&mut self, names: &[Ident]) {
        names.iter().for_each(|name| self.name(name));
    }

    fn table(&mut self, table: &TableName) {
        self.names(table.schema.as_slice());
        self.name(&table.name);
    }

    fn query(&mut self, sql: &Sql) {
        self.add(sql.span, Mark::Query);
    }

    fn json(&mut self, object: Option<&JsonObject>) {
        self.0.extend(object.map(|object| (object.span, Mark::Json)));
    }

    fn source(&mut self, source: &Source) {
        self.name(&source.name);
        match &source.origin {
            Origin::Type { connector, params } => {
                self.name(connector);
                self.json(Some(params));
            }
            Origin::Connection { options, .. } => self.json(options.as_ref()),
        }
    }

    fn load(&mut self, load: &Load) {
        self.table(&load.table);
        self.name(&load.source);
        self.names(&load.columns);
        load.filter.iter().for_each(|filter| self.query(filter));
        self.clauses(load.read.as_ref(), load.write.as_ref());
        self.json(load.options.as_ref());
    }

    fn create(&mut self, create: &Create) {
        self.table(&create.name);
        self.clauses(create.read.as_ref(), create.write.as_ref());
        self.json(create.options.as_ref());
        self.query(&create.body);
    }

    fn export(&mut self, export: &Export) {
        match &export.what {
            Exported::Query(query) => self.query(query),
            Exported::Table(table) => self.table(table),
        }
        if let Via::Type(connector) = &export.via {
            self.name(connector);
        }
        self.clauses(export.read.as_ref(), export.write.as_ref());
        self.json(export.options.as_ref());
    }

    fn clauses(&mut self, read: Option<&ReadClause>, write: Option<&Spanned<WriteMode>>) {
        read.iter().for_each(|read| self.name(&read.column));
        if let Some(WriteMode::Upsert { keys }) = write.map(|write| &write.value) {
            self.names(keys);
        }
    }

    fn test(&mut self, test: &Test) {
        self.table(&test.table);
        match &test.expect {
            Expectation::NotNull(columns) | Expectation::Unique(columns) => self.names(columns),
            Expectation::AcceptedValues { column, values } => {
                self.name(column);
                self.query(values);
            }
            Expectation::Relationships { column, table, to } => {
                self.names(&[column.clone(), to.clone()]);
                self.table(table);
            }
            Expectation::Fresh { column, .. } => self.name(column),
            Expectation::Rows { .. } => {}
            Expectation::NoRows(query) => self.query(query),
        }
    }

    fn condition(&mut self, condition: &Condition) {
        match &condition.kind {
            ConditionKind::And(parts) | ConditionKind::Or(parts) => {
                parts.iter().for_each(|part| self.condition(part));
            }
            ConditionKind::Not(inner) => self.condition(inner),
            ConditionKind::Compare { left, right, .. } => {
                self.operand(left);
                self.operand(right);
            }
            ConditionKind::In { value, list, .. } => {
                self.operand(value);
                list.iter().for_each(|value| self.operand(value));
            }
            ConditionKind::IsNull { value, .. } | ConditionKind::Value(value) => {
                self.operand(value);
            }
        }
    }

    fn operand(&mut self, operand: &Operand) {
        self.add(operand.span, Mark::AsWritten);
    }
}
