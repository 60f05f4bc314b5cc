//! `docs/reference/cli.md` is what the binary's own help says.
//!
//! To make it again: `make pages`.
//! Mutation: change the help of an option.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;
use std::path::Path;

use sqlflow_run::ExitClass;
use support::Project;

const HEAD: &str = "\
# The command line

Made from the binary's own help. `NAME` for a value to give, `[…]` for what may be left out.

";

const EXIT: &str = "\
## Exit codes

The exit code, the last line and the JSON result always agree. Where several things went wrong, the
code is that of the first cause.

| code | meaning |
|---|---|
";

const LATER: &str = "\
| 8 | a TEST failed; given by no command yet, as a TEST is not run yet |
";

#[test]
fn the_page_of_the_command_line_is_fresh() {
    let project = Project::empty();
    let mut page = HEAD.to_owned();
    add(&project, &[], &mut page);
    page.push_str(EXIT);
    for (class, meaning) in classes() {
        if class == ExitClass::Crashed {
            page.push_str(LATER);
        }
        page.push_str(&format!("| {} | {meaning} |\n", class.code()));
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/cli.md");
    #[expect(clippy::disallowed_methods, reason = "the one way to tell a test to write")]
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == page,
        "docs/reference/cli.md is not what it would be now; see the test's head"
    );
}

/// Adds a verb's help, then that of the verbs behind it.
fn add(project: &Project, verb: &[&str], page: &mut String) {
    let ended = project.sqlflow(&[verb, &["--help"]].concat());
    assert_eq!(ended.code, 0, "{verb:?}: {}", ended.stderr);
    let title = [&["sqlflow"], verb].concat().join(" ");
    let level = if verb.len() < 2 { "##" } else { "###" };
    // Some lines of clap's end in blanks.
    let lines: Vec<&str> = ended.stdout.trim_end().lines().map(str::trim_end).collect();
    page.push_str(&format!("{level} {title}\n\n```text\n{}\n```\n\n", lines.join("\n")));
    for inner in verbs(&ended.stdout) {
        add(project, &[verb, &[inner]].concat(), page);
    }
}

/// The verbs that a help lists, `help` itself aside, and those that the first screen only names.
fn verbs(help: &str) -> Vec<&str> {
    let more = help.lines().find_map(|line| line.strip_prefix("More verbs: "));
    listed(help).into_iter().chain(more.into_iter().flat_map(|names| names.split(", "))).collect()
}

fn listed(help: &str) -> Vec<&str> {
    let lines = help.lines().skip_while(|line| !matches!(*line, "Verbs:" | "Commands:")).skip(1);
    let listed = lines.take_while(|line| !line.is_empty());
    let names = listed.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    names.filter(|name| !name.is_empty() && *name != "help").collect()
}

fn classes() -> [(ExitClass, &'static str); 10] {
    [
        (ExitClass::Ok, "all went well"),
        (ExitClass::Usage, "the command, the configuration or the profile is wrong"),
        (ExitClass::Syntax, "a pipeline cannot be parsed"),
        (ExitClass::Connection, "the other side cannot be reached, or refuses the credentials"),
        (ExitClass::Validation, "check or plan found mistakes"),
        (ExitClass::Execution, "a step failed"),
        (ExitClass::Permission, "a right is missing, or trust in a plugin"),
        (ExitClass::Resources, "memory or disk is exhausted"),
        (ExitClass::Crashed, "a plugin has ended the process that it ran in"),
        (ExitClass::Cancelled, "somebody asked to stop"),
    ]
}
