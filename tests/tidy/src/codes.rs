//! "A stable code": each is a constant in a `code.rs`, once, and no code is used that is not.
//! Mutation: give a constant of `core/run/src/code.rs` the number of its neighbour, or write
//! `"SF9999"` in a test.

use std::collections::BTreeMap;

use crate::error_pages;
use crate::finding::{Finding, lines, none};
use crate::tokens::tokens;
use crate::tree::{Tree, tree};

const LENGTH: usize = "SF0000".len();

fn findings(tree: &Tree) -> Vec<Finding> {
    let declared = declared(tree);
    let twice = declared.iter().flat_map(|(code, places)| {
        let again = places.iter().skip(1);
        again.map(move |(path, line)| {
            Finding::new(path, *line, code, format!("{code} stands twice"))
        })
    });
    // The fixtures of these rules are the one place where codes mean nothing.
    let fixtures = ["tidy/src/codes.rs", "tidy/src/error_pages.rs"];
    let sources = tree
        .texts(".rs")
        .filter(|(path, _)| !fixtures.iter().any(|fixture| path.ends_with(fixture)));
    let used = sources.flat_map(|(path, text)| used(path, text));
    let unknown =
        used.filter(|found| !declared.contains_key(&found.item) && !is_retired(tree, &found.item));
    twice.chain(unknown).collect()
}

/// Code → where constants of it stand.
fn declared(tree: &Tree) -> BTreeMap<String, Vec<(String, usize)>> {
    let mut found: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (path, text) in tree.texts("/code.rs") {
        let tokens = tokens(path, text);
        for pair in tokens.windows(2).filter(|pair| pair[0].text == "=") {
            let literal = pair[1].text.trim_matches('"');
            if literal.len() == LENGTH && codes(literal).len() == 1 {
                found.entry(literal.to_owned()).or_default().push((path.to_owned(), pair[1].line));
            }
        }
    }
    found
}

/// Whether its page says that it is not given out again.
fn is_retired(tree: &Tree, code: &str) -> bool {
    let page = tree.text(&error_pages::place(code)).unwrap_or_default();
    error_pages::title(code, page) == Some(error_pages::RETIRED)
}

fn used(path: &str, text: &str) -> Vec<Finding> {
    let lines = (1..).zip(text.lines());
    lines
        .flat_map(|(line, content)| codes(content).into_iter().map(move |code| (line, code)))
        .map(|(line, code)| Finding::new(path, line, code, format!("{code} is in no code.rs")))
        .collect()
}

/// Everything in a text that has the form of a code.
pub(crate) fn codes(text: &str) -> Vec<&str> {
    let candidates =
        text.match_indices("SF").filter_map(|(at, _)| Some((at, text.get(at..at + LENGTH)?)));
    let is_part = |sign: char| sign.is_alphanumeric() || sign == '_';
    candidates
        .filter(|(_, code)| code[2..].bytes().all(|digit| digit.is_ascii_digit()))
        .filter(|(at, _)| {
            !text[..*at].ends_with(is_part) && !text[at + LENGTH..].starts_with(is_part)
        })
        .map(|(_, code)| code)
        .collect()
}

#[test]
fn every_code_is_declared_once() {
    assert!(declared(tree()).len() > 40, "the constants are not found");
    none("stable codes", &findings(tree()));
}

#[test]
fn shared_and_undeclared_codes_are_found() {
    let one = "/// Yes.\npub const A: &str = \"SF0101\";\npub const B: &'static str = \"SF0102\";";
    let two = "pub(crate) const C: &str = \"SF0102\";";
    let using = "// SF01xx, XSF0999, SF01011\nfn f() { g(\"SF0101\", \"SF0103\", \"SF0104\") }";
    let files = [
        ("core/a/src/code.rs", one),
        ("core/b/src/code.rs", two),
        ("core/b/src/a.rs", using),
        ("docs/reference/errors/SF0104.md", "# SF0104: retired\n"),
    ];
    let expect =
        ["core/b/src/code.rs:1: SF0102 stands twice", "core/b/src/a.rs:2: SF0103 is in no code.rs"];
    assert_eq!(lines(&findings(&Tree::of(&files))), expect);
}
