//! `sqlflow.lock`: what is installed and pinned is loaded, and nothing in its place.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    thread,
};

use serde_json::json;
use sqlflow_host::{InstallFolder, Lock, Pin, Plugins, SearchPath, SourceRegistry, Trust};
use sqlflow_plugin_sdk::{CancelToken, Error, ErrorKind};
use support::{NUMBERS, Recipe, folder, named, object, silent};

/// What coreutils says of a file.
fn sha256sum(path: &Path) -> String {
    let output = Command::new("sha256sum").arg(path).output().unwrap();
    String::from_utf8(output.stdout).unwrap().split_whitespace().next().unwrap().to_owned()
}

fn pin(library: &Path) -> Pin {
    Pin { name: "numbers".into(), version: "0.1.0".into(), sha256: sha256sum(library) }
}

fn open(plugins: &Arc<Plugins>) -> Result<(), Error> {
    let registry = SourceRegistry::new(plugins);
    registry.open("numbers", &object(json!({})), &CancelToken::new()).map(drop)
}

/// The plugins of one library, in a project with this lock.
fn pinned(library: &Path, project: &Path, locked: bool) -> Arc<Plugins> {
    let search = SearchPath::new()
        .environment(&[library.to_owned()])
        .pinned_by(Lock::read(project).unwrap(), locked);
    Plugins::discover(search, silent())
}

fn set(project: &Path, pin: Pin) {
    Lock::change(project, |lock| {
        lock.set(pin);
        Ok(())
    })
    .unwrap();
}

/// A library whose initialiser leaves this file.
fn singing(folder: &Path, file: &str) -> (PathBuf, PathBuf) {
    let song = folder.join(format!("{file}.song"));
    let canary = format!("{:?}", song.to_str().unwrap());
    (Recipe::default().define("CANARY", &canary).build(folder, file), song)
}

#[test]
fn a_library_that_the_project_pins_is_loaded_also_with_locked() {
    let (folder, project) = (folder(), folder());
    let library = Recipe::default().build(folder.path(), "numbers.so");
    set(project.path(), pin(&library));
    open(&pinned(&library, project.path(), false)).unwrap();
    open(&pinned(&library, project.path(), true)).unwrap();
}

/// Mutation tried: `Pins::check` compares nothing; red, and the other library's code runs.
#[test]
fn a_library_that_is_not_the_pinned_one_is_refused_before_any_code_of_it_runs() {
    let (folder, project) = (folder(), folder());
    let library = Recipe::default().build(folder.path(), "numbers.so");
    set(project.path(), pin(&library));
    let (other, song) = singing(folder.path(), "other.so");
    for locked in [false, true] {
        let error = open(&pinned(&other, project.path(), locked)).unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Permission, Some("SF0415")));
        let fact = |key: &str| error.context().iter().find(|(k, _)| k == key).unwrap().1.clone();
        assert_eq!(fact("pinned"), format!("numbers 0.1.0 sha256:{}", sha256sum(&library)));
        assert_eq!(fact("found"), format!("numbers 0.1.0 sha256:{}", sha256sum(&other)));
        assert!(error.message().ends_with("/sqlflow.lock pins"), "{error:?}");
        assert!(error.remedy().is_some());
    }
    assert!(!song.exists(), "a constructor ran");
}

/// The listing has read the good library; what is loaded is verified again.
///
/// Mutation tried: `load` takes the hash of the listing; red.
#[test]
fn a_pinned_library_that_is_replaced_after_it_was_listed_is_refused() {
    let (folder, project) = (folder(), folder());
    let library = Recipe::default().build(folder.path(), "numbers.so");
    set(project.path(), pin(&library));
    let plugins = pinned(&library, project.path(), false);
    let (other, song) = singing(folder.path(), "other.so");
    fs::rename(other, &library).unwrap();
    assert_eq!(open(&plugins).unwrap_err().code(), Some("SF0415"));
    assert!(!song.exists(), "a constructor ran");
}

/// Mutation tried: `admit` does not compare the manifests; red.
#[test]
fn a_library_that_another_plugin_takes_the_place_of_is_refused() {
    let folder = folder();
    let library = Recipe::default().build(folder.path(), "numbers.so");
    let plugins = named(&[&library]);
    let newer = Recipe::of(&NUMBERS.replace("0.1.0", "0.2.0")).build(folder.path(), "newer.so");
    fs::rename(newer, &library).unwrap();
    assert_eq!(open(&plugins).unwrap_err().code(), Some("SF0421"));
}

/// Mutation tried: `Pins::check` does not look at `locked`; red.
#[test]
fn locked_refuses_what_the_project_does_not_pin() {
    let (folder, project) = (folder(), folder());
    let (library, song) = singing(folder.path(), "numbers.so");
    let error = open(&pinned(&library, project.path(), true)).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Permission, Some("SF0414")));
    assert_eq!(error.message(), "--locked: the project does not pin `numbers`");
    assert!(!song.exists(), "a constructor ran");
    open(&pinned(&library, project.path(), false)).unwrap();
}

/// Mutation tried: `find` or `trust` asks the project's lock; there is no code for it. A profile's
/// folder made `Trusted` turns it red.
#[test]
fn a_lock_that_came_with_a_project_makes_nothing_trusted() {
    let (folder, project) = (folder(), folder());
    let library = Recipe::default().build(folder.path(), "numbers.so");
    set(project.path(), pin(&library));
    for locked in [false, true] {
        let search = SearchPath::new()
            .profile(&[folder.path().to_owned()])
            .pinned_by(Lock::read(project.path()).unwrap(), locked);
        let error = open(&Plugins::discover(search, silent())).unwrap_err();
        assert_eq!(error.code(), Some("SF0406"));
    }
}

fn installed(folder: &InstallFolder) -> Arc<Plugins> {
    Plugins::discover(SearchPath::new().installed(Some(folder.path().to_owned())), silent())
}

#[test]
fn an_installed_plugin_is_found_loaded_replaced_and_removed() {
    let (build, data) = (folder(), folder());
    let folder = InstallFolder::new(data.path().join("sqlflow/plugins"));
    let library = Recipe::default().build(build.path(), "numbers.so");
    let (given, manifest) = folder.install(&library).unwrap();
    assert_eq!((given, manifest.name.as_str()), (pin(&library), "numbers"));
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(folder.path()), 0o700);
    let plugins = installed(&folder);
    assert_eq!(plugins.entries()[0].trust, Trust::Trusted);
    let copy = plugins.entries()[0].path.clone();
    assert_eq!((mode(&copy), sha256sum(&copy)), (0o755, sha256sum(&library)));
    open(&plugins).unwrap();
    let newer = Recipe::of(&NUMBERS.replace("0.1.0", "0.2.0")).build(build.path(), "newer.so");
    folder.install(&newer).unwrap();
    folder.install(&newer).unwrap();
    assert!(!copy.exists(), "the older one is deleted");
    let plugins = installed(&folder);
    assert_eq!(plugins.entries().len(), 1);
    assert_eq!(plugins.manifest("numbers").unwrap().version, "0.2.0");
    assert_eq!(folder.remove("numbers").unwrap().version, "0.2.0");
    assert_eq!(installed(&folder).entries().len(), 0);
    let error = folder.remove("numbers").unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::NotFound, Some("SF0401")));
}

/// Mutation tried: `list_installed` trusts what lies there; red.
#[test]
fn what_was_only_copied_into_the_plugin_folder_is_not_loaded() {
    let data = folder();
    let (_, song) = singing(data.path(), "libsqlflow_connector_numbers.so");
    let plugins = installed(&InstallFolder::new(data.path().to_owned()));
    assert_eq!(plugins.entries()[0].trust, Trust::NotInstalled);
    let error = open(&plugins).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Permission, Some("SF0413")));
    assert!(!song.exists(), "a constructor ran");
}

/// Mutation tried: `Pins::check` does not ask for the installed pin; red.
#[test]
fn an_installed_library_that_was_changed_is_refused_and_the_verdict_says_so() {
    let (build, data) = (folder(), folder());
    let folder = InstallFolder::new(data.path().to_owned());
    folder.install(&Recipe::default().build(build.path(), "numbers.so")).unwrap();
    let plugins = installed(&folder);
    assert!(plugins.verify()[0].result.is_ok());
    let (other, song) = singing(build.path(), "other.so");
    fs::copy(other, &plugins.entries()[0].path).unwrap();
    let plugins = installed(&folder);
    assert_eq!(open(&plugins).unwrap_err().code(), Some("SF0415"));
    let verdict = &plugins.verify()[0];
    assert_eq!(verdict.result.as_ref().unwrap_err().code(), Some("SF0415"));
    assert_eq!(verdict.lock, data.path().canonicalize().unwrap().join("sqlflow.lock"));
    fs::remove_file(&plugins.entries()[0].path).unwrap();
    let verdict = &installed(&folder).verify()[0];
    assert_eq!(verdict.result.as_ref().unwrap_err().code(), Some("SF0420"));
    assert!(!song.exists(), "a constructor ran");
}

#[test]
fn nothing_that_would_not_be_loaded_is_installed_and_nothing_of_it_runs() {
    let (build, data) = (folder(), folder());
    let folder = InstallFolder::new(data.path().join("plugins"));
    let refused = |library: &Path, code: &str| {
        let error = folder.install(library).unwrap_err();
        assert_eq!(error.code(), Some(code), "{error:?}");
        assert!(!folder.path().exists(), "nothing was made");
    };
    let text = build.path().join("text.so");
    fs::write(&text, "text").unwrap();
    refused(&text, "SF0402");
    refused(&build.path().join("gone.so"), "SF0420");
    let newer = NUMBERS.replace("abi = '1.0'", "abi = '2.0'");
    refused(&Recipe::of(&newer).build(build.path(), "newer.so"), "SF0405");
    let (library, song) = singing(build.path(), "numbers.so");
    fs::set_permissions(&library, fs::Permissions::from_mode(0o777)).unwrap();
    refused(&library, "SF0411");
    fs::set_permissions(&library, fs::Permissions::from_mode(0o755)).unwrap();
    folder.install(&library).unwrap();
    assert!(!song.exists(), "a constructor ran");
}

const SHA: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

#[test]
fn a_lock_is_written_as_it_is_read() {
    let folder = folder();
    assert_eq!(Lock::read(folder.path()).unwrap().pins(), []);
    let pin = |name: &str, version: &str| Pin {
        name: name.into(),
        version: version.into(),
        sha256: SHA.into(),
    };
    set(folder.path(), pin("zeta", "1.0.0"));
    set(folder.path(), pin("alpha", "2.0.0-rc.1+b"));
    set(folder.path(), pin("zeta", "1.0.1"));
    let text = fs::read_to_string(folder.path().join("sqlflow.lock")).unwrap();
    let expected = format!(
        "# Written by `sqlflow plugin install`: which library each plugin is. Commit it.\n\
         version = 1\n\n\
         [[plugin]]\nname = \"alpha\"\nversion = \"2.0.0-rc.1+b\"\nsha256 = \"{SHA}\"\n\n\
         [[plugin]]\nname = \"zeta\"\nversion = \"1.0.1\"\nsha256 = \"{SHA}\"\n"
    );
    assert_eq!(text, expected);
    let lock = Lock::read(folder.path()).unwrap();
    assert_eq!(lock.pins(), [pin("alpha", "2.0.0-rc.1+b"), pin("zeta", "1.0.1")]);
}

#[test]
fn a_broken_lock_is_an_error_with_its_line() {
    let folder = folder();
    let one = |name: &str, version: &str, sha: &str| {
        format!("[[plugin]]\nname = \"{name}\"\nversion = \"{version}\"\nsha256 = \"{sha}\"\n")
    };
    let good = one("a", "1.0.0", SHA);
    for (text, line) in [
        ("version = \n".to_owned(), 1),
        ("# only a word\n\nplugins\n".to_owned(), 3),
        (format!("version = 2\n{good}"), 1),
        (format!("# head\nversion = \"1\"\n{good}"), 2),
        (format!("version = 1\nsignature = \"x\"\n{good}"), 2),
        (format!("version = 1\n{}", one("a", "1.0.0", "abc")), 2),
        (format!("version = 1\n{}", one("a", "1.0.0", &SHA.to_uppercase())), 2),
        (format!("version = 1\n{}", one("../a", "1.0.0", SHA)), 2),
        (format!("version = 1\n{}", one("a", "../..", SHA)), 2),
        (format!("version = 1\n{good}{good}"), 6),
        (format!("version = 1\n{good}size = 1\n"), 6),
        (good.clone(), 1),
    ] {
        let path = folder.path().join("sqlflow.lock");
        fs::write(&path, &text).unwrap();
        let error = Lock::read(folder.path()).unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Config, Some("SF0416")), "{text}");
        let at = error.context().iter().find(|(key, _)| key == "at").map(|(_, at)| at.clone());
        assert_eq!(at, Some(format!("{}:{line}", path.display())), "{text}");
        assert!(error.remedy().is_some());
    }
}

#[test]
fn a_broken_lock_of_the_plugin_folder_leaves_other_plugins_in_use() {
    let (data, build) = (folder(), folder());
    fs::write(data.path().join("sqlflow.lock"), "version = 9\n").unwrap();
    let library = Recipe::default().build(build.path(), "numbers.so");
    let search = SearchPath::new().installed(Some(data.path().to_owned())).environment(&[library]);
    let plugins = Plugins::discover(search, silent());
    let broken = plugins.entries()[0].manifest.as_ref().unwrap_err();
    assert_eq!(broken.code(), Some("SF0416"));
    open(&plugins).unwrap();
}

/// Mutation tried: `change` does not take the folder's lock; red, as pins are lost.
#[test]
fn pins_that_several_set_at_once_are_all_there() {
    let folder = folder();
    let names: Vec<String> = (0..64).map(|n| format!("p{n:02}")).collect();
    let project = folder.path();
    thread::scope(|scope| {
        for names in names.chunks(8) {
            scope.spawn(move || {
                for name in names {
                    let (name, version) = (name.clone(), "1.0.0".to_owned());
                    set(project, Pin { name, version, sha256: SHA.to_owned() });
                }
            });
        }
    });
    let lock = Lock::read(folder.path()).unwrap();
    let found: Vec<&String> = lock.pins().iter().map(|pin| &pin.name).collect();
    assert_eq!(found, names.iter().collect::<Vec<_>>());
}
