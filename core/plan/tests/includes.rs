//! INCLUDE: the statements of other files, and what is wrong in them at its place.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use support::{Demo, demo};

fn steps(demo: &Demo) -> Vec<String> {
    demo.plan().steps.into_iter().map(|step| step.id).collect()
}

#[test]
fn the_statements_of_a_file_take_the_place_of_the_include() {
    let shared =
        "SET folder = 'data';\nSOURCE s TYPE csv PARAMS { \"path\": \"${folder}/a.csv\" };";
    let found = demo("INCLUDE 'shared/sources.sf' AS shared; LOAD t FROM s; CREATE TABLE u AS SELECT '${folder}' FROM t;")
        .file("pipelines/shared/sources.sf", shared);
    assert_eq!(steps(&found), ["source_s", "load_t", "transform_u"]);
}

#[test]
fn paths_are_taken_from_the_including_file_and_may_hold_variables() {
    let found = demo("SET env = 'dev'; INCLUDE '../shared/${env}.sf';")
        .file("shared/dev.sf", "INCLUDE './deep/more.sf'; CREATE TABLE a AS SELECT 1;")
        .file("shared/deep/more.sf", "CREATE TABLE b AS SELECT 1;");
    assert_eq!(steps(&found), ["transform_b", "transform_a"]);
}

#[test]
fn a_file_is_only_read_where_its_branch_is_taken() {
    let found =
        demo("IF ${go|false} THEN INCLUDE 'missing.sf'; ELSE CREATE TABLE a AS SELECT 1; END IF;");
    assert_eq!(steps(&found), ["transform_a"]);
}

#[test]
fn mistakes_are_found_at_their_place_in_the_included_file() {
    let found = demo("CREATE TABLE a AS SELECT 1;\nINCLUDE 'b.sf';")
        .file("pipelines/b.sf", "\nCREATE TABLE a AS SELECT 2;");
    let (code, caret, message, _) = found.problem();
    assert_eq!((code, caret.as_str()), ("SF0213", "a"));
    assert_eq!(message, "the table `a` on line 2 is already defined on line 1 of demo.sf");
    let unread = demo("INCLUDE 'b.sf';").file("pipelines/b.sf", "LAOD t FROM s; SET = 1;");
    let expect = [("SF0102", "LAOD".to_owned()), ("SF0103", "=".to_owned())];
    assert_eq!(unread.problems(), expect);
}

#[test]
fn a_file_that_cannot_be_included_is_named() {
    let check = |found: Demo, code: &str, caret: &str, says: &str| {
        let (found, at, message, _) = found.problem();
        assert_eq!((found, at.as_str()), (code, caret));
        assert!(message.contains(says), "{message}");
    };
    check(
        demo("INCLUDE 'gone.sf';").no_file("pipelines/gone.sf"),
        "SF0227",
        "'gone.sf'",
        "gone.sf cannot be included: No such file",
    );
    check(demo("INCLUDE '../../etc/x.sf';"), "SF0228", "'../../etc/x.sf'", "outside the project");
    check(demo("INCLUDE '/etc/x.sf';"), "SF0228", "'/etc/x.sf'", "outside the project");
    check(demo("INCLUDE 'udfs.py' AS udfs;"), "SF0229", "'udfs.py'", "no pipeline");
    check(demo("INCLUDE '${name}.sf';"), "SF0311", "'${name}.sf'", "name");
}

#[test]
fn files_that_include_each_other_are_named_in_their_circle() {
    let found = demo("INCLUDE 'a.sf';")
        .file("pipelines/a.sf", "INCLUDE 'sub/b.sf';")
        .file("pipelines/sub/b.sf", "INCLUDE '../a.sf';");
    let (code, caret, message, _) = found.problem();
    assert_eq!((code, caret.as_str()), ("SF0230", "'../a.sf'"));
    assert_eq!(
        message,
        "files include each other: pipelines/a.sf → pipelines/sub/b.sf → pipelines/a.sf"
    );
    let itself = demo("INCLUDE 'demo.sf';").problem();
    assert_eq!(itself.2, "files include each other: pipelines/demo.sf → pipelines/demo.sf");
}

#[test]
fn files_that_multiply_each_other_stay_bounded() {
    let twice = |next: usize| format!("INCLUDE 'f{next}.sf'; INCLUDE 'f{next}.sf';");
    let files = (0..40).map(|n| (format!("pipelines/f{n}.sf"), twice(n + 1)));
    let found = files.fold(demo("INCLUDE 'f0.sf';"), |demo, (path, text)| demo.file(&path, &text));
    let found = found.file("pipelines/f40.sf", &format!("SET a = '{}';", "x".repeat(1 << 16)));
    assert_eq!(found.problem().0, "SF0231");
}
