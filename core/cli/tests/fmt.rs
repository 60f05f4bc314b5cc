//! `sqlflow fmt`: what it writes, what it leaves alone, and its exit codes.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::process::Stdio;

use support::{Ended, Project};

const LOOSE: &str = "set a=1 ;";
const FORMED: &str = "SET a = 1;\n";

fn read(project: &Project, path: &str) -> String {
    fs::read_to_string(project.path().join(path)).unwrap()
}

#[test]
fn all_pipelines_are_written_and_those_in_form_are_not_touched() {
    let project = Project::of(&[("loose", LOOSE), ("formed", FORMED), ("deep/er", LOOSE)]);
    let inode = |path: &str| fs::metadata(project.path().join(path)).unwrap().ino();
    let before = inode("pipelines/formed.sf");
    let ended = project.sqlflow(&["fmt"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    assert_eq!(
        ended.stdout,
        "formatted pipelines/deep/er.sf\nformatted pipelines/loose.sf\n1 file already in form\n"
    );
    for name in ["loose", "formed", "deep/er"] {
        assert_eq!(read(&project, &format!("pipelines/{name}.sf")), FORMED);
    }
    assert_eq!(inode("pipelines/formed.sf"), before);
    assert_eq!(project.sqlflow(&["fmt"]).stdout, "nothing to do: 3 files in form\n");
}

#[test]
fn check_names_what_would_change_and_writes_nothing() {
    let project = Project::of(&[("loose", LOOSE), ("formed", FORMED)]);
    let ended = project.sqlflow(&["fmt", "--check"]);
    assert_eq!(ended.code, 1);
    assert_eq!(ended.stdout, "would change pipelines/loose.sf\n1 file already in form\n");
    assert_eq!(read(&project, "pipelines/loose.sf"), LOOSE);
    assert_eq!(project.sqlflow(&["fmt", "--check", "formed"]).code, 0);
}

#[test]
fn a_pipeline_is_named_by_its_name_its_path_or_its_folder() {
    for name in ["loose", "pipelines/loose.sf", "pipelines"] {
        let project = Project::of(&[("loose", LOOSE)]);
        assert_eq!(project.sqlflow(&["fmt", name]).code, 0, "{name}");
        assert_eq!(read(&project, "pipelines/loose.sf"), FORMED, "{name}");
    }
    let ended = Project::of(&[("loose", LOOSE)]).sqlflow(&["fmt", "lose"]);
    assert_eq!(ended.code, 1);
    assert!(ended.stderr.contains("did you mean `loose`?"), "{}", ended.stderr);
}

#[test]
fn a_file_with_errors_is_left_alone_and_the_others_are_written() {
    let wrong = "load t from;";
    let project = Project::of(&[("loose", LOOSE), ("wrong", wrong)]);
    let ended = project.sqlflow(&["fmt"]);
    assert_eq!(ended.code, 2);
    assert!(
        ended.stderr.contains("SF0103") && ended.stderr.contains("wrong.sf:1:12"),
        "{}",
        ended.stderr
    );
    assert_eq!(ended.stdout, "formatted pipelines/loose.sf\n");
    assert_eq!(read(&project, "pipelines/wrong.sf"), wrong);
}

#[test]
fn a_file_keeps_its_permissions() {
    let project = Project::of(&[("loose", LOOSE)]);
    let path = project.path().join("pipelines/loose.sf");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(project.sqlflow(&["fmt"]).code, 0);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
}

/// Mutation: leave out `starts_with(&root)` in `project_file.rs`; the file outside is written.
#[test]
fn a_file_outside_the_project_is_refused_also_behind_a_link() {
    let (project, other) = (Project::of(&[("formed", FORMED)]), Project::of(&[("loose", LOOSE)]));
    let outside = other.path().join("pipelines/loose.sf");
    symlink(&outside, project.path().join("pipelines/link.sf")).unwrap();
    for name in [outside.to_str().unwrap(), "link"] {
        let ended = project.sqlflow(&["fmt", name]);
        assert_eq!(ended.code, 1);
        assert!(ended.stderr.contains("SF0020"), "{}", ended.stderr);
    }
    assert_eq!(fs::read_to_string(outside).unwrap(), LOOSE);
}

#[test]
fn a_link_inside_the_project_stays_a_link() {
    let project = Project::of(&[("loose", LOOSE)]);
    let link = project.path().join("pipelines/link.sf");
    symlink("loose.sf", &link).unwrap();
    assert_eq!(project.sqlflow(&["fmt", "link"]).code, 0);
    assert!(link.is_symlink());
    assert_eq!(read(&project, "pipelines/loose.sf"), FORMED);
}

#[test]
fn text_that_is_not_utf_8_is_refused_and_stays() {
    let project = Project::of(&[]);
    project.write("pipelines/x.txt", "");
    fs::write(project.path().join("pipelines/latin.sf"), b"SET a = '\xe9' ;").unwrap();
    let ended = project.sqlflow(&["fmt"]);
    assert_eq!(ended.code, 1);
    assert!(ended.stderr.contains("SF0021"), "{}", ended.stderr);
    assert_eq!(fs::read(project.path().join("pipelines/latin.sf")).unwrap(), b"SET a = '\xe9' ;");
}

#[test]
fn standard_output_takes_the_form_and_the_file_stays() {
    let project = Project::of(&[("loose", LOOSE)]);
    let ended = project.sqlflow(&["fmt", "loose", "--stdout"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (0, FORMED));
    assert_eq!(read(&project, "pipelines/loose.sf"), LOOSE);
}

fn piped(text: &str, args: &[&str]) -> Ended {
    let project = Project::empty();
    let mut command = project.command(args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    Ended::of(child.wait_with_output().unwrap())
}

#[test]
fn a_dash_formats_standard_input() {
    let ended = piped(LOOSE, &["fmt", "-"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (0, FORMED));
    let ended = piped("set a", &["fmt", "-"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""));
    assert!(ended.stderr.contains("SF0104"), "{}", ended.stderr);
    assert_eq!(piped(LOOSE, &["fmt", "-", "--check"]).code, 1);
    assert_eq!(piped(FORMED, &["fmt", "-", "--check"]).code, 0);
}
