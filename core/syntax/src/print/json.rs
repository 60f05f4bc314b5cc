//! JSON: on one line if it fits, else one entry a line.

mod lines;
mod read;

use super::width::width;

pub(super) use lines::write;

/// What stands between two brackets.
#[derive(Debug, Clone)]
pub(super) struct Group<'t> {
    pub(super) open: &'t str,
    elements: Vec<Element<'t>>,
    /// Its width on one line; `None` where a comment forbids it.
    pub(super) flat: Option<usize>,
}

/// An item of a list, an entry of an object, or a comment before or behind one.
#[derive(Debug, Clone)]
struct Element<'t> {
    parts: Vec<Part<'t>>,
    /// Whether it began a line.
    begins_line: bool,
    is_comment: bool,
}

#[derive(Debug, Clone)]
enum Part<'t> {
    /// A key or a value.
    Token(&'t str),
    Colon,
    Comment {
        text: &'t str,
        begins_line: bool,
    },
    Group(Group<'t>),
}

impl Part<'_> {
    /// The width on one line; `None` where it does not fit on one.
    fn flat(&self) -> Option<usize> {
        match self {
            Self::Token(text) => Some(width(text)),
            Self::Colon => Some(1),
            Self::Comment { text, begins_line } => {
                let breaks = *begins_line || text.starts_with("--") || text.contains('\n');
                (!breaks).then(|| width(text))
            }
            Self::Group(group) => group.flat,
        }
    }

    /// Whether a space stands before it, where something does.
    fn is_apart(&self) -> bool {
        !matches!(self, Self::Colon)
    }
}

impl Element<'_> {
    fn flat(&self) -> Option<usize> {
        let parts = self.parts.iter().enumerate();
        parts.map(|(at, part)| Some(part.flat()? + usize::from(at > 0 && part.is_apart()))).sum()
    }
}

impl Group<'_> {
    /// What closes it.
    fn close(&self) -> &'static str {
        if self.open == "{" { "}" } else { "]" }
    }

    /// What stands inside its brackets on one line.
    fn pad(&self) -> &'static str {
        if self.open == "{" && !self.elements.is_empty() { " " } else { "" }
    }

    /// Where its last item stands: every other has a comma behind it.
    fn last_item(&self) -> usize {
        self.elements.iter().rposition(|element| !element.is_comment).unwrap_or(0)
    }

    /// The width on one line.
    fn measure(&self) -> Option<usize> {
        let before = &self.elements[..self.last_item()];
        let commas = before.iter().filter(|element| !element.is_comment).count();
        let spaces = self.elements.len().saturating_sub(1);
        let elements: usize = self.elements.iter().map(Element::flat).sum::<Option<usize>>()?;
        Some(2 + 2 * self.pad().len() + commas + spaces + elements)
    }
}
