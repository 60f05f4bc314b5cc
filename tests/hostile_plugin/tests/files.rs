//! Files that are no plugin, no longer one, one for another machine or not the one that was pinned:
//! each is refused with its own code before any of its code runs.
//!
//! The liar leaves a canary from its initialiser (`.init_array`), which the first test shows to
//! sing.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::json;
use sqlflow_host::{Lock, Pin, Plugins, SearchPath, SourceRegistry};
use sqlflow_plugin_sdk::{CancelToken, Error, ErrorKind};
use support::{
    Ends, folder,
    liar::{Liar, MANIFEST},
    library, named, object, runs, the_next_run_is_green,
};
use tempfile::TempDir;

/// A liar that leaves a file where its code runs.
struct Canary {
    folder: TempDir,
    library: PathBuf,
    song: PathBuf,
}

impl Canary {
    fn new() -> Self {
        Self::of(Liar::new())
    }

    fn of(liar: Liar) -> Self {
        let folder = folder();
        let song = folder.path().join("song");
        let library = liar.with_canary(&song).build(folder.path());
        Self { folder, library, song }
    }

    fn bytes(&self) -> Vec<u8> {
        fs::read(&self.library).unwrap()
    }

    /// Puts other bytes in the library's place.
    fn becomes(self, bytes: &[u8]) -> Self {
        fs::write(&self.library, bytes).unwrap();
        self
    }

    /// The library is refused so, and was silent.
    #[track_caller]
    fn is_refused(&self, cell: &str, expect: Ends) {
        expect.check(cell, &self.refusal(named(&self.library).as_ref()));
        assert!(!self.song.exists(), "{cell}: code of a refused library ran");
        the_next_run_is_green(cell);
    }

    fn refusal(&self, plugins: &Plugins) -> Error {
        refusal(plugins, "liar")
    }
}

/// Why the first plugin found is refused, found out by opening it, as a run does.
fn refusal(plugins: &Plugins, name: &str) -> Error {
    let listed = plugins.entries()[0].manifest.as_ref().err().cloned();
    let opened = plugins.specs(name).err();
    listed.or(opened).unwrap_or_else(|| panic!("{name} was loaded"))
}

const fn config(code: &'static str, says: &'static str) -> Ends {
    Ends::with(ErrorKind::Config, Some(code), says)
}

fn open(plugins: &std::sync::Arc<Plugins>) -> Option<Error> {
    let registry = SourceRegistry::new(plugins);
    registry.open("liar", &object(json!({})), &CancelToken::new()).err()
}

#[test]
fn the_canary_sings_where_the_library_is_loaded() {
    let canary = Canary::new();
    let plugins = named(&canary.library);
    assert!(!canary.song.exists(), "listing runs nothing");
    assert!(open(&plugins).is_none());
    assert!(canary.song.exists());
}

/// Two looks find it, at the segments and at the sections: without the first one, each length is
/// still refused.
#[test]
fn a_library_cut_at_any_page_is_refused() {
    let folder = folder();
    let cut = folder.path().join("libsqlflow_connector_csv.so");
    fs::copy(library("sqlflow_connector_csv"), &cut).unwrap();
    let file = fs::OpenOptions::new().write(true).open(&cut).unwrap();
    let size = file.metadata().unwrap().len();
    assert!(size > 1 << 20, "a real plugin");
    for length in (0..size).step_by(4096).collect::<Vec<_>>().into_iter().rev() {
        file.set_len(length).unwrap();
        let error = refusal(&named(&cut), "csv");
        let expect = if length == 0 {
            config("SF0402", "not an ELF")
        } else {
            config("SF0404", "cut short")
        };
        expect.check(&format!("{length} bytes"), &error);
    }
    the_next_run_is_green("every length");
}

#[test]
fn a_library_cut_anywhere_runs_nothing() {
    let canary = Canary::new();
    let whole = canary.bytes();
    let mut canary = canary;
    for length in (0..whole.len()).step_by(512).chain([whole.len() - 1, 63, 64, 65]) {
        canary = canary.becomes(&whole[..length]);
        let error = canary.refusal(&named(&canary.library));
        assert!(matches!(error.code(), Some("SF0402" | "SF0404")), "{length}: {error:?}");
        assert!(!canary.song.exists(), "{length}: code of a refused library ran");
    }
    the_next_run_is_green("every length");
}

/// Bytes of the ELF header that say what machine a library is for.
#[test]
fn a_library_of_another_machine_is_refused() {
    const CLASS: usize = 4;
    const ENDIAN: usize = 5;
    const MACHINE: usize = 18;
    let other = config("SF0403", "is not for");
    for (cell, at, value) in
        [("another processor", MACHINE, 0xf3), ("32 bits", CLASS, 1), ("big endian", ENDIAN, 2)]
    {
        let canary = Canary::new();
        let mut bytes = canary.bytes();
        bytes[at] = value;
        canary.becomes(&bytes).is_refused(cell, other);
    }
}

#[test]
fn a_file_that_is_no_library_is_refused() {
    let no_library = config("SF0402", "not a connector plugin");
    let canary = Canary::new();
    let object_type = 16;
    let mut executable = canary.bytes();
    executable[object_type] = 2;
    for (cell, bytes) in [
        ("empty", &b""[..]),
        ("text", b"#!/bin/sh\ntouch song\n"),
        ("four bytes", b"\x7fELF"),
        ("zeros", &[0; 8192]),
        ("an executable", &executable),
    ] {
        Canary::new().becomes(bytes).is_refused(cell, no_library);
    }
}

#[test]
fn a_library_that_needs_what_this_system_lacks_is_refused() {
    let canary = Canary::of(Liar::new().define("NEEDS_MISSING", "1"));
    let expect = Ends::with(ErrorKind::Unavailable, Some("SF0408"), "cannot load");
    let error = open(&named(&canary.library)).unwrap();
    expect.check("a missing symbol", &error);
    assert!(error.causes().iter().any(|cause| cause.contains("nobody_has_this")), "{error:?}");
    assert!(!canary.song.exists(), "code of a refused library ran");
}

#[test]
fn a_name_that_is_no_file_is_refused() {
    let unreadable = Ends::with(ErrorKind::NotFound, Some("SF0420"), "");
    let folder = folder();
    let path = folder.path().join("libsqlflow_connector_liar.so");
    unreadable.check("nothing there", &refusal(&named(&path), "liar"));
    let made = Command::new("mkfifo").arg(&path).status().unwrap();
    assert!(made.success());
    let searched = Ends::with(ErrorKind::NotFound, Some("SF0420"), "cannot be searched");
    searched.check("a pipe by its name", &refusal(&named(&path), "liar"));
    config("SF0402", "not a file").check("a pipe", &refusal(&named(folder.path()), "liar"));
    fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink("/dev/null", &path).unwrap();
    searched.check("a device by its name", &refusal(&named(&path), "liar"));
    assert!(named(folder.path()).entries().is_empty(), "a device");
    the_next_run_is_green("no files");
}

#[test]
fn a_folder_named_like_a_library_holds_no_plugin() {
    let folder = folder();
    let path = folder.path().join("libsqlflow_connector_liar.so");
    fs::create_dir(&path).unwrap();
    assert!(named(&path).entries().is_empty());
    config("SF0402", "not a file").check("listed", &refusal(&named(folder.path()), "liar"));
    the_next_run_is_green("a folder");
}

/// The C library's own mathematics, wherever this machine has it: the test has it open.
#[test]
fn a_library_of_another_purpose_is_refused() {
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    let libc = maps.split_whitespace().find(|word| word.ends_with("/libc.so.6")).unwrap();
    let libm = Path::new(libc).with_file_name("libm.so.6");
    config("SF0417", "no connector manifest").check("libm", &refusal(&named(&libm), "libm"));
    the_next_run_is_green("libm");
}

#[test]
fn a_library_without_the_entry_is_refused() {
    let canary = Canary::of(Liar::new().define("ENTRY", "sqlflow_plugin_v0"));
    canary.is_refused("no entry", config("SF0418", "sqlflow_plugin_v1 is missing"));
}

#[test]
fn a_manifest_that_is_none_is_refused() {
    for (honest, lie) in [
        ("version = '0.1.0'", "versio! = 0.1.0 "),
        ("name = 'liar'", "name = 'Liar'"),
        ("name = 'liar'", "name = '../r'"),
        ("kinds = ['source'", "kinds = ['surprise'"),
    ] {
        let canary = Canary::new();
        let text = String::from_utf8_lossy(&canary.bytes()).into_owned();
        assert!(text.contains(honest), "{honest}");
        let bytes = replaced(&canary.bytes(), honest, lie);
        canary.becomes(&bytes).is_refused(lie, config("SF0419", "manifest"));
    }
}

/// The bytes with a text in the place of another; what it is shorter by is filled with blanks.
fn replaced(bytes: &[u8], text: &str, by: &str) -> Vec<u8> {
    let found = bytes.windows(text.len()).position(|window| window == text.as_bytes()).unwrap();
    let mut bytes = bytes.to_vec();
    if by.len() <= text.len() {
        let filled = format!("{by:<0$}", text.len());
        bytes[found..found + text.len()].copy_from_slice(filled.as_bytes());
    } else {
        let place = &mut bytes[found..found + by.len()];
        place.copy_from_slice(by.as_bytes());
    }
    bytes
}

#[test]
fn a_plugin_of_another_abi_is_refused() {
    let other = Ends::with(ErrorKind::Unsupported, Some("SF0405"), "connector ABI");
    for abi in ["2.0", "0.9", "1", "", "1.x"] {
        let manifest = MANIFEST.replace("'1.0'", &format!("'{abi}'"));
        Canary::of(Liar::of(&manifest)).is_refused(abi, other);
    }
    let newer = MANIFEST.replace("abi_min = '1.0'", "abi_min = '1.1'");
    Canary::of(Liar::of(&newer)).is_refused("newer minor needed", other);
}

#[test]
fn a_plugin_that_others_may_change_is_refused() {
    let open = Ends::with(ErrorKind::Permission, Some("SF0411"), "anybody");
    let canary = Canary::new();
    let mode = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    mode(&canary.library, 0o757);
    canary.is_refused("the file", open);
    mode(&canary.library, 0o755);
    mode(canary.folder.path(), 0o777);
    canary.is_refused("the folder", open);
    mode(canary.folder.path(), 0o755);
    let nested = canary.folder.path().join("a/b");
    fs::create_dir_all(&nested).unwrap();
    let library = nested.join("libsqlflow_connector_liar.so");
    fs::rename(&canary.library, &library).unwrap();
    mode(&canary.folder.path().join("a"), 0o777);
    let nested = Canary { library, ..canary };
    nested.is_refused("a folder above", open);
}

#[test]
fn a_plugin_that_came_with_the_project_is_refused() {
    let canary = Canary::new();
    let search = SearchPath::new().profile(&[canary.folder.path().to_owned()]);
    let plugins = Plugins::discover(search, std::sync::Arc::new(|_| ()));
    let not_named = Ends::with(ErrorKind::Permission, Some("SF0406"), "not named by you");
    not_named.check("the profile's folder", &canary.refusal(&plugins));
    assert!(!canary.song.exists());
}

/// Mutation tried: `compare` of the host's pins passes everything; red.
#[test]
fn a_plugin_swapped_after_it_was_pinned_is_refused() {
    let canary = Canary::new();
    let project = folder();
    let sha256 = sha256(&canary.library);
    let pin = Pin { name: "liar".to_owned(), version: "0.1.0".to_owned(), sha256 };
    Lock::change(project.path(), |lock| {
        lock.set(pin);
        Ok(())
    })
    .unwrap();
    let plugins = |locked| {
        let lock = Lock::read(project.path()).unwrap();
        let search = SearchPath::new()
            .by_hand(std::slice::from_ref(&canary.library))
            .pinned_by(lock, locked);
        Plugins::discover(search, std::sync::Arc::new(|_| ()))
    };
    let mut bytes = canary.bytes();
    bytes.push(0);
    let swapped = canary.folder.path().join("swapped");
    fs::write(&swapped, bytes).unwrap();
    let original = canary.folder.path().join("original");
    fs::copy(&canary.library, &original).unwrap();
    fs::rename(&swapped, &canary.library).unwrap();
    let other = Ends::with(ErrorKind::Permission, Some("SF0415"), "not the one");
    other.check("swapped", &canary.refusal(&plugins(false)));
    assert!(!canary.song.exists(), "code of a refused library ran");
    fs::rename(&original, &canary.library).unwrap();
    assert!(open(&plugins(true)).is_none(), "the pinned one is loaded");
    the_next_run_is_green("swapped");
}

#[test]
fn locked_refuses_what_no_lock_pins() {
    let canary = Canary::new();
    let project = folder();
    let lock = Lock::read(project.path()).unwrap();
    let search =
        SearchPath::new().by_hand(std::slice::from_ref(&canary.library)).pinned_by(lock, true);
    let plugins = Plugins::discover(search, std::sync::Arc::new(|_| ()));
    let not_pinned = Ends::with(ErrorKind::Permission, Some("SF0414"), "does not pin `liar`");
    not_pinned.check("--locked", &canary.refusal(&plugins));
    assert!(!canary.song.exists(), "code of a refused library ran");
}

/// As coreutils computes it.
fn sha256(library: &Path) -> String {
    let output = Command::new("sha256sum").arg(library).output().unwrap();
    String::from_utf8(output.stdout).unwrap().split_whitespace().next().unwrap().to_owned()
}

/// What was listed is not what is loaded, where somebody swaps the file in between.
#[test]
fn a_plugin_swapped_after_it_was_listed_is_refused() {
    let canary = Canary::new();
    let good = runs::source(&canary.library, "liar", json!({})).unwrap();
    assert_eq!(good, 9);
    let other = Canary::of(Liar::of(&MANIFEST.replace("'0.1.0'", "'0.1.1'")));
    let plugins = named(&other.library);
    fs::rename(&canary.library, &other.library).unwrap();
    let error = plugins.specs("liar").unwrap_err();
    Ends::with(ErrorKind::Unavailable, Some("SF0421"), "replaced").check("swapped", &error);
    assert!(!other.song.exists());
    the_next_run_is_green("swapped");
}
