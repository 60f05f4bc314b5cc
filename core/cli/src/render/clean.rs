//! Text from files, data and plugins, made harmless for a terminal.

/// Replaces characters that command a terminal or turn the reading direction; tabs and line breaks
/// stay. The text keeps its length in bytes, so that places in it stay right.
pub(crate) fn clean(text: &str) -> String {
    text.chars().map(harmless).collect()
}

/// Like [`clean`], and on one line.
pub(crate) fn clean_line(text: &str) -> String {
    text.chars().map(|c| if matches!(c, '\n' | '\t') { ' ' } else { harmless(c) }).collect()
}

fn harmless(c: char) -> char {
    match c {
        '\n' | '\t' => c,
        '\r' => ' ',
        '\0'..='\u{1f}' | '\u{7f}' => '?',
        '\u{80}'..='\u{9f}' => '¿',
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_commands_a_terminal_passes() {
        let check = |text: &str, expect: &str| {
            assert_eq!(clean(text), expect);
            assert_eq!(expect.len(), text.len(), "places in {text:?} would move");
        };
        check("plain é 漢\n\tend", "plain é 漢\n\tend");
        check("\u{1b}[31mred\u{1b}[0m", "?[31mred?[0m");
        check("a\r\nb\u{7}\u{7f}\0", "a \nb???");
        check("\u{9b}31m", "¿31m");
        check("user\u{202e}txt.exe", "user\u{fffd}txt.exe");
    }

    #[test]
    fn a_line_stays_one_line() {
        assert_eq!(clean_line("a\nb\tc\u{1b}"), "a b c?");
    }
}
