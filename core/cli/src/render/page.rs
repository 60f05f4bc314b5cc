//! A page about an error code, for a terminal.

use crate::pages::Page;

const BOLD: &str = "\u{1b}[1m";
const CYAN: &str = "\u{1b}[36m";
const PLAIN: &str = "\u{1b}[0m";

/// The page without the marks of Markdown: blocks are set in, and where `colour` shows what is code,
/// it stands without backticks.
pub(crate) fn text(page: Page, colour: bool) -> String {
    let title = inline(page.title, colour);
    let mut text = match colour {
        true => format!("{BOLD}{}{PLAIN}: {title}\n\n", page.code),
        false => format!("{}: {title}\n\n", page.code),
    };
    let mut in_block = false;
    for line in page.text.lines() {
        match line.strip_prefix("```") {
            Some(info) => {
                in_block = !in_block;
                text.push_str(label(info));
            }
            None if in_block => text.push_str(&block_line(line)),
            None => text.push_str(&format!("{}\n", inline(line, colour))),
        }
    }
    text
}

/// What stands over a block, from what follows its backticks.
fn label(info: &str) -> &'static str {
    match info.split(' ').next_back() {
        Some("wrong") => "Wrong:\n\n",
        Some("right") => "Right:\n\n",
        _ => "",
    }
}

fn block_line(line: &str) -> String {
    if line.is_empty() { "\n".to_owned() } else { format!("    {line}\n") }
}

/// Code in backticks is coloured instead; an odd backtick stays.
fn inline(line: &str, colour: bool) -> String {
    let parts: Vec<&str> = line.split('`').collect();
    if !colour || parts.len().is_multiple_of(2) {
        return line.to_owned();
    }
    let coloured = parts.iter().enumerate().map(|(at, part)| match at % 2 {
        0 => (*part).to_owned(),
        _ => format!("{CYAN}{part}{PLAIN}"),
    });
    coloured.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: Page = Page {
        code: "SF0101",
        title: "no `;`",
        text: "Meaning.\n\n```sf wrong\nSET a =\n\n  `b`\n```\n\nEnd it with `;`.\n\n```text\nx\n```",
    };

    #[test]
    fn blocks_are_set_in_and_fences_are_gone() {
        let expect = "SF0101: no `;`\n\nMeaning.\n\nWrong:\n\n    SET a =\n\n      `b`\n\n\
             End it with `;`.\n\n    x\n";
        assert_eq!(text(PAGE, false), expect);
    }

    #[test]
    fn colour_takes_the_place_of_backticks() {
        let coloured = text(PAGE, true);
        assert!(coloured.contains("End it with \u{1b}[36m;\u{1b}[0m.\n"), "{coloured:?}");
        let plain = anstream::adapter::strip_str(&coloured).to_string();
        assert_eq!(plain, text(PAGE, false).replace("`;`", ";"));
        assert_eq!(inline("one ` alone", true), "one ` alone");
    }
}
