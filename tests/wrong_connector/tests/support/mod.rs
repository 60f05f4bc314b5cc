//! The wrong connector, and copies of it with one fault each.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{env, fs, path::PathBuf};

use tempfile::TempDir;

const MARK: &[u8] = b"sqlflow-wrong-connector=";

pub(crate) fn built(name: &str) -> PathBuf {
    let test = env::current_exe().unwrap();
    let path = test.ancestors().nth(2).unwrap().join(name);
    assert!(path.is_file(), "{} is missing: cargo build --release --workspace", path.display());
    path
}

/// A copy of the library in which something else stands.
pub(crate) struct Patched {
    _folder: TempDir,
    pub(crate) library: PathBuf,
}

pub(crate) fn patched(changes: &[(&[u8], &[u8])]) -> Patched {
    let folder = TempDir::new().unwrap();
    let mut bytes = fs::read(built("examples/libwrong_connector.so")).unwrap();
    for (from, to) in changes {
        assert_eq!(from.len(), to.len(), "a file's bytes keep their places");
        let places: Vec<usize> =
            (0..bytes.len() - from.len()).filter(|at| bytes[*at..].starts_with(from)).collect();
        assert!(!places.is_empty(), "{:?} is not in the library", String::from_utf8_lossy(from));
        for at in places {
            bytes[at..at + to.len()].copy_from_slice(to);
        }
    }
    let library = folder.path().join("libwrong_connector.so");
    fs::write(&library, bytes).unwrap();
    Patched { _folder: folder, library }
}

/// The library with the fault of this name.
pub(crate) fn with_fault(fault: &str) -> Patched {
    let padded = |name: &str| [MARK, format!("{name:<48}").as_bytes()].concat();
    let (none, named) = (padded(""), padded(fault));
    match fault {
        // Two faults that stand in the file and not in the code.
        "exports-nothing-else" => patched(&[(b"\0_edata\0", b"\0_extra\0")]),
        "undeclared-mode-is-refused" => patched(&[(&none, &named), WITHOUT_UPSERT]),
        _ => patched(&[(&none, &named)]),
    }
}

/// A manifest without a mode, so that there is one to refuse.
pub(crate) const WITHOUT_UPSERT: (&[u8], &[u8]) = (b", \"upsert\"]", b"]          ");
