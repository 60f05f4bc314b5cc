//! `sqlflow init`.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;
use std::path::Path;

use support::Project;

fn files(folder: &Path, root: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, root, found);
        } else {
            found.push(path.strip_prefix(root).unwrap().to_str().unwrap().to_owned());
        }
    }
    found.sort();
}

#[test]
fn a_new_project_has_these_files_and_tells_what_to_do_next() {
    let project = Project::empty();
    let ended = project.sqlflow(&["init", "shop"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let mut found = Vec::new();
    files(project.path(), project.path(), &mut found);
    let expect = [
        "shop/.gitignore",
        "shop/README.md",
        "shop/data/customers.csv",
        "shop/data/orders.csv",
        "shop/pipelines/sales.sf",
        "shop/profiles/dev.yml",
    ];
    assert_eq!(found, expect);
    assert!(ended.stdout.ends_with("next:\n  cd shop\n  sqlflow run sales\n"), "{}", ended.stdout);
    let readme = fs::read_to_string(project.path().join("shop/README.md")).unwrap();
    assert!(readme.starts_with("# shop\n"), "{readme}");
    let ignored = fs::read_to_string(project.path().join("shop/.gitignore")).unwrap();
    for made in ["/warehouse/", "/output/", "/.sqlflow/", "/.env"] {
        assert!(ignored.lines().any(|line| line == made), "{made} would go into git");
    }
}

#[test]
fn the_current_folder_can_become_a_project_where_it_is_empty() {
    let project = Project::empty();
    assert_eq!(project.sqlflow(&["init", "."]).code, 0);
    assert_eq!(project.sqlflow(&["list"]).stdout, "sales\n");
}

#[test]
fn a_folder_that_holds_something_is_left_alone() {
    let project = Project::empty();
    project.write("shop/notes.txt", "mine");
    let ended = project.sqlflow(&["init", "shop"]);
    assert_eq!(ended.code, 1);
    assert!(ended.stderr.contains("error[SF0004]: shop is not empty"), "{}", ended.stderr);
    let mut found = Vec::new();
    files(project.path(), project.path(), &mut found);
    assert_eq!(found, ["shop/notes.txt"]);
}

#[test]
fn a_folder_that_is_a_file_is_told_with_a_remedy() {
    let project = Project::empty();
    project.write("shop", "a file");
    let ended = project.sqlflow(&["init", "shop"]);
    assert_eq!(ended.code, 1);
    assert!(ended.stderr.contains("error[SF0005]: shop cannot be written"), "{}", ended.stderr);
    assert!(ended.stderr.contains("help: "), "{}", ended.stderr);
}
