use sqlflow_syntax::sql::{self, Token, TokenKind};

use super::QueryTable;
use crate::table_key::TableKey;

/// The names among the words of a query, outside literals and comments, for which `is_known`
/// holds; with and without the word before a dot as their schema.
pub(super) fn tables(sql: &str, is_known: impl Fn(&TableKey) -> bool) -> Vec<QueryTable> {
    let mut found = Vec::new();
    let (mut previous, mut after_dot) = (None, false);
    for token in sql::tokens(sql).filter(|token| !token.is_trivia()) {
        if token.is_symbol('.') {
            after_dot = true;
            continue;
        }
        let schema = previous.take().filter(|_| after_dot);
        (previous, after_dot) = (name(&token), false);
        let Some(name) = &previous else { continue };
        let with_schema = schema.map(|schema: String| TableKey::new([schema.as_str()], name));
        let keys = with_schema.into_iter().chain([TableKey::new([], name)]);
        let known = keys.filter(|key| is_known(key));
        found.extend(known.map(|key| QueryTable { key, text: name.clone() }));
    }
    found
}

fn name(token: &Token<'_>) -> Option<String> {
    match token.kind {
        TokenKind::Word => Some(token.text.to_owned()),
        TokenKind::QuotedIdent => {
            let inside = token.text.strip_prefix('"')?.strip_suffix('"')?;
            Some(inside.replace("\"\"", "\""))
        }
        _ => None,
    }
}
