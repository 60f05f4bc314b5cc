//! "No `#[ignore]`, no skip", "no `todo!`, no `dbg!`" (CONTRIBUTING.md): what is there is finished.
//! Mutation: `#[ignore]` over any test.

use crate::finding::{Finding, lines, none};
use crate::tokens::{starts_with, tokens};
use crate::tree::{Tree, tree};

const MARKS: [&[&str]; 5] = [
    &["#", "[", "ignore"],
    &["#", "[", "should_panic"],
    &["todo", "!"],
    &["unimplemented", "!"],
    &["dbg", "!"],
];

fn findings(tree: &Tree) -> Vec<Finding> {
    tree.texts(".rs").flat_map(|(path, text)| of_file(path, text)).collect()
}

fn of_file(path: &str, text: &str) -> Vec<Finding> {
    let tokens = tokens(path, text);
    let mark = |at: usize| MARKS.into_iter().find(|mark| starts_with(&tokens[at..], mark));
    let marks = (0..tokens.len()).filter_map(|at| Some((tokens[at].line, mark(at)?.concat())));
    marks.map(|(line, mark)| Finding::new(path, line, &mark, format!("`{mark}`"))).collect()
}

#[test]
fn nothing_is_ignored_or_left_for_later() {
    none("house rules", &findings(tree()));
}

#[test]
fn marks_of_unfinished_work_are_found() {
    let text = "// todo!\n#[ignore = \"slow\"]\nfn f() { g(todo!()); \"dbg!\" }";
    let found = findings(&Tree::of(&[("a.rs", text)]));
    assert_eq!(lines(&found), ["a.rs:2: `#[ignore`", "a.rs:3: `todo!`"]);
}
