//! Every folder of `cases/` gives the plan and the diagnostics that are written in it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{fs, path::Path, process::ExitCode};

use libtest_mimic::{Arguments, Failed, Trial};
use sqlflow_tests_golden::outcome;

fn main() -> ExitCode {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let entries = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let mut cases: Vec<_> = entries.filter(|path| path.is_dir()).collect();
    cases.sort();
    assert!(cases.len() >= 25, "the cases are not all there");
    let trial = |case: std::path::PathBuf| {
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        Trial::test(name, move || check(&case))
    };
    let trials = cases.into_iter().map(trial).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn check(case: &Path) -> Result<(), Failed> {
    let expected = |file: &str| fs::read_to_string(case.join(file)).unwrap_or_default();
    let (plan, diagnostics) = (expected("plan.txt"), expected("diagnostics.txt"));
    if plan.is_empty() && diagnostics.is_empty() {
        return Err("the case expects nothing: write plan.txt or diagnostics.txt".into());
    }
    let found = outcome(case).map_err(|error| error.to_string())?;
    same("plan.txt", &plan, &found.plan)?;
    same("diagnostics.txt", &diagnostics, &found.diagnostics)
}

fn same(file: &str, expected: &str, found: &str) -> Result<(), Failed> {
    if expected == found {
        return Ok(());
    }
    Err(format!("{file} expects:\n{expected}\nfound:\n{found}").into())
}
