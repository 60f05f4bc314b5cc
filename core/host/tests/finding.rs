//! Finding, trusting and naming plugins.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
    sync::Arc,
};

use serde_json::json;
use sqlflow_host::{DestinationRegistry, Plugins, SearchPath, SourceRegistry, Trust};
use sqlflow_plugin_sdk::{CancelToken, Error, ErrorKind};
use support::{NUMBERS, Recipe, folder, named, object, silent};

fn called(name: &str) -> Recipe {
    Recipe::of(&NUMBERS.replace("'numbers'", &format!("'{name}'")).replace("'ints'", "'I'"))
}

fn open(plugins: &Arc<Plugins>, name: &str) -> Result<(), Error> {
    let registry = SourceRegistry::new(plugins);
    registry.open(name, &object(json!({})), &CancelToken::new()).map(drop)
}

fn others_may_write(path: &Path) {
    let mode = fs::metadata(path).unwrap().permissions().mode() | 0o002;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// Mutation tried: `discover` loads what it finds; red.
#[test]
fn nothing_of_a_plugin_runs_before_a_pipeline_names_it() {
    let folder = folder();
    let song = folder.path().join("song");
    let canary = format!("{:?}", song.to_str().unwrap());
    called("numbers").define("CANARY", &canary).build(folder.path(), "numbers.so");
    called("letters").build(folder.path(), "letters.so");
    let plugins = named(&[folder.path()]);
    assert_eq!(plugins.entries().len(), 2);
    assert_eq!(plugins.manifest("numbers").unwrap().name, "numbers");
    assert!(plugins.manifest("nonsense").is_err());
    open(&plugins, "letters").unwrap();
    assert!(!song.exists(), "a constructor ran");
    open(&plugins, "numbers").unwrap();
    assert!(song.exists(), "the canary is alive");
}

/// Mutation tried: `trust` looks at nothing; red.
#[test]
fn a_plugin_that_anybody_may_change_is_not_loaded() {
    let check = |spoil: fn(&Path, &Path)| {
        let folder = folder();
        let song = folder.path().join("song");
        let canary = format!("{:?}", song.to_str().unwrap());
        let library =
            Recipe::default().define("CANARY", &canary).build(folder.path(), "numbers.so");
        spoil(folder.path(), &library);
        for named in [named(&[folder.path()]), named(&[&library])] {
            assert_eq!(named.entries()[0].trust, Trust::WorldWritable);
            let error = open(&named, "numbers").unwrap_err();
            assert_eq!((error.kind(), error.code()), (ErrorKind::Permission, Some("SF0411")));
            assert!(error.remedy().unwrap().contains("chmod o-w"));
        }
        assert!(!song.exists(), "a constructor ran");
    };
    check(|folder, _| others_may_write(folder));
    check(|_, library| others_may_write(library));
}

/// Mutations tried: `judge` looks at the file and its folder only; red. It takes sticky folders for
/// open ones; red.
#[test]
fn a_folder_far_above_that_anybody_may_write_to_is_a_danger_but_for_a_sticky_one() {
    let top = folder();
    let below = top.path().join("a/b");
    fs::create_dir_all(&below).unwrap();
    let library = Recipe::default().build(&below, "numbers.so");
    others_may_write(&top.path().join("a"));
    let error = open(&named(&[&library]), "numbers").unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Permission, Some("SF0411")));
    fs::set_permissions(top.path().join("a"), fs::Permissions::from_mode(0o1777)).unwrap();
    open(&named(&[&library]), "numbers").unwrap();
}

/// Mutation tried: `find` takes the first that answers; red.
#[test]
fn a_projects_plugin_does_not_stand_before_one_the_user_trusts() {
    let (project, mine) = (folder(), folder());
    let versions = |version: &str| Recipe::of(&NUMBERS.replace("0.1.0", version));
    versions("9.0.0").build(project.path(), "numbers.so");
    versions("1.0.0").build(mine.path(), "numbers.so");
    let search = SearchPath::new()
        .profile(&[project.path().to_owned()])
        .environment(&[mine.path().to_owned()]);
    let plugins = Plugins::discover(search, silent());
    assert_eq!(plugins.manifest("numbers").unwrap().version, "1.0.0");
    open(&plugins, "numbers").unwrap();
}

/// What is named by hand and may not be loaded is refused; another of its name is not taken for it.
#[test]
fn a_plugin_named_by_hand_that_is_in_danger_is_not_replaced_by_another() {
    let (mine, other) = (folder(), folder());
    let library = Recipe::default().build(mine.path(), "numbers.so");
    Recipe::default().build(other.path(), "numbers.so");
    others_may_write(&library);
    let search = SearchPath::new().by_hand(&[library]).environment(&[other.path().to_owned()]);
    let plugins = Plugins::discover(search, silent());
    assert_eq!(open(&plugins, "numbers").unwrap_err().code(), Some("SF0411"));
}

/// Mutation tried: `load` tells nothing; red.
#[test]
fn a_plugin_named_by_hand_is_loaded_with_a_notice() {
    let folder = folder();
    let library = Recipe::default().build(folder.path(), "numbers.so").canonicalize().unwrap();
    let (say, said) = std::sync::mpsc::channel();
    let say = std::sync::Mutex::new(say);
    let sink: sqlflow_host::NoticeSink = Arc::new(move |notice| {
        let _ = say.lock().unwrap().send((notice.level, notice.message));
    });
    let plugins =
        Plugins::discover(SearchPath::new().by_hand(std::slice::from_ref(&library)), sink);
    open(&plugins, "numbers").unwrap();
    let told = format!("loaded from {}, as --plugin says; no lock pins it", library.display());
    assert_eq!(said.recv().unwrap(), (2, told));
}

#[test]
fn a_manifest_with_a_name_that_is_no_word_or_a_version_that_is_none_is_refused() {
    let folder = folder();
    for (ours, theirs) in [
        ("'numbers'", "'../numbers'"),
        ("'numbers'", "'Numbers'"),
        ("'numbers'", "''"),
        ("'numbers'", "'num bers'"),
        ("0.1.0", "../1"),
        ("0.1.0", ""),
        ("0.1.0", "new"),
    ] {
        let library = Recipe::of(&NUMBERS.replacen(ours, theirs, 1)).build(folder.path(), "n.so");
        let error = named(&[&library]).entries()[0].manifest.clone().unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Config, Some("SF0419")), "{theirs}");
        assert!(error.remedy().is_some());
    }
}

/// Mutation tried: `entry` does not follow the link; red.
#[test]
fn a_link_is_trusted_as_much_as_what_it_leads_to() {
    let (open_folder, links) = (folder(), folder());
    let library = Recipe::default().build(open_folder.path(), "numbers.so");
    let link = links.path().join("link.so");
    symlink(&library, &link).unwrap();
    assert_eq!(named(&[&link]).entries()[0].trust, Trust::Trusted);
    others_may_write(open_folder.path());
    assert_eq!(named(&[&link]).entries()[0].trust, Trust::WorldWritable);
}

/// Mutation tried: `check_trust` lets `NotNamed` through; red.
#[test]
fn a_plugin_of_a_cloned_project_is_listed_and_loaded_only_when_it_is_named() {
    let folder = folder();
    let library = Recipe::default().build(folder.path(), "numbers.so");
    let search = SearchPath::new().profile(&[folder.path().to_owned()]);
    let plugins = Plugins::discover(search, silent());
    assert_eq!(plugins.entries()[0].trust, Trust::NotNamed);
    assert_eq!(plugins.manifest("numbers").unwrap().name, "numbers");
    let error = open(&plugins, "numbers").unwrap_err();
    assert_eq!(error.code(), Some("SF0406"));
    let remedy = format!("run again with --plugin {}", library.canonicalize().unwrap().display());
    assert!(error.remedy().unwrap().contains(&remedy), "{error:?}");
    open(&named(&[&library]), "numbers").unwrap();
}

#[test]
fn a_broken_plugin_leaves_the_good_one_beside_it_in_use() {
    let folder = folder();
    let good = Recipe::default().build(folder.path(), "libsqlflow_connector_numbers.so");
    let bytes = fs::read(&good).unwrap();
    fs::write(folder.path().join("libsqlflow_connector_a.so"), &bytes[..bytes.len() / 2]).unwrap();
    fs::write(folder.path().join("libsqlflow_connector_z.so"), "text").unwrap();
    fs::write(folder.path().join("libother.so"), "another program's").unwrap();
    fs::write(folder.path().join("README.md"), "text").unwrap();
    let plugins = named(&[folder.path()]);
    let codes: Vec<Option<&str>> = plugins
        .entries()
        .iter()
        .map(|entry| entry.manifest.as_ref().err().and_then(Error::code))
        .collect();
    assert_eq!(codes, [Some("SF0404"), None, Some("SF0402")]);
    open(&plugins, "numbers").unwrap();
}

#[test]
fn a_plugin_that_cannot_start_leaves_the_good_one_beside_it_in_use() {
    let folder = folder();
    Recipe::default().define("ENTRY_STATUS", "1").build(folder.path(), "a.so");
    called("letters").build(folder.path(), "b.so");
    let plugins = named(&[folder.path()]);
    assert_eq!(open(&plugins, "numbers").unwrap_err().code(), Some("SF0410"));
    open(&plugins, "letters").unwrap();
    assert_eq!(open(&plugins, "numbers").unwrap_err().code(), Some("SF0410"));
}

#[test]
fn an_unknown_connector_is_answered_with_what_there_is_and_where_it_was_looked_for() {
    let folder = folder();
    called("postgres").build(folder.path(), "a.so");
    called("csv").build(folder.path(), "b.so");
    let broken = folder.path().join("libsqlflow_connector_x.so");
    fs::write(&broken, "text").unwrap();
    let plugins = named(&[folder.path()]);
    let error = plugins.specs("postgers").unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::NotFound, Some("SF0401")));
    assert_eq!(error.message(), "there is no connector `postgers`");
    assert_eq!(error.remedy(), Some("did you mean `postgres`?"));
    let fact = |key: &str| error.context().iter().find(|(k, _)| k == key).unwrap().1.clone();
    assert_eq!(fact("installed"), "postgres, csv");
    assert_eq!(fact("looked in"), format!("{} (--plugin)", folder.path().display()));
    let broken = broken.canonicalize().unwrap().display().to_string();
    assert_eq!(
        fact("broken"),
        format!("{broken}: not a connector plugin: it is not an ELF library")
    );
    for (asked, remedy) in [
        ("CVS", "did you mean `csv`?"),
        ("kafka", "name the plugin's library with --plugin PATH"),
        ("", "name the plugin's library with --plugin PATH"),
    ] {
        assert_eq!(plugins.specs(asked).unwrap_err().remedy(), Some(remedy), "{asked}");
    }
}

#[test]
fn a_host_without_plugins_says_so() {
    let plugins = Plugins::discover(SearchPath::new(), silent());
    let error = plugins.specs("csv").unwrap_err();
    assert!(error.context().contains(&("installed".to_owned(), "none".to_owned())), "{error:?}");
}

#[test]
fn a_connector_answers_to_its_name_and_aliases_in_any_case() {
    let folder = folder();
    Recipe::default().build(folder.path(), "numbers.so");
    let plugins = named(&[folder.path()]);
    for name in ["numbers", "NUMBERS", "ints", "Ints"] {
        assert_eq!(plugins.manifest(name).map(|found| found.name.as_str()), Ok("numbers"));
    }
}

#[test]
fn the_first_place_of_the_search_wins() {
    let (first, second) = (folder(), folder());
    let versions = |version: &str| Recipe::of(&NUMBERS.replace("0.1.0", version));
    versions("1.0.0").build(first.path(), "numbers.so");
    versions("2.0.0").build(second.path(), "numbers.so");
    let found = |plugins: &Plugins| plugins.manifest("numbers").map(|m| m.version.clone());
    assert_eq!(found(&named(&[first.path(), second.path()])), Ok("1.0.0".to_owned()));
    assert_eq!(found(&named(&[second.path(), first.path()])), Ok("2.0.0".to_owned()));
}

#[test]
fn a_folder_that_is_not_there_is_an_error_only_where_the_user_named_it() {
    let folder = folder();
    let gone = folder.path().join("gone");
    assert_eq!(named(&[&gone]).entries().len(), 1);
    let gone = [gone];
    let search = SearchPath::new().profile(&gone).environment(&gone);
    assert_eq!(Plugins::discover(search, silent()).entries().len(), 0);
}

#[test]
fn a_connector_is_opened_only_in_a_role_it_plays() {
    let folder = folder();
    let recipe = Recipe::default().define("NO_DESTINATION", "1");
    recipe.build(folder.path(), "numbers.so");
    let plugins = named(&[folder.path()]);
    let registry = DestinationRegistry::new(&plugins);
    let error = registry.open("numbers", &object(json!({})), &CancelToken::new()).err().unwrap();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Unsupported, Some("SF0407")));
    assert_eq!(error.message(), "the connector `numbers` is no destination");
    open(&plugins, "numbers").unwrap();
}
