//! The table of the grammar, the parser and `docs/reference/grammar.md` agree.
//!
//! To write the page anew: `UPDATE=1 cargo test --release -p sqlflow-syntax --test grammar`.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use sqlflow_syntax::{GRAMMAR, Production, StatementKind, TimeUnit, parse, print};

/// Words that the parser knows only to say what to write instead, or to find the end of a query.
const NOT_OF_THE_GRAMMAR: &[&str] = &["UPDATE", "DROP", "ALTER", "TRUNCATE", "SIMILAR"];

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The runs of letters and `_` in a text.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphabetic() && c != '_').filter(|word| !word.is_empty())
}

fn production(name: &str) -> Option<&'static Production> {
    GRAMMAR.iter().find(|production| production.name == name)
}

#[test]
fn every_example_is_read_without_a_diagnostic_and_can_be_printed() {
    for production in GRAMMAR {
        assert_eq!(parse(production.example).diagnostics, [], "{}", production.name);
        assert_ne!(parse(production.example).pipeline.statements, [], "{}", production.name);
        assert!(print(production.example).is_ok());
    }
}

/// The production of a kind of statement. A new kind does not compile until it is named here.
fn rule_of(kind: &StatementKind) -> &'static str {
    match kind {
        StatementKind::Source(_) => "source",
        StatementKind::Load(_) => "load",
        StatementKind::Create(_) => "create",
        StatementKind::Export(_) => "export",
        StatementKind::Set(_) => "set",
        StatementKind::If(_) => "if",
        StatementKind::Include(_) => "include",
        StatementKind::Test(_) => "test",
    }
}

#[test]
fn every_kind_of_statement_has_a_rule_whose_example_is_one() {
    let kinds: Vec<&str> =
        words(production("statement").unwrap().form).filter(|word| *word != "|").collect();
    assert_eq!(kinds.len(), 8);
    for name in kinds {
        let rule = production(name).unwrap();
        for statement in parse(rule.example).pipeline.statements {
            assert_eq!(rule_of(&statement.kind), name);
        }
    }
}

/// Mutation: take a word, such as `MERGE_KEYS`, out of the table.
#[test]
fn every_word_of_the_parser_stands_in_the_grammar() {
    let told: BTreeSet<&str> = GRAMMAR
        .iter()
        .flat_map(|rule| [rule.form, rule.synonyms, rule.meaning])
        .flat_map(words)
        .collect();
    let mut known = BTreeSet::new();
    for entry in fs::read_dir(here("src/parser")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() && !path.ends_with("work_tests.rs") {
            known.extend(capitals(&fs::read_to_string(path).unwrap()));
        }
    }
    known.extend(
        TimeUnit::ALL.iter().flat_map(|unit| [unit.word().to_owned(), format!("{}S", unit.word())]),
    );
    assert!(
        ["SOURCE", "MERGE_KEYS", "NOT_NULL", "LOOKBACK", "ENDIF"]
            .iter()
            .all(|word| known.contains(*word))
    );
    let missing: Vec<&String> = known
        .iter()
        .filter(|word| {
            !told.contains(word.as_str()) && !NOT_OF_THE_GRAMMAR.contains(&word.as_str())
        })
        .collect();
    assert!(missing.is_empty(), "not in the grammar: {missing:?}");
}

/// The string literals of Rust code that are one word in capitals.
fn capitals(code: &str) -> Vec<String> {
    let literals = code.split('"').skip(1);
    let word = |text: &&str| {
        text.len() > 1 && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
    };
    literals.filter(word).map(str::to_owned).collect()
}

/// Names of rules, without those that are explained by themselves.
#[test]
fn every_rule_that_a_form_names_is_there_and_is_named() {
    const PLAIN: &[&str] = &["word", "number", "value", "values", "predicate", "default"];
    let mut named = BTreeSet::from(["pipeline"]);
    for rule in GRAMMAR.iter().filter(|rule| rule.name != "query") {
        let lower =
            words(rule.form).filter(|word| word.bytes().all(|byte| byte.is_ascii_lowercase()));
        for word in lower.filter(|word| !PLAIN.contains(word)) {
            assert!(production(word).is_some(), "{word} in {}", rule.name);
            named.insert(word);
        }
    }
    for rule in GRAMMAR {
        assert!(named.contains(rule.name), "nothing leads to {}", rule.name);
    }
}

const HEAD: &str = "\
# Grammar

Made from the table in `core/syntax/src/grammar.rs`, whose examples the parser reads in its tests.
Words in capitals stand for themselves, in any case; text in double quotes stands for itself;
`[ … ]` may be left out; `{ … }` may stand any number of times, also none; `|` parts alternatives.
`sqlflow fmt` writes the words of the forms, not their synonyms.
";

fn page() -> String {
    let mut page = HEAD.to_owned();
    for rule in GRAMMAR {
        let Production { name, form, meaning, synonyms, example } = rule;
        page.push_str(&format!(
            "\n## {name}\n\n```text\n{}\n```\n\n{meaning}\n",
            lines(name, form)
        ));
        if !synonyms.is_empty() {
            page.push_str(&format!("Also read: {synonyms}.\n"));
        }
        page.push_str(&format!("\n```sf\n{example}\n```\n"));
    }
    page
}

/// A form over several lines, broken where a word goes past column 90.
fn lines(name: &str, form: &str) -> String {
    let mut lines = vec![format!("{name} =")];
    for word in form.split(' ') {
        let last = lines.last_mut().unwrap();
        if last.len() + word.len() >= 90 {
            lines.push(format!("    {word}"));
        } else {
            last.push_str(&format!(" {word}"));
        }
    }
    lines.join("\n")
}

#[test]
fn the_page_of_the_grammar_is_fresh() {
    let path = here("../../docs/reference/grammar.md");
    #[expect(clippy::disallowed_methods, reason = "the one way to tell a test to write")]
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, page()).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == page(), "docs/reference/grammar.md is not what it would be now; see the head");
}
