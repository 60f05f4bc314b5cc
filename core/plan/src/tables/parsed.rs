use std::{ops::ControlFlow, ptr};

use sqlparser::{
    ast::{Cte, ObjectName, Query, Statement, TableFactor, Visit, Visitor},
    dialect::DuckDbDialect,
    parser::Parser,
};

use super::QueryTable;
use crate::table_key::TableKey;
use sqlflow_syntax::sql;

/// How deep a query may nest before the parser gives up.
const MOST_NESTED: usize = 64;
/// The most tokens the parser is given. It builds `1 + 1 + 1 …` as deep as it is long, and a tree
/// is dropped by recursion.
const MOST_TOKENS: usize = 10_000;

/// The tables a query names, in its order, without the names of its CTEs; `None` where the parser
/// cannot read it.
pub(super) fn tables(sql: &str) -> Option<Vec<QueryTable>> {
    if sql::tokens(sql).filter(|token| !token.is_trivia()).nth(MOST_TOKENS).is_some() {
        return None;
    }
    let parser = Parser::new(&DuckDbDialect).with_recursion_limit(MOST_NESTED);
    let statements = parser.try_with_sql(sql).ok()?.parse_statements().ok()?;
    let [Statement::Query(query)] = statements.as_slice() else { return None };
    let mut found = Found::default();
    let _ = query.visit(&mut found);
    Some(found.tables)
}

#[derive(Default)]
struct Found {
    tables: Vec<QueryTable>,
    scopes: Vec<Scope>,
}

/// The CTEs of a query that is being visited.
struct Scope {
    /// Name and definition of each.
    ctes: Vec<(String, *const Query)>,
    /// How many of them can be named yet: a definition sees those before it, and itself too where
    /// the WITH is recursive.
    visible: usize,
}

impl Visitor for Found {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        let with = query.with.as_ref();
        let ctes: Vec<_> = with.iter().flat_map(|with| &with.cte_tables).map(definition).collect();
        let visible = if with.is_some_and(|with| with.recursive) { ctes.len() } else { 0 };
        self.scopes.push(Scope { ctes, visible });
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        self.scopes.pop();
        if let Some(outer) = self.scopes.last_mut() {
            let defined = outer.ctes.get(outer.visible);
            let is_defined = defined.is_some_and(|(_, cte)| ptr::eq(*cte, query));
            outer.visible += usize::from(is_defined);
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        if let TableFactor::Table { name, args: None, .. } = factor
            && let Some(table) = query_table(name)
            && !self.is_cte(&table.key)
        {
            self.tables.push(table);
        }
        ControlFlow::Continue(())
    }
}

impl Found {
    fn is_cte(&self, key: &TableKey) -> bool {
        let Some(name) = key.unqualified() else { return false };
        let mut visible =
            self.scopes.iter().flat_map(|scope| scope.ctes.iter().take(scope.visible));
        visible.any(|(cte, _)| cte == name)
    }
}

fn definition(cte: &Cte) -> (String, *const Query) {
    (cte.alias.name.value.to_ascii_lowercase(), ptr::from_ref(&*cte.query))
}

/// A name whose parts are all names; `'file.csv'` in FROM is none.
fn query_table(name: &ObjectName) -> Option<QueryTable> {
    let parts = name.0.iter().map(|part| part.as_ident());
    let parts: Option<Vec<_>> =
        parts.map(|part| part.filter(|ident| ident.quote_style != Some('\''))).collect();
    let parts = parts?;
    let (name, qualifiers) = parts.split_last()?;
    let key = TableKey::new(qualifiers.iter().map(|ident| ident.value.as_str()), &name.value);
    Some(QueryTable { key, text: name.value.clone() })
}
