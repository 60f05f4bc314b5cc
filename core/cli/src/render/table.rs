//! Tables for people.

use comfy_table::{Cell, CellAlignment, ContentArrangement, presets};

use crate::render::clean::clean_line;

/// The most characters of a cell that are shown.
const WIDEST: usize = 60;

/// A table that grows by rows.
#[derive(Debug)]
pub(crate) struct Table {
    drawn: comfy_table::Table,
}

impl Table {
    /// A table with these column heads, each of one line or more.
    pub(crate) fn new<S: AsRef<str>>(heads: impl IntoIterator<Item = S>) -> Self {
        let mut drawn = comfy_table::Table::new();
        drawn
            .load_preset(presets::UTF8_FULL_CONDENSED)
            .set_content_arrangement(ContentArrangement::Disabled)
            .set_header(heads.into_iter().map(|head| head_cell(head.as_ref())));
        Self { drawn }
    }

    /// Moves the values of the column of this index, from 0, to the right.
    pub(crate) fn right(&mut self, column: usize) {
        if let Some(column) = self.drawn.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }

    /// Adds a row; a long value is cut and marked with `…`.
    pub(crate) fn row<S: AsRef<str>>(&mut self, values: impl IntoIterator<Item = S>) {
        self.drawn.add_row(values.into_iter().map(|value| cut(&clean_line(value.as_ref()))));
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.drawn.row_count()
    }

    /// The drawing, ending in a line break.
    pub(crate) fn draw(&self) -> String {
        format!("{}\n", self.drawn)
    }
}

fn head_cell(head: &str) -> Cell {
    let lines: Vec<String> = head.lines().map(|line| cut(&clean_line(line))).collect();
    Cell::new(lines.join("\n"))
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(WIDEST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_value_is_cut_between_characters() {
        let check = |text: &str, expect: &str| assert_eq!(cut(text), expect);
        check("short", "short");
        check(&"é".repeat(60), &"é".repeat(60));
        check(&"é".repeat(61), &format!("{}…", "é".repeat(60)));
    }

    #[test]
    fn a_value_cannot_break_out_of_its_cell() {
        let mut table = Table::new(["a"]);
        table.row(["one\ntwo\u{1b}[31m"]);
        let expect = "\
┌──────────────┐
│ a            │
╞══════════════╡
│ one two?[31m │
└──────────────┘
";
        assert_eq!(table.draw(), expect);
    }
}
