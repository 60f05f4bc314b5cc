//! The built library is a plugin: it carries its manifest and exports the entry, and nothing has
//! to run to find that out.

use std::fs;

use object::{File, Object, ObjectSection, ObjectSymbol, Symbol};

/// The library beside this test, as `cargo build --release` has left it.
fn library() -> std::io::Result<Vec<u8>> {
    let test = std::env::current_exe()?;
    let profile_folder = test.ancestors().nth(2).unwrap_or(&test);
    fs::read(profile_folder.join("libsqlflow_connector_in_memory.so"))
}

#[test]
fn the_library_carries_its_manifest() {
    let library =
        library().expect("cargo build --release -p sqlflow-connector-in_memory comes first");
    let file = File::parse(library.as_slice()).unwrap();
    let section = file.section_by_name(".sqlflow_manifest").unwrap();
    let manifest = std::str::from_utf8(section.data().unwrap()).unwrap();
    assert!(manifest.starts_with("version = \""), "{manifest}");
    assert!(manifest.ends_with(include_str!("../connector.toml")), "{manifest}");
}

#[test]
fn the_library_exports_the_entry_of_the_plugin_contract() {
    let library =
        library().expect("cargo build --release -p sqlflow-connector-in_memory comes first");
    let file = File::parse(library.as_slice()).unwrap();
    let is_entry = |symbol: &Symbol<'_, '_>| symbol.name() == Ok("sqlflow_plugin_v1");
    assert!(file.dynamic_symbols().any(|symbol| is_entry(&symbol) && symbol.is_definition()));
}
