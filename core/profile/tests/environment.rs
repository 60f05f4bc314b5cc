//! `.env` and the process environment.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use sqlflow_profile::{Environment, Origin};
use support::project;

fn read(dotenv: &str) -> Environment {
    let (_folder, project) = project(&[(".env", dotenv)]);
    Environment::with_dotenv(project.root(), [("SHARED", "real")]).unwrap()
}

#[test]
fn dotenv_values_are_taken_as_they_stand() {
    let check = |dotenv: &str, expect: &str| {
        let environment = read(dotenv);
        assert_eq!(environment.get("A"), Some((expect, Origin::DotEnv)), "{dotenv}");
    };
    check("A=1", "1");
    check("\u{feff}A=1\r\nB=2\r\n", "1");
    check("# comment\n\n  export A = x y # comment", "x y");
    check("A=", "");
    check("A= # empty", "");
    check("A=a#b", "a#b");
    check("A=pa$$word$HOME${HOME}", "pa$$word$HOME${HOME}");
    check("A=x=y", "x=y");
    check("A='single \\n $x \"'", "single \\n $x \"");
    check("A=\"line\\nbreak \\\"q\\\" \\\\ \\x\" # comment", "line\nbreak \"q\" \\ \\x");
    check("A=\"two\nlines\"\nB=1", "two\nlines");
    check("A=it's", "it's");
    check("A=C:\\new", "C:\\new");
    check("A=1\nA=2", "2");
    check("A=größe", "größe");
}

#[test]
fn dotenv_never_overrides_the_real_environment() {
    let environment = read("SHARED=dotenv\nOWN=dotenv");
    assert_eq!(environment.get("SHARED"), Some(("real", Origin::Environment)));
    assert_eq!(environment.get("OWN"), Some(("dotenv", Origin::DotEnv)));
    assert_eq!(environment.get("NONE"), None);
}

#[test]
fn a_bad_line_is_named_and_its_content_is_not_shown() {
    let check = |dotenv: &str, line: usize| {
        let (_folder, project) = project(&[(".env", dotenv)]);
        let error = Environment::with_dotenv(project.root(), [("X", "y")]).unwrap_err();
        assert_eq!((error.code, error.line), ("SF0314", line), "{dotenv}");
        assert!(!format!("{error} {error:?}").contains("s3cret"));
        assert!(error.to_string().contains("write NAME=value"));
    };
    check("s3cret", 1);
    check("A=1\n\n# c\ns3cret line\nB=2", 4);
    check("A=1\nB=\"s3cret", 2);
    check("A='s3cret' s3cret", 1);
    check("A-s3cret=1", 1);
    check("=s3cret", 1);
}

#[test]
fn a_dotenv_that_is_not_text_is_an_error_and_a_folder_is_none() {
    let (folder, project) = project(&[]);
    std::fs::write(folder.path().join(".env"), [b'A', b'=', 0xff]).unwrap();
    let error = Environment::with_dotenv(project.root(), [("X", "y")]).unwrap_err();
    assert_eq!(error.code, "SF0317");
    std::fs::remove_file(folder.path().join(".env")).unwrap();
    std::fs::create_dir(folder.path().join(".env")).unwrap();
    assert!(Environment::with_dotenv(project.root(), [("X", "y")]).is_ok());
}

#[test]
fn the_real_environment_is_read_and_never_shown() {
    let (_folder, project) = project(&[(".env", "A=s3cret")]);
    let environment = Environment::read(project.root()).unwrap();
    let path =
        std::process::Command::new("sh").args(["-c", "printf %s \"$PATH\""]).output().unwrap();
    let path = String::from_utf8(path.stdout).unwrap();
    assert_eq!(environment.get("PATH"), Some((path.as_str(), Origin::Environment)));
    let shown = format!("{environment:?}");
    assert!(!shown.contains("s3cret") && !shown.contains(&path), "{shown}");
}
