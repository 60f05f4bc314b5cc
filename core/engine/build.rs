//! Puts libduckdb beside what cargo builds, so that run, test and doctest find it in any target
//! folder: cargo lets a program load libraries only from link search paths inside that folder.

#![allow(clippy::disallowed_methods, reason = "a build script is told everything by environment")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

const LIBRARY: &str = "libduckdb.so";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=DUCKDB_LIB_DIR");
    if env::var_os("CARGO_FEATURE_BUNDLED").is_some() {
        return Ok(());
    }
    let library = PathBuf::from(env::var("DUCKDB_LIB_DIR")?).join(LIBRARY);
    println!("cargo:rerun-if-changed={}", library.display());
    if !library.exists() {
        return Err(format!("{} is missing: run scripts/libduckdb", library.display()).into());
    }
    let profile = profile_folder(Path::new(&env::var("OUT_DIR")?))?;
    link(&library, &profile.join(LIBRARY))?;
    println!("cargo:rustc-link-search=native={}", profile.display());
    Ok(())
}

/// `target/release` of `target/release/build/<package>/out`.
fn profile_folder(out: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let folder = out.ancestors().nth(3).ok_or("OUT_DIR does not lie in a profile folder")?;
    Ok(folder.to_owned())
}

/// Hard-links, or copies where the target folder lies on another file system.
fn link(library: &Path, wanted: &Path) -> Result<(), Box<dyn Error>> {
    if wanted.exists() {
        fs::remove_file(wanted)?;
    }
    if fs::hard_link(library, wanted).is_err() {
        fs::copy(library, wanted)?;
    }
    Ok(())
}
