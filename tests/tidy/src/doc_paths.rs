//! Documents name what exists: every relative link, and every path of the tree in backticks, save
//! the one after the word "planned:". Mutation: rename `core/plan` in docs/design/seeds.md.

use crate::finding::{Finding, lines, none};
use crate::markdown::{code_spans, links, split};
use crate::tree::{Tree, tree};

/// Folders that a build or a run makes.
const MADE: [&str; 4] = ["output", "warehouse", ".sqlflow", "target"];

fn findings(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, text) in tree.texts(".md").filter(|(path, _)| speaks_of_the_tree(path)) {
        for (line, content) in split(text).0 {
            let broken = broken_links(tree, path, content).chain(lost_paths(tree, path, content));
            found.extend(broken.map(|what| Finding::new(path, line, "path", what)));
        }
    }
    found
}

/// Data is data, and what the binary copies into a project speaks of that project.
fn speaks_of_the_tree(path: &str) -> bool {
    !path.contains("/data/") && !path.starts_with("core/")
}

fn broken_links<'a>(
    tree: &'a Tree,
    path: &'a str,
    line: &'a str,
) -> impl Iterator<Item = String> + 'a {
    let files = links(line).into_iter().filter_map(|link| {
        let file = link.split(['#', ' ']).next()?;
        (!file.is_empty() && !file.contains(':')).then_some(file)
    });
    let lost = files
        .filter(move |file| !resolved(folder(path), file).is_some_and(|place| tree.has(&place)));
    lost.map(|file| format!("links to {file}, which does not exist"))
}

fn lost_paths<'a>(
    tree: &'a Tree,
    path: &'a str,
    line: &'a str,
) -> impl Iterator<Item = String> + 'a {
    let spans = code_spans(line).into_iter();
    let named = spans.filter(|(_, before)| !before.trim_end().ends_with("planned:"));
    named
        .filter(move |(span, _)| is_lost(tree, folder(path), span))
        .map(|(span, _)| format!("names `{span}`, which does not exist"))
}

/// Whether it looks like a path from the root or from the document's folder, and is none.
fn is_lost(tree: &Tree, folder: &str, span: &str) -> bool {
    let Some((first, rest)) = span.split_once('/') else { return false };
    if !span.chars().all(|sign| sign.is_alphanumeric() || "_-./*".contains(sign)) {
        return false;
    }
    if rest.split('/').any(|part| MADE.contains(&part) || is_placeholder(part)) {
        return false;
    }
    let from = |base: &str| tree.under(base).any(|path| path.split('/').next() == Some(first));
    let bases: Vec<_> = ["", folder].into_iter().filter(|base| from(base)).collect();
    !bases.is_empty() && !bases.iter().any(|base| exists(tree, base, span))
}

/// Such as NAME.
fn is_placeholder(part: &str) -> bool {
    part.len() > 1 && part.chars().all(|sign| sign.is_ascii_uppercase())
}

/// Whether a file or folder fits, where `*` stands for any part of a name.
fn exists(tree: &Tree, base: &str, pattern: &str) -> bool {
    let wanted: Vec<_> = pattern.trim_end_matches('/').split('/').collect();
    tree.under(base).any(|path| {
        let parts: Vec<_> = path.split('/').collect();
        parts.len() >= wanted.len()
            && wanted.iter().zip(parts).all(|(wanted, part)| fits(wanted, part))
    })
}

fn fits(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        Some((start, end)) => {
            name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
        }
        None => pattern == name,
    }
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Where a relative link leads; `None` for a place outside the tree.
fn resolved(folder: &str, link: &str) -> Option<String> {
    let mut parts: Vec<_> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[test]
fn documents_name_what_exists() {
    none("links and paths of documents", &findings(tree()));
}

#[test]
fn broken_links_and_lost_paths_are_found() {
    let check = |text: &str, expect: &[&str]| {
        let files = [("docs/a.md", text), ("docs/b/c.md", ""), ("core/run/x.rs", "")];
        assert_eq!(lines(&findings(&Tree::of(&files))), expect, "{text}");
    };
    check("[x](b/c.md#d), [y](../core/run), [z](https://e.org/f), [w](#g)", &[]);
    check("[x](c.md)", &["docs/a.md:1: links to c.md, which does not exist"]);
    check("[x](../../a.md)", &["docs/a.md:1: links to ../../a.md, which does not exist"]);
    check("`core/run`, `core/*/x.rs`, `b/c.md`, `docs/b/`, `docs/NAME/a`, `docs/target/a`", &[]);
    check("`core` or `and/or`, `core/run --x`, planned: `core/plan`", &[]);
    check("```\n`core/plan`\n```", &[]);
    check("`core/plan`", &["docs/a.md:1: names `core/plan`, which does not exist"]);
    check("`b/d.md`", &["docs/a.md:1: names `b/d.md`, which does not exist"]);
    let second = "docs/a.md:1: names `core/plan`, which does not exist";
    check("planned: `core/run`, `core/plan`", &[second]);
}
