use std::collections::BTreeSet;

use sqlflow_syntax::{
    Condition, ConditionKind, Expectation, Exported, Json, JsonKind, JsonObject, Operand,
    OperandKind, Origin, Span, Sql, Statement, StatementKind, Test, sql::tokens,
};

/// What the statements of a file hold, those of every branch included.
#[derive(Debug, Default)]
pub(super) struct Looked {
    /// Every text that may hold references, with its place.
    pub(super) templates: Vec<(String, Span)>,
    /// The names that SET gives a value.
    pub(super) set: BTreeSet<String>,
    /// The files that are included by a plain path.
    pub(super) included: Vec<String>,
}

pub(super) fn of(statements: &[Statement]) -> Looked {
    let mut looked = Looked::default();
    looked.statements(statements);
    looked
}

impl Looked {
    fn statements(&mut self, statements: &[Statement]) {
        statements.iter().for_each(|statement| self.statement(&statement.kind));
    }

    fn statement(&mut self, kind: &StatementKind) {
        match kind {
            StatementKind::Source(source) => match &source.origin {
                Origin::Type { params, .. } => self.object(params),
                Origin::Connection { options, .. } => self.options(options.as_ref()),
            },
            StatementKind::Load(load) => {
                load.filter.iter().for_each(|filter| self.sql(filter));
                self.options(load.options.as_ref());
            }
            StatementKind::Create(create) => {
                self.options(create.options.as_ref());
                self.sql(&create.body);
            }
            StatementKind::Export(export) => {
                if let Exported::Query(query) = &export.what {
                    self.sql(query);
                }
                self.text(&export.place.value, export.place.span);
                self.options(export.options.as_ref());
            }
            StatementKind::Set(set) => {
                self.text(&set.value.value, set.value.span);
                self.set.insert(set.name.text.clone());
            }
            StatementKind::If(block) => {
                for branch in &block.branches {
                    self.condition(&branch.condition);
                    self.statements(&branch.statements);
                }
                block.otherwise.iter().for_each(|statements| self.statements(statements));
            }
            StatementKind::Include(include) => {
                self.text(&include.path.value, include.path.span);
                self.included.push(include.path.value.clone());
            }
            StatementKind::Test(test) => self.test(test),
        }
    }

    fn test(&mut self, test: &Test) {
        match &test.expect {
            Expectation::AcceptedValues { values: sql, .. } | Expectation::NoRows(sql) => {
                self.sql(sql);
            }
            Expectation::NotNull(_)
            | Expectation::Unique(_)
            | Expectation::Relationships { .. }
            | Expectation::Fresh { .. }
            | Expectation::Rows { .. } => {}
        }
    }

    fn condition(&mut self, condition: &Condition) {
        match &condition.kind {
            ConditionKind::And(parts) | ConditionKind::Or(parts) => {
                parts.iter().for_each(|part| self.condition(part));
            }
            ConditionKind::Not(part) => self.condition(part),
            ConditionKind::Compare { left, right, .. } => {
                self.operand(left);
                self.operand(right);
            }
            ConditionKind::In { value, list, .. } => {
                self.operand(value);
                list.iter().for_each(|item| self.operand(item));
            }
            ConditionKind::IsNull { value, .. } | ConditionKind::Value(value) => {
                self.operand(value);
            }
        }
    }

    fn operand(&mut self, operand: &Operand) {
        if let OperandKind::Text(text) | OperandKind::Reference(text) = &operand.kind {
            self.text(text, operand.span);
        }
    }

    /// References in comments are left alone, as where SQL is made.
    fn sql(&mut self, sql: &Sql) {
        for token in tokens(&sql.text).filter(|token| !token.is_trivia()) {
            let start = sql.span.start + token.span.start;
            self.text(token.text, Span::new(start, start + token.text.len()));
        }
    }

    fn options(&mut self, options: Option<&JsonObject>) {
        options.iter().for_each(|options| self.object(options));
    }

    fn object(&mut self, object: &JsonObject) {
        object.entries.iter().for_each(|entry| self.json(&entry.value));
    }

    fn json(&mut self, json: &Json) {
        match &json.kind {
            JsonKind::Text(text) | JsonKind::Reference(text) => self.text(text, json.span),
            JsonKind::List(items) => items.iter().for_each(|item| self.json(item)),
            JsonKind::Object(object) => self.object(object),
            JsonKind::Null | JsonKind::Bool(_) | JsonKind::Number(_) => {}
        }
    }

    fn text(&mut self, text: &str, span: Span) {
        if text.contains("${") {
            self.templates.push((text.to_owned(), span));
        }
    }
}
