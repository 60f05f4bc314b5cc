//! What was done, in words.

use crate::render::quantity::counted;

/// What became of the files.
#[derive(Debug, Default)]
pub(super) struct Summary {
    /// Those that were not in the standard form.
    pub(super) changed: Vec<String>,
    /// How many were.
    pub(super) kept: u64,
    /// Whether some could not be read.
    pub(super) refused: bool,
}

impl Summary {
    /// A line a changed file, and the totals.
    pub(super) fn text(&self, check: bool) -> String {
        let word = if check { "would change" } else { "formatted" };
        let mut text: String = self.changed.iter().map(|path| format!("{word} {path}\n")).collect();
        let changed = self.changed.len() as u64;
        if changed > 0 && self.kept > 0 {
            text.push_str(&format!("{} already in form\n", counted(self.kept, "file")));
        } else if changed == 0 && !(self.refused && self.kept == 0) {
            text.push_str(&format!("nothing to do: {} in form\n", counted(self.kept, "file")));
        }
        text
    }
}
