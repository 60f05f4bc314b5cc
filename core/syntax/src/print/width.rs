//! How wide things are, in characters.

/// The width of a text on one line.
pub(super) fn width(text: &str) -> usize {
    text.chars().count()
}
