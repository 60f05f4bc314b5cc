//! "No `utils`, `common`, `misc`, `manager`, `handler`, `v2`" (architecture, section 2), and of the
//! words that section 6 rules out those that mean nothing else here. Judged are files, folders,
//! packages, modules and types. Mutation: a file `core/run/src/utils.rs`.

use crate::allowed::{Rule, none_but_allowed};
use crate::finding::{Finding, lines};
use crate::manifests::manifests;
use crate::tokens::{is_word, tokens};
use crate::tree::{Tree, tree};

/// Words that say nothing.
const EMPTY: [&str; 13] = [
    "util", "utils", "common", "misc", "manager", "managers", "handler", "handlers", "helper",
    "helpers", "info", "v2", "stuff",
];

/// Other words for a connector, a destination, a partition, a watermark and a pipeline.
const FOREIGN: [&str; 6] = ["adapter", "integration", "tap", "shard", "bookmark", "dag"];

const DECLARES: [&str; 6] = ["mod", "struct", "enum", "union", "trait", "type"];

fn findings(tree: &Tree) -> Vec<Finding> {
    let files = tree.paths().flat_map(of_path);
    let packages = manifests(tree);
    let packages = packages.iter().flat_map(|manifest| {
        banned(manifest.package()).map(|word| found(&manifest.path(), 0, manifest.package(), word))
    });
    let declared = tree.texts(".rs").flat_map(|(path, text)| of_source(path, text));
    files.chain(packages.collect::<Vec<_>>()).chain(declared).collect()
}

fn of_path(path: &str) -> Vec<Finding> {
    let name = |part: &str| part.split('.').next().unwrap_or(part).to_owned();
    let parts = path.split('/').map(name);
    parts.filter_map(|part| Some(found(path, 0, &part, banned(&part)?))).collect()
}

fn of_source(path: &str, text: &str) -> Vec<Finding> {
    let tokens = tokens(path, text);
    let declared = tokens
        .windows(2)
        .filter(|pair| DECLARES.contains(&pair[0].text.as_str()) && is_word(&pair[1]));
    declared
        .filter_map(|pair| Some(found(path, pair[1].line, &pair[1].text, banned(&pair[1].text)?)))
        .collect()
}

fn found(path: &str, line: usize, name: &str, word: &str) -> Finding {
    Finding::new(path, line, name, format!("`{name}` holds the word `{word}`"))
}

/// The first banned word of a name.
fn banned(name: &str) -> Option<&'static str> {
    let words = words(name);
    EMPTY.into_iter().chain(FOREIGN).find(|banned| words.iter().any(|word| word == banned))
}

/// The words of a name in snake, kebab or camel case, in small letters.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for character in name.chars() {
        if character.is_uppercase() && !before.is_uppercase() {
            words.push(String::new());
        }
        match (character.is_alphanumeric(), words.last_mut()) {
            (true, Some(word)) => word.extend(character.to_lowercase()),
            _ => words.push(String::new()),
        }
        before = character;
    }
    words
}

#[test]
fn names_say_what_they_name() {
    none_but_allowed(Rule::Name, "architecture.md, sections 2 and 6", findings(tree()));
}

#[test]
fn empty_and_foreign_words_are_found_as_whole_words() {
    let check = |name: &str, expect: Option<&str>| assert_eq!(banned(name), expect, "{name}");
    check("string_utils", Some("utils"));
    check("sqlflow-common", Some("common"));
    check("EventHandler", Some("handler"));
    check("PlanV2", Some("v2"));
    check("SourceInfo", Some("info"));
    check("SourceInformation", None);
    check("ShardedTable", None);
    check("tape", None);
}

#[test]
fn files_packages_and_declarations_are_judged() {
    let text = "mod run;\nstruct Helper;\nfn f(helper: u8) {}\n// struct Handler";
    let manifest = "[package]\nname = \"sqlflow-misc\"";
    let tree = Tree::of(&[("core/utils/a.rs", text), ("core/b/Cargo.toml", manifest)]);
    let expect = [
        "core/utils/a.rs: `utils` holds the word `utils`",
        "core/b/Cargo.toml: `sqlflow-misc` holds the word `misc`",
        "core/utils/a.rs:2: `Helper` holds the word `helper`",
    ];
    assert_eq!(lines(&findings(&tree)), expect);
}
