//! A Rust plugin whose frozen types are laid out in another way than the host's: it is refused by
//! the comparison of layouts before it is called.
//!
//! The crate is made from the sources of `plugin-sdk/abi` and `layout/plugin.rs`, with the fields of
//! one struct swapped, and built by cargo beside the profile's folder. Built with its fields as they
//! are, it loads: nothing but the swap is refused.
//!
//! Mutation tried: the host takes the C symbol although the layouts differ; the plugin is called.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use sqlflow_plugin_sdk::ErrorKind;
use support::{Ends, built, folder, named, the_next_run_is_green};

const MANIFEST: &str = "[workspace]\n\n[package]\nname = \"sqlflow-plugin-abi\"\n\
    version = \"1.0.0\"\nedition = \"2024\"\n\n[lib]\ncrate-type = [\"cdylib\"]\n\n\
    [features]\ndefault = [\"layout\"]\nlayout = []\n\n[dependencies]\n\
    abi_stable = { version = \"=0.11.3\", default-features = false }\n\n\
    [profile.release]\nopt-level = 0\n";

/// Builds the plugin with this change of the frozen types.
fn plugin(into: &Path, frozen: impl FnOnce(String) -> String) -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (abi, target) = (here.join("../../plugin-sdk/abi/src"), built().join("../foreign"));
    let package = target.join("layout_package");
    fs::create_dir_all(package.join("src")).unwrap();
    for file in ["arrow.rs", "tables.rs", "layout.rs"] {
        fs::copy(abi.join(file), package.join("src").join(file)).unwrap();
    }
    let text = fs::read_to_string(abi.join("frozen.rs")).unwrap();
    fs::write(package.join("src/frozen.rs"), frozen(text)).unwrap();
    let lib = fs::read_to_string(abi.join("lib.rs")).unwrap();
    let plugin = fs::read_to_string(here.join("layout/plugin.rs")).unwrap();
    fs::write(package.join("src/lib.rs"), format!("{lib}\nmod plugin;\n")).unwrap();
    fs::write(package.join("src/plugin.rs"), plugin).unwrap();
    fs::write(package.join("Cargo.toml"), MANIFEST).unwrap();
    // The versions that the workspace has: cargo takes out what is not used here.
    fs::copy(here.join("../../Cargo.lock"), package.join("Cargo.lock")).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["build", "--release", "--target-dir"])
        .arg(&target)
        .current_dir(&package)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let library = into.join("libsqlflow_connector_swapped.so");
    fs::copy(target.join("release/libsqlflow_plugin_abi.so"), &library).unwrap();
    library
}

fn swapped(text: String) -> String {
    let slice = text.find("pub struct Slice").unwrap();
    let end = slice + text[slice..].find('}').unwrap();
    let fields = &text[slice..end];
    let other = fields.replace("pub ptr: *const u8,", "\u{0}").replace("pub len: usize,", "\u{1}");
    let other = other.replace('\u{0}', "pub len: usize,").replace('\u{1}', "pub ptr: *const u8,");
    assert_ne!(fields, other);
    format!("{}{other}{}", &text[..slice], &text[end..])
}

#[test]
fn a_plugin_whose_frozen_struct_has_its_fields_swapped_is_refused() {
    let folder = folder();
    let honest = plugin(folder.path(), |text| text);
    let called = named(&honest).specs("swapped").unwrap_err();
    assert!(called.message().contains("it was called"), "{called:?}");
    let second = support::folder();
    let lying = plugin(second.path(), swapped);
    let error = named(&lying).specs("swapped").unwrap_err();
    let refused = Ends::with(ErrorKind::Unsupported, Some("SF0422"), "in another way");
    refused.check("swapped fields", &error);
    assert!(error.context().iter().any(|(key, _)| key == "differs"), "{error:?}");
    the_next_run_is_green("swapped fields");
}
