//! "Every code has a page": `docs/reference/errors/SF0101.md` for SF0101, and none for a code that
//! there is not, unless its title says that it is retired. Every code is brought about by a test: by
//! an example of its page (tests/pipelines/tests/error_pages.rs tries them), or by a test that names
//! it or its constant. A page that ends in "Shown by" names such a test.
//!
//! `README.md` beside the pages lists them; to make it again: `UPDATE=1 cargo test --release
//! --workspace --lib error_pages`.
//! Mutation: remove a page, or a line of the list; let a page be shown by another test.

use std::collections::BTreeMap;
use std::fs;

use crate::allowed::{Rule, none_but_allowed};
use crate::codes::codes;
use crate::finding::{Finding, lines, none};
use crate::markdown::split;
use crate::tokens::is_test_file;
use crate::tree::{Tree, root, tree};

const PAGES: &str = "docs/reference/errors";
pub(crate) const RETIRED: &str = "retired";

/// What the codes of a hundred are about.
const ROOMS: [(&str, &str); 9] = [
    ("SF00", "The command line"),
    ("SF01", "The language"),
    ("SF02", "The plan of a pipeline"),
    ("SF03", "Profiles, variables and projects"),
    ("SF04", "Plugins, and writing them"),
    ("SF05", "Checking and running SQL"),
    ("SF06", "Connectors"),
    ("SF07", "Runs and their events"),
    ("SF08", "Files, and SQLFlow itself"),
];

/// A constant of a `code.rs`.
struct Declared<'a> {
    path: &'a str,
    line: usize,
    name: &'a str,
}

/// Code → its constant.
fn declared<'t>(tree: &'t Tree) -> BTreeMap<&'t str, Declared<'t>> {
    let files = tree.texts("/code.rs");
    let lines = files.flat_map(|(path, text)| {
        (1..).zip(text.lines()).map(move |(line, content)| (path, line, content))
    });
    let constant = |(path, line, content): (&'t str, usize, &'t str)| {
        let (name, value) = content.split_once("const ")?.1.split_once(": &")?;
        let code = codes(value).first().copied()?;
        Some((code, Declared { path, line, name }))
    };
    lines.filter_map(constant).collect()
}

/// Code → page.
fn pages(tree: &Tree) -> BTreeMap<&str, &str> {
    let files = tree.texts(".md").filter_map(|(path, text)| {
        let name = path.strip_prefix(PAGES)?.strip_prefix('/')?.strip_suffix(".md")?;
        (name != "README").then_some((name, text))
    });
    files.collect()
}

pub(crate) fn place(code: &str) -> String {
    format!("{PAGES}/{code}.md")
}

/// What follows `# SF0101: `; none where the page does not begin so.
pub(crate) fn title<'a>(code: &str, page: &'a str) -> Option<&'a str> {
    let title = page.lines().next()?.strip_prefix("# ")?.strip_prefix(code)?.strip_prefix(": ")?;
    (!title.trim().is_empty()).then_some(title)
}

fn pages_and_codes(tree: &Tree) -> Vec<Finding> {
    let (declared, pages) = (declared(tree), pages(tree));
    let missing = declared.iter().filter(|(code, _)| !pages.contains_key(*code));
    let missing = missing.map(|(code, at)| {
        Finding::new(at.path, at.line, code, format!("{code} has no page {}", place(code)))
    });
    let wrong = pages.iter().filter_map(|(code, page)| {
        let what = match (title(code, page), declared.contains_key(code)) {
            (None, _) => "does not begin with `# CODE: what is wrong`",
            (Some(RETIRED), true) => "calls a code retired that there is",
            (Some(title), false) if title != RETIRED => "is about a code that there is not",
            _ => return None,
        };
        Some(Finding::new(&place(code), 1, code, what))
    });
    missing.chain(wrong).collect()
}

/// Whether a test names the code, or its constant in the same crate.
fn is_named(tree: &Tree, code: &str, at: &Declared<'_>) -> bool {
    let room = at.path.trim_end_matches("src/code.rs");
    let constant = format!("code::{}", at.name);
    let mut tests = tree.texts("").filter(|(path, _)| !path.starts_with("tests/tidy/"));
    let names = |(path, text): (&str, &str)| {
        let test = if is_test_file(path) { text } else { tests_within(path, text) };
        codes(test).contains(&code) || path.starts_with(room) && has_word(test, &constant)
    };
    tests.any(names)
}

/// The part of a source file behind its `#[cfg(test)]`.
fn tests_within<'a>(path: &str, text: &'a str) -> &'a str {
    let part = text.split_once("#[cfg(test)]").filter(|_| path.ends_with(".rs"));
    part.map_or("", |(_, tests)| tests)
}

fn has_word(text: &str, word: &str) -> bool {
    let goes_on = |rest: &str| rest.starts_with(|sign: char| sign.is_alphanumeric() || sign == '_');
    text.match_indices(word).any(|(at, _)| !goes_on(&text[at + word.len()..]))
}

fn never_brought_about(tree: &Tree) -> Vec<Finding> {
    let pages = pages(tree);
    let has_example = |code: &str| {
        let page = pages.get(code).copied().unwrap_or_default();
        split(page).1.iter().any(|fence| fence.info.ends_with(" wrong"))
    };
    let mut left = declared(tree);
    left.retain(|code, at| !has_example(code) && !is_named(tree, code, at));
    let finding = |(code, at): (&str, Declared<'_>)| {
        Finding::new(at.path, at.line, code, format!("no test and no example gives {code}"))
    };
    left.into_iter().map(finding).collect()
}

/// "Shown by `path`." where that file does not speak of the code.
fn shown_elsewhere(tree: &Tree) -> Vec<Finding> {
    let declared = declared(tree);
    let mut found = Vec::new();
    for (code, page) in pages(tree) {
        for (line, content) in split(page).0 {
            let Some(path) = content.strip_prefix("Shown by `") else { continue };
            let path = path.split('`').next().unwrap_or_default();
            let text = tree.text(path).unwrap_or_default();
            let constant = declared.get(code).map(|at| format!("code::{}", at.name));
            let by_name = constant.is_some_and(|constant| has_word(text, &constant));
            if !codes(text).contains(&code) && !by_name {
                let what = format!("{path} does not speak of {code}");
                found.push(Finding::new(&place(code), line, code, what));
            }
        }
    }
    found
}

/// The text of the list of all pages.
fn list(tree: &Tree) -> String {
    let mut text =
        "# Error codes\n\nMade from the pages. `sqlflow explain SF0203` prints one.\n".to_owned();
    let pages = pages(tree);
    for (prefix, room) in ROOMS {
        let mut here = pages.iter().filter(|(code, _)| code.starts_with(prefix)).peekable();
        if here.peek().is_some() {
            text.push_str(&format!("\n## {room}\n\n| code | what is wrong |\n|---|---|\n"));
        }
        for (code, page) in here {
            let title = title(code, page).unwrap_or_default().replace('|', "\\|");
            text.push_str(&format!("| [{code}]({code}.md) | {title} |\n"));
        }
    }
    text
}

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    assert!(pages(tree()).len() > 100, "the pages are not found");
    none("docs/reference/errors", &pages_and_codes(tree()));
    none("docs/reference/errors", &shown_elsewhere(tree()));
}

#[test]
fn every_code_is_brought_about_by_a_test() {
    none_but_allowed(Rule::Code, "codes in tests", never_brought_about(tree()));
}

#[test]
fn the_list_of_pages_is_fresh() {
    let (path, text) = (format!("{PAGES}/README.md"), list(tree()));
    #[expect(clippy::disallowed_methods, reason = "the one way to tell a test to write")]
    if std::env::var_os("UPDATE").is_some() {
        fs::write(root().join(&path), &text).unwrap();
    }
    let found = fs::read_to_string(root().join(&path)).unwrap_or_default();
    assert!(found == text, "{path} is not what it would be now; see the rule's head");
}

const CODES: &str = "\
/// Yes.
pub const A: &str = \"SF0101\";
pub(crate) const B: &str = \"SF0102\";
pub const BB: &'static str = \"SF0103\";
";

#[test]
fn lost_pages_and_pages_about_nothing_are_found() {
    let files = [
        ("core/a/src/code.rs", CODES),
        ("docs/reference/errors/SF0101.md", "# SF0101: yes\n"),
        ("docs/reference/errors/SF0102.md", "# SF0102: retired\n"),
        ("docs/reference/errors/SF0104.md", "# SF0104: retired\n"),
        ("docs/reference/errors/SF0105.md", "# SF0105: nothing\n"),
        ("docs/reference/errors/SF0106.md", "# SF0105: retired\n"),
        ("docs/reference/errors/README.md", "# Codes\n"),
    ];
    let expect = [
        "core/a/src/code.rs:4: SF0103 has no page docs/reference/errors/SF0103.md",
        "docs/reference/errors/SF0102.md:1: calls a code retired that there is",
        "docs/reference/errors/SF0105.md:1: is about a code that there is not",
        "docs/reference/errors/SF0106.md:1: does not begin with `# CODE: what is wrong`",
    ];
    assert_eq!(lines(&pages_and_codes(&Tree::of(&files))), expect);
}

#[test]
fn codes_that_no_test_gives_are_found() {
    let check = |file: (&str, &str), expect: &[&str]| {
        let files = [("core/a/src/code.rs", CODES), file];
        let left = never_brought_about(&Tree::of(&files));
        let left: Vec<&str> = left.iter().map(|found| found.item.as_str()).collect();
        assert_eq!(left, expect, "{file:?}");
    };
    check(("core/a/src/b.rs", "f(\"SF0101\", code::A)"), &["SF0101", "SF0102", "SF0103"]);
    check(("core/a/src/b.rs", "#[cfg(test)] f(\"SF0101\", code::BB)"), &["SF0102"]);
    check(("core/a/tests/b.rs", "f(code::B)"), &["SF0101", "SF0103"]);
    check(("core/b/tests/b.rs", "f(code::B)"), &["SF0101", "SF0102", "SF0103"]);
    check(("tests/golden/x.txt", "error SF0103 at"), &["SF0101", "SF0102"]);
    let page = "```sf wrong\nx\n```\n";
    check(("docs/reference/errors/SF0102.md", page), &["SF0101", "SF0103"]);
}

#[test]
fn a_page_that_another_test_shows_is_found() {
    let check = |test: &str, expect: usize| {
        let page = "# SF0101: yes\n\nShown by `tests/a.rs`.\n";
        let files = [
            ("core/a/src/code.rs", CODES),
            ("docs/reference/errors/SF0101.md", page),
            ("tests/a.rs", test),
        ];
        assert_eq!(shown_elsewhere(&Tree::of(&files)).len(), expect, "{test}");
    };
    check("\"SF0101\"", 0);
    check("code::A)", 0);
    check("code::AB \"SF0102\"", 1);
}

#[test]
fn the_list_goes_by_rooms() {
    let files = [
        ("docs/reference/errors/SF0801.md", "# SF0801: a | b\n"),
        ("docs/reference/errors/SF0101.md", "# SF0101: c\n"),
    ];
    let text = list(&Tree::of(&files));
    assert!(text.contains(
        "## The language\n\n| code | what is wrong |\n|---|---|\n| [SF0101](SF0101.md) | c |\n"
    ));
    assert!(text.ends_with("| [SF0801](SF0801.md) | a \\| b |\n"), "{text}");
}
