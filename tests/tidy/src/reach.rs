//! What code reaches for outside itself.
//!
//! A2: "`syntax` and `plan` do no I/O". Mutation: `std::fs::read_to_string` in `core/plan/src`.
//! A3: "Only `engine` names duckdb". Mutation: `use duckdb::Connection;` in `core/run/src`.
//! A4: "Only `host` loads code." Mutation: `libloading::Library::new` in `core/cli/src`.
//! A5: "In core, only `profile` reads the environment." Mutation: `env::var("HOME")` in
//! `core/cli/src`, and the same after `use std::env::{self as outside}`.

use crate::finding::{Finding, lines, none};
use crate::tokens::{paths, product_tokens, tokens};
use crate::tree::{Tree, tree};

/// What the pure rooms do not touch.
const IO: [&str; 4] = ["std::fs", "std::net", "std::env", "std::process"];

/// What reads the environment; `args`, `current_dir` and `current_exe` do not.
const ENVIRONMENT: [&str; 7] = [
    "std::env::var",
    "std::env::var_os",
    "std::env::vars",
    "std::env::vars_os",
    "std::env::temp_dir",
    "std::env::home_dir",
    "std::env::*",
];

fn findings(tree: &Tree) -> Vec<Finding> {
    let mut found: Vec<_> =
        tree.texts(".rs").flat_map(|(path, text)| of_file(path, text)).collect();
    found.dedup();
    found
}

fn of_file(path: &str, text: &str) -> Vec<Finding> {
    // Tests, too, leave DuckDB and the loading of code to the rooms that own them.
    let anywhere = paths(&tokens(path, text)).into_iter();
    let reserved =
        anywhere.filter_map(|(named, line)| Some((reserved(path, &named)?, named, line)));
    let product = paths(&product_tokens(path, text)).into_iter();
    let impure = product.filter_map(|(named, line)| Some((impure(path, &named)?, named, line)));
    reserved
        .chain(impure)
        .map(|(rule, named, line)| Finding::new(path, line, &named, format!("{named}: {rule}")))
        .collect()
}

fn reserved(path: &str, named: &str) -> Option<&'static str> {
    let begins = |names: &[&str]| {
        names.iter().any(|name| named.strip_prefix(name).is_some_and(|rest| rest.starts_with("::")))
    };
    if begins(&["duckdb", "libduckdb_sys"]) && !path.starts_with("core/engine/") {
        return Some("only core/engine names duckdb (A3)");
    }
    (begins(&["libloading"]) && !path.starts_with("core/host/"))
        .then_some("only core/host loads code (A4)")
}

fn impure(path: &str, named: &str) -> Option<&'static str> {
    let pure = path.starts_with("core/syntax/") || path.starts_with("core/plan/");
    if pure && IO.iter().any(|io| named == *io || named.starts_with(&format!("{io}::"))) {
        return Some("syntax and plan do no I/O (A2)");
    }
    // A build script speaks with cargo through the environment.
    let may = path.starts_with("core/profile/") || is_build_script(path);
    (!may && ENVIRONMENT.contains(&named)).then_some("only core/profile reads the environment (A5)")
}

/// `core/engine/build.rs`, and not a module of that name.
fn is_build_script(path: &str) -> bool {
    path.ends_with("/build.rs") && !path.contains("/src/")
}

#[test]
fn code_reaches_only_for_what_its_room_may() {
    none("architecture.md, section 4: A2, A3, A4, A5", &findings(tree()));
}

#[test]
fn what_a_room_may_not_reach_for_is_found() {
    let check = |path: &str, text: &str, expect: &[&str]| {
        assert_eq!(lines(&findings(&Tree::of(&[(path, text)]))), expect, "{path}");
    };
    let file = "core/plan/src/a.rs";
    check(file, "use std::path::Path;\n#[cfg(test)] mod tests { use std::fs; }", &[]);
    let io = "core/plan/src/a.rs:2: std::fs::read: syntax and plan do no I/O (A2)";
    check(file, "\nfn f() { std::fs::read() }", &[io]);
    let run = "core/run/src/a.rs";
    let duckdb = "core/run/src/a.rs:1: duckdb::Row: only core/engine names duckdb (A3)";
    check(run, "use duckdb::Row;", &[duckdb]);
    check("core/engine/src/a.rs", "use duckdb::Row;", &[]);
    let loads = "core/cli/tests/a.rs:1: libloading::Library: only core/host loads code (A4)";
    check("core/cli/tests/a.rs", "use libloading::Library;", &[loads]);
    let reads = "core/run/src/a.rs:2: std::env::var: only core/profile reads the environment (A5)";
    check(run, "use std::env as e;\nfn f() { e::args(); e::var() }", &[reads]);
    check("core/profile/src/a.rs", "fn f() { std::env::var() }", &[]);
    check("core/engine/build.rs", "fn f() { std::env::var() }", &[]);
    let module =
        "core/cli/src/verb/build.rs:1: std::env::var: only core/profile reads the environment (A5)";
    check("core/cli/src/verb/build.rs", "fn f() { std::env::var() }", &[module]);
}
