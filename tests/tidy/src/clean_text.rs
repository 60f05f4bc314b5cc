//! Text files have no trailing white space, end in one newline and name no place that exists on
//! one machine only. Mutation: a blank at the end of a line of README.md.

use crate::finding::{Finding, lines, none};
use crate::tree::{Tree, tree};

/// Homes and workplaces of one machine.
const PRIVATE: [&str; 3] = [concat!("/", "root"), concat!("/", "work"), concat!("/", "home/")];

fn findings(tree: &Tree) -> Vec<Finding> {
    tree.texts("")
        .filter(|(path, _)| !is_data(path))
        .flat_map(|(path, text)| of_file(path, text))
        .collect()
}

/// What a program wrote, or what a test needs to be odd.
fn is_data(path: &str) -> bool {
    path.contains("/data/") || path.contains("/expected/") || path.ends_with(".csv")
}

fn of_file(path: &str, text: &str) -> Vec<Finding> {
    let found = |line: usize, what: &str| Finding::new(path, line, "text", what);
    let mut all = Vec::new();
    for (line, content) in (1..).zip(text.split('\n')) {
        if content.ends_with(char::is_whitespace) {
            all.push(found(line, "trailing white space"));
        }
        if PRIVATE.iter().any(|private| names_path(content, private)) {
            all.push(found(line, "a path of one machine"));
        }
    }
    if !text.is_empty() && (!text.ends_with('\n') || text.ends_with("\n\n")) {
        all.push(found(0, "does not end in one newline"));
    }
    all
}

/// Whether the path stands in the line on its own, not as a part of a longer one.
fn names_path(line: &str, private: &str) -> bool {
    let is_name = |sign: char| sign.is_alphanumeric() || "_-".contains(sign);
    let is_path = |sign: char| is_name(sign) || "./}*)".contains(sign);
    line.match_indices(private).any(|(at, _)| {
        let goes_on = line[at + private.len()..].starts_with(is_name);
        !line[..at].ends_with(is_path) && goes_on == private.ends_with('/')
    })
}

#[test]
fn texts_are_clean() {
    none("CONTRIBUTING.md, house rules", &findings(tree()));
}

#[test]
fn stray_blanks_newlines_and_private_paths_are_found() {
    let check = |text: &str, expect: &[&str]| {
        assert_eq!(lines(&findings(&Tree::of(&[("a.md", text)]))), expect, "{text:?}");
    };
    check("a\n\nb\n", &[]);
    check("a \nb\r\n", &["a.md:1: trailing white space", "a.md:2: trailing white space"]);
    check("a", &["a.md: does not end in one newline"]);
    check("a\n\n", &["a.md: does not end in one newline"]);
    let [root, work, home] = PRIVATE;
    for private in [root.to_owned(), format!("`{work}/x`"), format!("={home}me/x")] {
        check(&format!("{private}\n"), &["a.md:1: a path of one machine"]);
    }
    for fine in [format!("target{root}"), format!("{work}-a"), format!("{home}<you>")] {
        check(&format!("{fine}\n"), &[]);
    }
}
