//! `sqlflow explain`, and the line that leads to it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;
use std::path::Path;

use support::{Ended, Project};

fn explain(args: &[&str]) -> Ended {
    Project::empty().sqlflow(&[&["explain"], args].concat())
}

/// The page as it lies in the checkout.
fn page(code: &str) -> String {
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/errors");
    fs::read_to_string(pages.join(format!("{code}.md"))).unwrap()
}

#[test]
fn a_page_is_printed_without_the_marks_of_markdown() {
    let expect = "\
SF0108: SET has no value

`SET name = value` gives a variable a value. Behind the `=` stands nothing, or the next statement
begins there.

Wrong:

    SET region = ;

Write the value, with or without quotes. An empty text is written as two quotes.

Right:

    SET region = '';
";
    for code in ["SF0108", "sf0108", " Sf0108 "] {
        let ended = explain(&[code]);
        assert_eq!((ended.code, ended.stdout.as_str()), (0, expect), "{code}: {}", ended.stderr);
    }
}

#[test]
fn code_is_coloured_where_colour_was_asked_for() {
    let project = Project::empty();
    let mut command = project.command(&["explain", "SF0108"]);
    let ended = Ended::of(command.env("CLICOLOR_FORCE", "1").output().unwrap());
    assert!(ended.stdout.starts_with("\u{1b}[1mSF0108\u{1b}[0m: "), "{}", ended.stdout);
    assert!(ended.stdout.contains("\u{1b}[36mSET name = value\u{1b}[0m"), "{}", ended.stdout);
    assert!(!ended.stdout.contains('`'), "{}", ended.stdout);
}

#[test]
fn json_has_the_page_as_it_is_written() {
    let document = explain(&["SF0108", "--format", "json"]).json();
    assert_eq!(document["code"], "SF0108");
    assert_eq!(document["title"], "SET has no value");
    let whole = format!("# SF0108: SET has no value\n\n{}\n", document["text"].as_str().unwrap());
    assert_eq!(whole, page("SF0108"));
}

#[test]
fn without_a_code_every_page_is_listed() {
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/errors");
    let names = fs::read_dir(pages).unwrap().map(|entry| entry.unwrap().file_name());
    let mut codes: Vec<String> = names
        .filter_map(|name| Some(name.to_str()?.strip_suffix(".md")?.to_owned()))
        .filter(|name| name != "README")
        .collect();
    codes.sort();
    let listed = explain(&[]).stdout;
    let lines: Vec<&str> = listed.lines().map(|line| &line[..6]).collect();
    assert_eq!(lines, codes);
    assert!(listed.contains("\nSF0108  SET has no value\n"), "{listed}");
    let document = explain(&["--format", "json"]).json();
    assert_eq!(document.as_array().unwrap().len(), codes.len());
    assert_eq!(document[0]["code"], codes[0].as_str());
}

#[test]
fn a_code_that_there_is_not_ends_with_1_and_names_the_nearest() {
    let check = |code: &str, expect: &str| {
        let ended = explain(&[code]);
        assert_eq!((ended.code, ended.stdout.as_str()), (1, ""), "{code}");
        assert!(ended.stderr.contains(expect), "{code}: {}", ended.stderr);
    };
    check("SF00500", "error[SF0050]: there is no error code `SF00500`");
    check("SF00500", "did you mean `sqlflow explain SF0050`? `sqlflow explain` lists all codes");
    check("nonsense", "help: `sqlflow explain` lists all codes\n");
    check("SF\u{1b}[31m", "there is no error code `SF?[31m`");
    let document = explain(&["nonsense", "--format", "json"]).json();
    assert_eq!(document["error"]["code"], "SF0050");
}

/// Mutation: `pages::hint` names every code.
#[test]
fn whatever_fails_says_once_how_to_read_more() {
    let pipelines = [("a", "LAOD t FROM s;\nSET a = ;\n"), ("b", "SET b = 'x")];
    let project = Project::of(&pipelines);
    let check = |args: &[&str], expect: &str| {
        let told = project.sqlflow(args).stderr;
        let expect = format!("\n`sqlflow explain {expect}` tells more\n");
        assert!(told.ends_with(&expect), "{args:?}: {told}");
        assert_eq!(told.matches("sqlflow explain").count(), 1, "{args:?}: {told}");
    };
    check(&["check"], "SF0102");
    check(&["run", "a"], "SF0102");
    check(&["plan", "b"], "SF0112");
    check(&["run", "c"], "SF0315");
    check(&["rnu"], "SF0001");
    project.write("pipelines/d.sf", "CREATE TABLE d AS SELECT error('no') AS n FROM range(2);");
    check(&["run", "d"], "SF0506");
}
