//! The built library is a plugin: it embeds its manifest and exports the one entry.

use std::{env, fs};

use object::{Object, ObjectSection, ObjectSymbol};

#[test]
fn the_library_embeds_its_manifest_and_exports_the_entry() {
    let test = env::current_exe().unwrap();
    let library = test.ancestors().nth(2).unwrap().join("libsqlflow_connector_parquet.so");
    let hint = "`cargo build --release` comes first: cargo builds no plugin for a test";
    let bytes = fs::read(&library).unwrap_or_else(|e| panic!("{}: {e}; {hint}", library.display()));
    let file = object::File::parse(&*bytes).unwrap();
    let manifest = file.section_by_name(".sqlflow_manifest").unwrap().data().unwrap();
    assert!(manifest.ends_with(include_bytes!("../connector.toml")), "{hint}");
    let names: Vec<&str> = file.dynamic_symbols().flat_map(|symbol| symbol.name()).collect();
    assert!(names.contains(&"sqlflow_plugin_v1"), "{names:?}");
}
