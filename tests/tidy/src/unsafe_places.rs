//! A6: "`unsafe` stands only in `abi`, the sdk's export module, `host` and the engine's table
//! function, each block with `// SAFETY:`." Clippy checks the comments (see `lints`), this the
//! places. Mutation: an `unsafe` block in `core/run/src`.

use crate::finding::{Finding, lines, none};
use crate::tokens::tokens;
use crate::tree::{Tree, tree};

const PLACES: &[&str] = &[
    "plugin-sdk/abi/",
    "plugin-sdk/sdk/src/export.rs",
    "plugin-sdk/sdk/src/export/",
    // They play the host: they call the exported table as C does.
    "plugin-sdk/sdk/tests/",
    "core/host/",
    // They break the contract on purpose.
    "tests/hostile_plugin/",
    "tests/wrong_connector/",
    // Written against the C tables alone, as any language is.
    "tests/foreign_plugin/other_arrow/",
    "core/engine/src/table_function/",
];

fn findings(tree: &Tree) -> Vec<Finding> {
    tree.texts(".rs")
        .filter(|(path, _)| !PLACES.iter().any(|place| path.starts_with(place)))
        .flat_map(|(path, text)| {
            let found = tokens(path, text).into_iter().filter(|token| token.text == "unsafe");
            found.map(|token| Finding::new(path, token.line, "unsafe", "unsafe code (A6)"))
        })
        .collect()
}

#[test]
fn unsafe_code_stands_in_its_places_only() {
    none("architecture.md, section 4: A6", &findings(tree()));
}

#[test]
fn unsafe_code_elsewhere_is_found() {
    let text = "// unsafe\nfn f() { \"unsafe\" }\nunsafe impl Send for X {}";
    let places = [("core/host/src/a.rs", text), ("core/run/src/a.rs", text)];
    let found = findings(&Tree::of(&places));
    assert_eq!(lines(&found), ["core/run/src/a.rs:3: unsafe code (A6)"]);
}
