//! The text that grows: lines, their indent and how far the last one goes.

/// As wide as a line may become where there is a choice.
pub(super) const WIDEST: usize = 100;

/// Spaces by which a block stands further right than what it belongs to.
pub(super) const STEP: usize = 2;

pub(super) struct Writer {
    out: String,
    line_end: &'static str,
    indent: usize,
    column: usize,
    fresh: bool,
}

impl Writer {
    /// Begins a text whose lines end as the last line end of `text` does: the last one never stands in
    /// a query or a comment, once it was written here.
    pub(super) fn like(text: &str) -> Self {
        let last = text.rfind('\n').map_or("", |end| &text[..end]);
        let line_end = if last.ends_with('\r') { "\r\n" } else { "\n" };
        let out = String::with_capacity(text.len() + text.len() / 8);
        Self { out, line_end, indent: 0, column: 0, fresh: true }
    }

    /// Whether nothing has been written.
    pub(super) fn is_empty(&self) -> bool {
        self.out.is_empty()
    }

    /// How many characters the last line has.
    pub(super) fn column(&self) -> usize {
        if self.fresh { self.indent } else { self.column }
    }

    /// How far right a new line begins.
    pub(super) fn indent(&self) -> usize {
        self.indent
    }

    pub(super) fn indent_more(&mut self) {
        self.indent += STEP;
    }

    pub(super) fn indent_less(&mut self) {
        self.indent -= STEP;
    }

    /// Writes text at the end of the line, or behind the indent of a new one.
    pub(super) fn push(&mut self, text: &str) {
        if self.fresh {
            self.out.extend(std::iter::repeat_n(' ', self.indent));
            self.column = self.indent;
        }
        self.verbatim(text);
    }

    /// Writes text that brings its own indent.
    pub(super) fn verbatim(&mut self, text: &str) {
        self.out.push_str(text);
        self.fresh = false;
        self.column = match text.rfind('\n') {
            Some(end) => text[end + 1..].chars().count(),
            None => self.column + text.chars().count(),
        };
    }

    /// Writes a query; what follows one that ends with a `--` comment begins a line.
    pub(super) fn query(&mut self, text: &str) {
        self.verbatim(text);
        if text.ends_with('\r') {
            self.verbatim("\n");
        }
        self.fresh = text.ends_with(['\r', '\n']);
    }

    /// Writes one space, if something stands on the line.
    pub(super) fn space(&mut self) {
        if !self.fresh {
            self.verbatim(" ");
        }
    }

    /// Goes to a new line, unless nothing stands on this one.
    pub(super) fn new_line(&mut self) {
        if !self.fresh {
            self.out.push_str(self.line_end);
            (self.fresh, self.column) = (true, 0);
        }
    }

    /// Leaves a line empty.
    pub(super) fn blank_line(&mut self) {
        self.new_line();
        self.out.push_str(self.line_end);
    }

    /// The whole text, whose last line is ended.
    pub(super) fn finish(mut self) -> String {
        self.new_line();
        self.out
    }
}
