//! Pipelines in the standard form, which `sqlflow fmt` writes.
//!
//! Keywords stand in capitals and the language's own words take the place of their synonyms; a
//! clause that does not fit on its line, or JSON that does not, goes over several. Queries, strings,
//! numbers, names and comments stay as they are, byte for byte, and so does what the text means.

mod block;
mod canonical;
mod clauses;
mod json;
mod layout;
mod marks;
mod piece;
mod spaces;
mod width;
mod writer;

pub use piece::comments;

use crate::{Diagnostic, Parsed, parse};

/// Writes a text in the standard form.
///
/// What is written says the same as `text` and is its own standard form. Lines end as the last
/// line end of `text` does; those inside queries and comments stay as they are. Takes time linear in the
/// length of the text.
///
/// # Errors
///
/// The diagnostics of a text that cannot be read as it stands: what is wrong must not be moved.
pub fn print(text: &str) -> Result<String, Vec<Diagnostic>> {
    let Parsed { pipeline, diagnostics } = parse(text);
    if diagnostics.is_empty() { Ok(block::print(text, &pipeline)) } else { Err(diagnostics) }
}
