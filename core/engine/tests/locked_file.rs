//! A database that another process holds.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by them")]

use std::io::{BufRead, BufReader, Write, stdin};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use libtest_mimic::{Arguments, Failed, Trial};
use sqlflow_engine::{Database, DuckDb, EngineConfig, EngineErrorKind};

const HOLD: &str = "--hold-database";

fn main() {
    let arguments: Vec<_> = std::env::args().collect();
    if let [_, flag, file] = &arguments[..]
        && flag == HOLD
    {
        return hold(Path::new(file));
    }
    let test = Trial::test("a_file_that_another_process_holds_names_the_holder", names_the_holder);
    libtest_mimic::run(&Arguments::from_args(), vec![test]).exit();
}

/// Holds the database until the parent closes the pipe.
fn hold(file: &Path) {
    let _engine = DuckDb::open(&config(file)).unwrap();
    println!("holding");
    std::io::stdout().flush().unwrap();
    stdin().read_line(&mut String::new()).unwrap();
}

fn names_the_holder() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("w.duckdb");
    let mut child = holder(&file)?;
    let mut line = String::new();
    BufReader::new(child.stdout.take().ok_or("no output")?).read_line(&mut line)?;
    assert_eq!(line, "holding\n");

    let program = std::env::current_exe()?.canonicalize()?;
    let holder = format!("{} (PID {})", program.display(), child.id());
    let error = DuckDb::open(&config(&file)).unwrap_err();
    assert_eq!(error.kind, EngineErrorKind::Locked { holder });

    drop(child.stdin.take());
    child.wait()?;
    DuckDb::open(&config(&file))?;
    Ok(())
}

fn holder(file: &Path) -> std::io::Result<Child> {
    Command::new(std::env::current_exe()?)
        .arg(HOLD)
        .arg(file)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
}

fn config(file: &Path) -> EngineConfig {
    EngineConfig { database: Database::File(file.to_owned()), ..EngineConfig::default() }
}
