//! Variables whose SET is not right. What needs one is not wrong itself: there is one finding, about
//! the SET.

use sqlflow_profile::{Piece, parse_template};
use sqlflow_syntax::{
    Diagnostic, Set,
    sql::{Token, TokenKind, tokens},
    suggest,
};

use super::Settling;
use crate::translation::{assign, locate};

impl Settling<'_> {
    /// Reports what the parser found in the file that begins at `start`, and keeps in mind the
    /// variables of SETs that it could not read.
    pub(super) fn report_syntax(&mut self, found: Vec<Diagnostic>, start: usize) {
        if !found.is_empty() {
            let names = names_set(&self.settled.sources.text()[start..]);
            self.lost.extend(names.into_iter().map(|name| (name, Vec::new())));
        }
        self.report_all(found);
    }

    /// Takes in a SET. What is wrong with it is reported when it is planned, or before, where
    /// something needs its variable.
    pub(super) fn assign(&mut self, set: &Set) {
        let text = self.settled.sources.text();
        match assign(set, text, &mut self.variables) {
            Ok(()) => {
                self.lost.remove(&set.name.text);
            }
            Err(errors) => {
                let (value, span) = (&set.value.value, set.value.span);
                let place = |range| locate(text, value, span, range);
                let found = errors.iter().map(|error| error.diagnostic(place(error.range.clone())));
                let found = found.collect();
                self.lost.insert(set.name.text.clone(), found);
            }
        }
    }

    /// Where a text needs a variable whose SET is not right, what is wrong with that.
    pub(super) fn lost_in(&self, text: &str) -> Option<Vec<Diagnostic>> {
        let pieces = parse_template(text).ok()?;
        pieces.iter().find_map(|piece| match piece {
            Piece::Reference(reference) => self.lost.get(&reference.name).cloned(),
            Piece::Text(_) => None,
        })
    }
}

/// The names that stand behind a SET, misspelt or not.
fn names_set(text: &str) -> Vec<String> {
    let words: Vec<Token<'_>> = tokens(text).filter(|token| !token.is_trivia()).collect();
    let is_set =
        |token: &Token<'_>| token.kind == TokenKind::Word && suggest(token.text, ["SET"]).is_some();
    let pairs = words.windows(2).filter(|pair| is_set(&pair[0]) && pair[1].kind == TokenKind::Word);
    pairs.map(|pair| pair[1].text.to_owned()).collect()
}
