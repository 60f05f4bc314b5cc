//! Shows or writes what was worked out.

use std::io::{self, Write};

use crate::exit;
use crate::failure::Outcome;
use crate::render::clean::{clean, clean_line};
use crate::render::place::shown;

use super::change::Change;

/// Prints the differences, or writes the files and names them; then the notes. Files are written in
/// the order given.
pub(super) fn finish(changes: &[Change], notes: &[String], dry_run: bool) -> Outcome {
    let mut text = String::new();
    for change in changes.iter().filter(|change| change.is_any()) {
        if dry_run {
            text.push_str(&clean(&change.diff()));
        } else {
            change.write()?;
            text.push_str(&format!("wrote {}\n", shown(&change.path)));
        }
    }
    if text.is_empty() {
        text.push_str("nothing to do\n");
    }
    for note in notes {
        text.push_str(&format!("note: {}\n", clean_line(note)));
    }
    io::stdout().write_all(text.as_bytes())?;
    Ok(exit::OK)
}
