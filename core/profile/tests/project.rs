//! Finding projects, pipelines and profiles.

mod support;

use sqlflow_profile::Project;
use support::{project, write};

#[test]
fn the_nearest_folder_upward_with_profiles_is_the_project() {
    let (folder, outer) =
        project(&[("profiles/dev.yml", ""), ("a/profiles/dev.yml", ""), ("a/b/x", "")]);
    let check = |start: &str, root: &str| {
        let found = Project::discover(&folder.path().join(start));
        assert_eq!(found.root(), folder.path().join(root), "{start}");
        assert!(found.has_profiles());
    };
    assert_eq!(outer.root(), folder.path());
    check("a", "a");
    check("a/b", "a");
    check("a/b/not/there", "a");
}

#[test]
fn without_profiles_the_start_is_the_project() {
    let (folder, project) = project(&[("pipelines/a.sf", "")]);
    assert_eq!((project.root(), project.has_profiles()), (folder.path(), false));
    assert_eq!(project.profiles(), Vec::<String>::new());
}

#[test]
fn a_pipeline_is_found_by_name_or_by_path() {
    let (folder, project) = project(&[
        ("profiles/dev.yml", ""),
        ("pipelines/orders.sf", ""),
        ("pipelines/daily/users.sf", ""),
        ("other/one.sf", ""),
    ]);
    let inner = Project::discover(&folder.path().join("other"));
    let check = |project: &Project, asked: &str, expect: &str| {
        assert_eq!(project.pipeline_path(asked).unwrap(), folder.path().join(expect), "{asked}");
    };
    check(&project, "orders", "pipelines/orders.sf");
    check(&project, "daily/users", "pipelines/daily/users.sf");
    check(&project, "other/one.sf", "other/one.sf");
    check(&inner, "one.sf", "other/one.sf");
    check(&inner, "pipelines/orders.sf", "pipelines/orders.sf");
    check(&inner, "orders", "pipelines/orders.sf");
    let absolute = folder.path().join("other/one.sf");
    check(&project, absolute.to_str().unwrap(), "other/one.sf");
}

#[test]
fn a_missing_pipeline_lists_those_there_are_and_the_nearest() {
    let (_folder, project) = project(&[
        ("pipelines/orders.sf", ""),
        ("pipelines/daily/users.sf", ""),
        ("outside.sf", ""),
    ]);
    assert_eq!(project.pipelines(), ["daily/users", "orders"]);
    let check = |asked: &str, expect: &str| {
        let error = project.pipeline_path(asked).unwrap_err();
        assert_eq!((error.code, error.name.as_str()), ("SF0315", asked));
        assert!(error.to_string().contains(expect), "{error}");
    };
    check("order", "did you mean `orders`? There are: daily/users, orders");
    check("ordres.sf", "did you mean `orders`?");
    check("nothing_like_it", "has: daily/users, orders");
    check("../outside", "has: daily/users, orders");
    check("", "has: daily/users, orders");
}

#[test]
fn a_project_without_pipelines_says_so() {
    let (_folder, project) = project(&[("profiles/dev.yml", "")]);
    assert!(project.pipeline_path("x").unwrap_err().to_string().contains("has no .sf file"));
}

#[test]
fn profiles_and_pipelines_are_sorted_and_hidden_files_left_out() {
    let (folder, project) = project(&[
        ("profiles/prod.yml", ""),
        ("profiles/dev.yaml", ""),
        ("profiles/.hidden.yml", ""),
        ("profiles/notes.txt", ""),
        ("pipelines/.hidden.sf", ""),
        ("pipelines/notes.md", ""),
    ]);
    assert_eq!(project.profiles(), ["dev", "prod"]);
    assert_eq!(project.pipelines(), Vec::<String>::new());
    write(folder.path(), "pipelines/b.sf", "");
    std::os::unix::fs::symlink(folder.path(), folder.path().join("pipelines/loop")).unwrap();
    assert_eq!(project.pipelines(), ["b"]);
}

#[test]
fn relative_paths_are_taken_from_the_project() {
    let (folder, project) = project(&[]);
    assert_eq!(project.resolve("data/x.csv"), folder.path().join("data/x.csv"));
    assert_eq!(project.resolve("/abs/x.csv"), std::path::Path::new("/abs/x.csv"));
}
