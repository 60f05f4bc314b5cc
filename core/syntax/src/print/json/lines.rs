//! Writes JSON.

use crate::print::writer::{WIDEST, Writer};

use super::{Element, Group, Part};

/// Writes a value in brackets, on one line if it fits there with what ends it.
pub(crate) fn write(group: &Group<'_>, writer: &mut Writer) {
    if group.flat.is_some_and(|flat| writer.column() + flat < WIDEST) {
        one_line(group, writer);
    } else {
        many_lines(group, writer);
    }
}

fn one_line(group: &Group<'_>, writer: &mut Writer) {
    let last = group.last_item();
    writer.push(group.open);
    writer.push(group.pad());
    for (index, element) in group.elements.iter().enumerate() {
        if index > 0 {
            writer.space();
        }
        parts(element, writer);
        writer.push(if !element.is_comment && index < last { "," } else { "" });
    }
    writer.push(group.pad());
    writer.push(group.close());
}

fn many_lines(group: &Group<'_>, writer: &mut Writer) {
    let last = group.last_item();
    writer.push(group.open);
    writer.indent_more();
    let mut before: Option<&Element<'_>> = None;
    for (index, element) in group.elements.iter().enumerate() {
        // A comment that begins a line may have its entry behind it.
        let leads = before.is_some_and(|before| before.is_comment && before.begins_line);
        let stays =
            if element.is_comment { !element.begins_line } else { leads && !element.begins_line };
        if stays && before.is_none_or(|before| !before.ends_line()) {
            writer.space();
        } else {
            writer.new_line();
        }
        parts(element, writer);
        writer.push(if !element.is_comment && index < last { "," } else { "" });
        before = Some(element);
    }
    writer.indent_less();
    writer.new_line();
    writer.push(group.close());
}

fn parts(element: &Element<'_>, writer: &mut Writer) {
    for (index, part) in element.parts.iter().enumerate() {
        let starts_line = matches!(part, Part::Comment { begins_line: true, .. });
        if index > 0 && starts_line {
            writer.new_line();
        } else if index > 0 && part.is_apart() {
            writer.space();
        }
        match part {
            Part::Token(text) => writer.push(text),
            Part::Colon => writer.push(":"),
            Part::Comment { text, .. } => writer.push(text),
            Part::Group(group) => write(group, writer),
        }
        if index + 1 < element.parts.len() && part.is_line_comment() {
            writer.new_line();
        }
    }
}

impl Part<'_> {
    fn is_line_comment(&self) -> bool {
        matches!(self, Self::Comment { text, .. } if text.starts_with("--"))
    }
}

impl Element<'_> {
    /// Whether nothing may stand behind it on its line.
    fn ends_line(&self) -> bool {
        self.parts.last().is_some_and(Part::is_line_comment)
    }
}
