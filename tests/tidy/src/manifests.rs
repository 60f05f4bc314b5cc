//! The members' Cargo.toml.

use toml::{Table, Value};

use crate::tree::Tree;

/// A member of the workspace.
#[derive(Debug)]
pub(crate) struct Manifest<'a> {
    /// Its folder, such as `core/plan`.
    pub(crate) room: &'a str,
    pub(crate) table: Table,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Built into the package or into its build script.
    Product,
    Dev,
}

/// Those of the workspace: a crate of an example has one of its own.
pub(crate) fn manifests(tree: &Tree) -> Vec<Manifest<'_>> {
    let all = tree.texts("/Cargo.toml").map(|(path, text)| Manifest {
        room: path.trim_end_matches("/Cargo.toml"),
        table: toml::from_str(text).unwrap_or_else(|error| panic!("{path}: {error}")),
    });
    all.filter(|manifest| !manifest.table.contains_key("workspace")).collect()
}

impl Manifest<'_> {
    pub(crate) fn path(&self) -> String {
        format!("{}/Cargo.toml", self.room)
    }

    pub(crate) fn package(&self) -> &str {
        self.table["package"]["name"].as_str().unwrap()
    }

    /// The packages it names, also those of one platform only.
    pub(crate) fn dependencies(&self) -> Vec<(Kind, String)> {
        let targets = self.table.get("target").and_then(Value::as_table);
        let platforms = targets.into_iter().flat_map(Table::values).filter_map(Value::as_table);
        platforms.chain([&self.table]).flat_map(named).collect()
    }
}

fn named(table: &Table) -> Vec<(Kind, String)> {
    const SECTIONS: [(&str, Kind); 3] = [
        ("dependencies", Kind::Product),
        ("build-dependencies", Kind::Product),
        ("dev-dependencies", Kind::Dev),
    ];
    let section = |(key, kind): (&str, Kind)| {
        let entries = table.get(key).and_then(Value::as_table).into_iter().flatten();
        entries.map(|(name, value)| (kind, package(name, value))).collect::<Vec<_>>()
    };
    SECTIONS.into_iter().flat_map(section).collect()
}

/// A dependency may be renamed; `package` then holds its own name.
fn package(name: &str, value: &Value) -> String {
    value.get("package").and_then(Value::as_str).unwrap_or(name).to_owned()
}

#[test]
fn renamed_and_platform_dependencies_are_seen() {
    let text = "[package]\nname = \"a\"\n[target.'cfg(unix)'.dependencies]\n\
        x = { package = \"libloading\", version = \"1\" }\n[dev-dependencies]\ny.workspace = true";
    let tree = Tree::of(&[("core/a/Cargo.toml", text)]);
    let found = manifests(&tree)[0].dependencies();
    assert_eq!(found, [(Kind::Product, "libloading".to_owned()), (Kind::Dev, "y".to_owned())]);
}
