//! Lets the installed binary find libduckdb beside itself or in the `lib` folder next to `bin`, and
//! takes the pages about error codes into it.

use std::path::Path;
use std::{env, fs, io};

/// Where the pages lie, from this crate.
const PAGES: &str = "../../docs/reference/errors";

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-link-arg-bins=-Wl,-rpath,$ORIGIN:$ORIGIN/../lib");
    println!("cargo:rerun-if-changed={PAGES}");
    #[expect(clippy::disallowed_methods, reason = "cargo tells a build script where to write so")]
    let out = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo sets OUT_DIR"))?;
    fs::write(Path::new(&out).join("pages.rs"), table(&codes()?))
}

/// The codes that have a page, in order.
fn codes() -> io::Result<Vec<String>> {
    let mut codes = Vec::new();
    for entry in fs::read_dir(PAGES)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        codes.extend(
            name.strip_suffix(".md").filter(|code| code.starts_with("SF")).map(str::to_owned),
        );
    }
    codes.sort();
    Ok(codes)
}

/// An array of codes with their pages, as Rust.
fn table(codes: &[String]) -> String {
    let entry = |code: &String| {
        let path = format!("concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/{PAGES}/{code}.md\")");
        format!("    (\"{code}\", include_str!({path})),\n")
    };
    format!("&[\n{}]\n", codes.iter().map(entry).collect::<String>())
}
