use sqlflow_syntax::sql::{Token, TokenKind};

/// Functions that run their argument as SQL.
const RUN_SQL: &[&str] = &["query", "query_table", "json_execute_serialized_sql"];
/// Keywords that a table's name follows.
const BEFORE_NAME: &[&str] = &["from", "join", "into", "table", "update"];
/// Functions whose arguments FROM parts.
const WITH_FROM: &[&str] = &["extract", "overlay", "position", "substring", "trim"];

/// What stands before a place in the SQL.
#[derive(Debug, Default)]
pub(super) struct Surroundings {
    last: Significant,
    before_last: Significant,
    /// The name before each bracket that is open.
    brackets: Vec<String>,
}

/// A token that is neither white space nor a comment.
#[derive(Debug, Default, Clone)]
struct Significant {
    /// In lower case, without quotes.
    text: String,
    is_word: bool,
    is_name: bool,
}

impl Surroundings {
    /// Takes in a token of the SQL.
    pub(super) fn pass(&mut self, token: &Token<'_>, text: &str) {
        if token.is_trivia() {
            return;
        }
        if token.is_symbol('(') {
            let name = if self.last.is_name { self.last.text.clone() } else { String::new() };
            self.brackets.push(name);
        } else if token.is_symbol(')') {
            self.brackets.pop();
        }
        self.push(significant(token.kind, text));
    }

    /// Takes in a name that was made of several tokens.
    pub(super) fn pass_name(&mut self, name: &str) {
        self.push(Significant { text: name.to_lowercase(), is_word: false, is_name: true });
    }

    /// Whether what stands here is run as SQL by a function.
    pub(super) fn run_as_sql(&self) -> bool {
        self.brackets.iter().any(|name| RUN_SQL.contains(&name.as_str()))
    }

    /// Whether only a name can stand here, before the significant token `next`.
    pub(super) fn want_name(&self, next: Option<&Token<'_>>) -> bool {
        self.last.text == "."
            || next.is_some_and(|next| next.is_symbol('.'))
            || self.after_keyword()
    }

    fn after_keyword(&self) -> bool {
        let word = self.last.is_word.then_some(self.last.text.as_str());
        let is_argument = || {
            let function = self.brackets.last();
            function.is_some_and(|name| WITH_FROM.contains(&name.as_str()))
        };
        match word {
            Some("from") => !self.before_last.is("distinct") && !is_argument(),
            Some(word) => BEFORE_NAME.contains(&word),
            None => false,
        }
    }

    fn push(&mut self, next: Significant) {
        self.before_last = std::mem::replace(&mut self.last, next);
    }
}

impl Significant {
    fn is(&self, word: &str) -> bool {
        self.is_word && self.text == word
    }
}

fn significant(kind: TokenKind<'_>, text: &str) -> Significant {
    let (is_word, is_quoted) = (kind == TokenKind::Word, kind == TokenKind::QuotedIdent);
    let is_name = is_word || is_quoted;
    let text = if is_quoted { text.trim_matches('"') } else { text };
    // Only names and single signs are ever looked at.
    let text =
        if is_name || kind == TokenKind::Symbol { text.to_lowercase() } else { String::new() };
    Significant { text, is_word, is_name }
}
