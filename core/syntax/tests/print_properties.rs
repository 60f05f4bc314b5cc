//! Whatever the pipeline, the standard form says the same, keeps what is not its own, and is its own
//! standard form.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use proptest::prelude::*;
use sqlflow_syntax::sql::{self, Token};
use sqlflow_syntax::{parse, print};

use support::{json, pipeline, without_spans};

/// The comments of a text in its order: those of [`pipeline`], which hold `c` and a number.
fn comments(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices(['-', '/']) {
        let rest = &text[at..];
        let line = rest.strip_prefix("-- c").filter(|_| !text[..at].ends_with('-'));
        let inside = line.or(rest.strip_prefix("/* c"));
        if inside.is_none_or(|inside| !inside.starts_with(|c: char| c.is_ascii_digit())) {
            continue;
        }
        let end = match line {
            Some(_) => rest.find(['\n', '\r']).unwrap_or(rest.len()),
            None => rest.find("*/").map_or(rest.len(), |end| end + 2),
        };
        found.push(rest[..end].to_owned());
    }
    found
}

/// The tokens of every JSON object, without comments and the commas between items.
fn json_tokens(text: &str) -> Vec<Vec<&str>> {
    let parsed = parse(text);
    let kept = |token: &Token<'_>| !token.is_trivia() && !token.is_symbol(',');
    let tokens = |text| sql::tokens(text).filter(kept).map(|token| token.text).collect();
    json(&parsed.pipeline.statements)
        .iter()
        .map(|found| tokens(&text[found.span.range()]))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_standard_form_says_the_same_and_is_its_own(numbers in proptest::collection::vec(any::<u16>(), 0..400)) {
        let text = pipeline(&numbers);
        let parsed = parse(&text);
        prop_assert_eq!(&parsed.diagnostics, &[], "{}", text);
        let printed = print(&text).unwrap();
        let again = parse(&printed);
        prop_assert_eq!(&again.diagnostics, &[], "{}\n---\n{}", text, printed);
        prop_assert_eq!(without_spans(&parsed.pipeline), without_spans(&again.pipeline), "{}\n---\n{}", text, printed);
        prop_assert_eq!(comments(&text), comments(&printed), "{}\n---\n{}", text, printed);
        prop_assert_eq!(json_tokens(&text), json_tokens(&printed), "{}\n---\n{}", text, printed);
        let twice = print(&printed).unwrap();
        prop_assert_eq!(&printed, &twice, "{}", text);
    }
}

/// The pipelines of the examples and the golden cases.
fn files(folder: &std::path::Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true if path.ends_with("target") => {}
            true => files(&path, found),
            false if path.extension().is_some_and(|end| end == "sf") => found.push(path),
            false => {}
        }
    }
}

#[test]
fn the_pipelines_of_examples_and_golden_cases_say_the_same_in_the_standard_form() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut found = Vec::new();
    for folder in ["examples", "tests/golden", "core/cli/starter"] {
        files(&root.join(folder), &mut found);
    }
    assert!(found.len() > 30, "{found:?}");
    for path in found {
        let text = std::fs::read_to_string(&path).unwrap();
        let parsed = parse(&text);
        let Ok(printed) = print(&text) else {
            assert_ne!(parsed.diagnostics, [], "{path:?}");
            continue;
        };
        let again = parse(&printed).pipeline;
        assert_eq!(without_spans(&parsed.pipeline), without_spans(&again), "{path:?}");
        assert_eq!(print(&printed).as_deref(), Ok(&*printed), "{path:?}");
        assert_eq!(json_tokens(&text), json_tokens(&printed), "{path:?}");
    }
}

/// What people copy from: `sqlflow fmt` would change nothing there.
#[test]
fn the_pipelines_of_the_examples_and_of_a_new_project_stand_in_the_standard_form() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut found = Vec::new();
    for folder in ["examples", "core/cli/starter"] {
        files(&root.join(folder), &mut found);
    }
    assert!(found.len() > 8, "{found:?}");
    for path in found {
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(print(&text).unwrap() == text, "run `sqlflow fmt` on {path:?}");
    }
}
