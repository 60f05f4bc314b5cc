//! What is not a plugin is refused before any code of it runs.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::{
    fs::{self, File},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    process::Command,
};

use sqlflow_plugin_sdk::Error;
use support::{NUMBERS, Recipe, folder, named};

/// Why a file is not a plugin; nothing of it runs.
fn reason(path: &Path) -> Error {
    let plugins = named(&[path]);
    let [entry] = plugins.entries() else { unreachable!("one file is one entry") };
    entry.manifest.clone().unwrap_err()
}

#[track_caller]
fn check(path: &Path, code: &str, message: &str) {
    let error = reason(path);
    assert_eq!((error.code(), error.message()), (Some(code), message));
    let whole = path.canonicalize().unwrap_or(path.to_owned()).display().to_string();
    assert_eq!(error.context(), [("plugin".to_owned(), whole)]);
    assert!(error.remedy().is_some());
}

fn damaged(library: &Path, change: impl FnOnce(&mut Vec<u8>)) -> PathBuf {
    let mut bytes = fs::read(library).unwrap();
    change(&mut bytes);
    let copy = library.with_file_name("damaged.so");
    fs::write(&copy, bytes).unwrap();
    copy
}

#[test]
fn a_text_file_is_no_library() {
    let folder = folder();
    for content in ["", "just text\n", "\x7fELF", "#!/bin/sh\nexit 1\n"] {
        let path = folder.path().join("text.so");
        fs::write(&path, content).unwrap();
        check(&path, "SF0402", "not a connector plugin: it is not an ELF library");
    }
}

#[test]
fn a_library_without_a_manifest_is_no_plugin() {
    let folder = folder();
    let library = Recipe { manifest: None, ..Recipe::default() }.build(folder.path(), "bare.so");
    check(&library, "SF0417", "not a connector plugin: it has no connector manifest");
}

#[test]
fn a_library_of_the_system_is_no_plugin() {
    let folder = folder();
    for library in ["libm.so.6", "libc.so.6"] {
        let printed =
            Command::new("cc").arg(format!("-print-file-name={library}")).output().unwrap();
        let path = PathBuf::from(String::from_utf8(printed.stdout).unwrap().trim());
        let copy = folder.path().join(library);
        fs::copy(&path, &copy).unwrap();
        check(&copy, "SF0417", "not a connector plugin: it has no connector manifest");
    }
}

#[test]
fn a_plugin_without_the_entry_is_refused() {
    let folder = folder();
    let recipe = Recipe::default().define("ENTRY", "sqlflow_plugin_v9");
    let library = recipe.build(folder.path(), "other.so");
    let message = "not a connector plugin: the symbol sqlflow_plugin_v1 is missing";
    check(&library, "SF0418", message);
}

/// Mutation tried: `verify` does not look at `e_machine`; red.
#[test]
fn a_library_for_another_cpu_is_refused() {
    const E_MACHINE: usize = 18;
    const EM_RISCV: u16 = 243;
    let folder = folder();
    let library = Recipe::default().build(folder.path(), "numbers.so");
    let other = damaged(&library, |bytes| {
        bytes[E_MACHINE..E_MACHINE + 2].copy_from_slice(&EM_RISCV.to_le_bytes());
    });
    let message = format!("the library is not for {}", std::env::consts::ARCH);
    check(&other, "SF0403", &message);
}

#[test]
fn a_program_is_no_shared_library() {
    const E_TYPE: usize = 16;
    const ET_EXEC: u8 = 2;
    let folder = folder();
    let library = Recipe::default().build(folder.path(), "numbers.so");
    let program = damaged(&library, |bytes| bytes[E_TYPE] = ET_EXEC);
    check(&program, "SF0402", "not a connector plugin: it is not a shared library");
}

/// Mutation tried: `MAX_MANIFEST` is not looked at; red.
#[test]
fn a_manifest_larger_than_64_kib_is_refused() {
    let folder = folder();
    let check = |length: usize| {
        let padding = "#".repeat(length - NUMBERS.len() - 1);
        let recipe = Recipe { manifest: Some(format!("{NUMBERS}{padding}")), ..Recipe::default() };
        named(&[&recipe.build(folder.path(), "big.so")]).entries()[0].manifest.clone()
    };
    // The compiler adds a NUL, which counts.
    assert_eq!(check(64 << 10).unwrap().name, "numbers");
    let error = check((64 << 10) + 1).unwrap_err();
    let message = "the connector's manifest breaks a rule: it is larger than 64 KiB";
    assert_eq!((error.code(), error.message()), (Some("SF0419"), message));
}

#[test]
fn a_manifest_that_cannot_be_read_is_refused_with_the_place() {
    let folder = folder();
    for manifest in ["name = ", "name = 'numbers'", "%"] {
        let recipe = Recipe { manifest: Some(manifest.to_owned()), ..Recipe::default() };
        let error = reason(&recipe.build(folder.path(), "wrong.so"));
        assert_eq!(error.code(), Some("SF0419"));
        assert_eq!(error.message(), "the connector's manifest cannot be read");
        assert!(error.causes()[0].contains("line 1"), "{error:?}");
    }
}

/// dlopen of a library that is cut short ends in a bus error, which takes the process down. Here it is
/// the section table, which stands last, whose absence is found.
///
/// Mutation tried: neither `check_whole` nor the parser's own check refuses it, as the manifest is
/// read from the section's usual place; red.
#[test]
fn a_plugin_cut_short_anywhere_is_refused() {
    let folder = folder();
    let library = Recipe::default().build(folder.path(), "numbers.so");
    let whole = fs::metadata(&library).unwrap().len();
    let cut = folder.path().join("cut.so");
    fs::copy(&library, &cut).unwrap();
    let file = File::options().write(true).open(&cut).unwrap();
    let lengths = (0..whole).rev().filter(|length| length % 61 == 0 || whole - length <= 64);
    for length in lengths {
        file.set_len(length).unwrap();
        let error = reason(&cut);
        assert!(
            matches!(error.code(), Some("SF0402" | "SF0404" | "SF0417")),
            "{length}: {error:?}"
        );
        assert_eq!(named(&[&cut]).specs("numbers").unwrap_err().code(), Some("SF0401"));
    }
}

/// A linker may put the section table first, so that a cut takes the end of a segment only.
///
/// Mutation tried: `check_whole` says yes to everything; red.
#[test]
fn a_segment_that_ends_behind_the_file_is_refused() {
    const PHOFF: usize = 32;
    const PHNUM: usize = 56;
    const PH_SIZE: usize = 56;
    const FILE_SIZE: usize = 32;
    let folder = folder();
    let library = Recipe::default().build(folder.path(), "numbers.so");
    let bytes = fs::read(&library).unwrap();
    let table = u64::from_le_bytes(bytes[PHOFF..PHOFF + 8].try_into().unwrap()) as usize;
    let segments = usize::from(u16::from_le_bytes([bytes[PHNUM], bytes[PHNUM + 1]]));
    assert!(segments > 4, "a library of {segments} segments");
    for segment in 0..segments {
        for size in [bytes.len() as u64 + 1, u64::MAX] {
            let at = table + segment * PH_SIZE + FILE_SIZE;
            let longer = damaged(&library, |bytes| {
                bytes[at..at + 8].copy_from_slice(&size.to_le_bytes());
            });
            check(&longer, "SF0404", "the library's file is cut short or damaged");
        }
    }
}

/// Every byte in turn of the headers at the front and of the section table at the end.
#[test]
fn a_damaged_plugin_is_listed_or_refused_but_never_a_panic() {
    let folder = folder();
    let library = Recipe::default().build(folder.path(), "numbers.so");
    let original = fs::read(&library).unwrap();
    let size = original.len();
    let broken = folder.path().join("broken.so");
    fs::write(&broken, &original).unwrap();
    let file = File::options().write(true).open(&broken).unwrap();
    for at in (0..1024).chain(size - 2048..size) {
        file.write_at(&[!original[at]], at as u64).unwrap();
        assert_eq!(named(&[&broken]).entries().len(), 1);
        file.write_at(&[original[at]], at as u64).unwrap();
    }
    assert!(named(&[&broken]).manifest("numbers").is_ok(), "every byte was put back");
}

/// Mutation tried: `open` does not ask whether it is a file; the test never ends.
#[test]
fn a_pipe_or_a_folder_with_a_plugins_name_is_refused_at_once() {
    let folder = folder();
    let pipe = folder.path().join("libsqlflow_connector_pipe.so");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    fs::create_dir(folder.path().join("libsqlflow_connector_folder.so")).unwrap();
    let plugins = named(&[folder.path()]);
    let messages: Vec<String> = plugins
        .entries()
        .iter()
        .map(|entry| entry.manifest.as_ref().unwrap_err().message().to_owned())
        .collect();
    assert_eq!(messages, ["not a connector plugin: it is not a file"; 2]);
}

#[test]
fn a_file_that_is_not_there_is_an_error() {
    let folder = folder();
    let error = reason(&folder.path().join("gone.so"));
    assert!(error.message().ends_with("gone.so cannot be searched for plugins"), "{error:?}");
    assert_eq!(error.code(), Some("SF0420"));
}
