//! The pages of `docs/reference` that are made from what connectors and the conformance suite say
//! of themselves are as they would be made now.
//!
//! To make them again: `UPDATE=1 cargo test --release --workspace --test reference_pages`.
//! Mutation: take `partitions` out of `connectors/csv/connector.toml` and build.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::{fs, sync::Arc};

use sqlflow_host::{Plugins, SearchPath};
use sqlflow_plugin_conformance::{CASES, Needs};
use sqlflow_plugin_sdk::{ConfigSpec, ConnectorKind, Delivery, Field, Manifest, WriteMode};
use sqlflow_tests_pipelines::{plugin, repository};

/// What a connector says of itself.
struct Connector {
    manifest: Manifest,
    source: Option<ConfigSpec>,
    destination: Option<ConfigSpec>,
}

fn connectors() -> Vec<Connector> {
    let folders = fs::read_dir(repository().join("connectors")).unwrap().flatten();
    let mut names: Vec<String> =
        folders.map(|folder| folder.file_name().into_string().unwrap()).collect();
    names.sort();
    names.iter().map(|name| connector(name)).collect()
}

fn connector(name: &str) -> Connector {
    let search = SearchPath::new().by_hand(&[plugin(name)]);
    let plugins = Plugins::discover(search, Arc::new(|_| {}));
    let (source, destination) = plugins.specs(name).unwrap();
    Connector { manifest: plugins.manifest(name).unwrap().clone(), source, destination }
}

fn check(page: &str, text: &str) {
    let path = repository().join("docs/reference").join(page);
    #[expect(clippy::disallowed_methods, reason = "the one way to tell a test to write")]
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, text).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == text,
        "docs/reference/{page} is not what it would be now; see the test's head"
    );
}

const CONNECTORS: &str = "\
# Connectors

Made from the connectors' manifests and specs. What a connector declares here, the conformance
suite holds it to ([the cases](conformance.md)).

";

#[test]
fn the_page_of_connectors_is_fresh() {
    let connectors = connectors();
    let mut page = CONNECTORS.to_owned();
    page.push_str(&table("Source", ConnectorKind::Source, SOURCE, &connectors));
    page.push_str(&table("Destination", ConnectorKind::Destination, DESTINATION, &connectors));
    page.push_str("## Options\n\nWhat they mean stands in the connector's own page.\n\n");
    page.push_str("| connector | source | destination |\n|---|---|---|\n");
    for connector in &connectors {
        let name = &connector.manifest.name;
        let link = format!("[{name}](../../connectors/{name}/README.md)");
        let (source, destination) = (options(&connector.source), options(&connector.destination));
        page.push_str(&format!("| {link} | {source} | {destination} |\n"));
    }
    check("connectors.md", &page);
}

type Column = (&'static str, fn(&Manifest) -> String);

const SOURCE: &[Column] = &[
    ("projection", |manifest| yes(manifest.source.projection)),
    ("filters", |manifest| yes(manifest.source.filters)),
    ("partitions", |manifest| yes(manifest.source.partitions)),
    ("incremental", |manifest| yes(manifest.source.incremental)),
    ("checkpoints", |manifest| yes(manifest.source.checkpoints)),
];

const DESTINATION: &[Column] = &[
    ("replace", |manifest| mode(manifest, WriteMode::Replace)),
    ("append", |manifest| mode(manifest, WriteMode::Append)),
    ("upsert", |manifest| mode(manifest, WriteMode::Upsert)),
    ("delivery", |manifest| delivery(manifest.destination.delivery).to_owned()),
    ("readers see old or new", |manifest| yes(manifest.destination.atomic_publish)),
];

fn yes(flag: bool) -> String {
    if flag { "yes" } else { "–" }.to_owned()
}

fn mode(manifest: &Manifest, mode: WriteMode) -> String {
    yes(manifest.destination.modes.contains(&mode))
}

fn delivery(delivery: Delivery) -> &'static str {
    match delivery {
        Delivery::Transactional => "transactional",
        Delivery::Idempotent => "idempotent",
        Delivery::AtLeastOnce => "at least once",
    }
}

fn table(title: &str, kind: ConnectorKind, columns: &[Column], all: &[Connector]) -> String {
    let heads: Vec<&str> = columns.iter().map(|(head, _)| *head).collect();
    let mut text = format!("## {title}\n\n| connector | {} |\n", heads.join(" | "));
    text.push_str(&format!("|---|{}\n", "---|".repeat(heads.len())));
    for Connector { manifest, .. } in all.iter().filter(|one| one.manifest.plays(kind)) {
        let cells: Vec<String> = columns.iter().map(|(_, cell)| cell(manifest)).collect();
        text.push_str(&format!("| {} | {} |\n", manifest.name, cells.join(" | ")));
    }
    text + "\n"
}

/// The names of a spec's fields; those that must be given stand out.
fn options(spec: &Option<ConfigSpec>) -> String {
    let fields = spec.iter().flat_map(ConfigSpec::fields);
    let name = |field: &Field| match field.is_required() {
        true => format!("**`{}`**", field.name()),
        false => format!("`{}`", field.name()),
    };
    let names: Vec<String> = fields.map(name).collect();
    if names.is_empty() { "–".to_owned() } else { names.join(", ") }
}

const CASES_PAGE: &str = "\
# Conformance cases

What `sqlflow plugin test` tries, made from the suite itself. A case is chosen where the manifest
declares what stands in the second column.

| case | for | what it holds a connector to |
|---|---|---|
";

#[test]
fn the_page_of_cases_is_fresh() {
    let mut page = CASES_PAGE.to_owned();
    for case in CASES.iter().copied().flatten() {
        page.push_str(&format!("| {} | {} | {} |\n", case.name, needs(case.needs), case.about));
    }
    check("conformance.md", &page);
}

fn needs(needs: Needs) -> String {
    match needs {
        Needs::Loading | Needs::Nothing => "every plugin".to_owned(),
        Needs::Source => "every source".to_owned(),
        Needs::Projection => "`source.projection`".to_owned(),
        Needs::Filters => "`source.filters`".to_owned(),
        Needs::Partitions => "`source.partitions`".to_owned(),
        Needs::Incremental => "`source.incremental`".to_owned(),
        Needs::Checkpoints => "`source.checkpoints`".to_owned(),
        Needs::Destination => "every destination".to_owned(),
        Needs::Mode(mode) => format!("mode {}", mode.name()),
        Needs::ModeLacking => "a mode that is not declared".to_owned(),
        Needs::AtomicPublish => "`destination.atomic_publish`".to_owned(),
        Needs::Once => "transactional or idempotent delivery".to_owned(),
        Needs::Transactional => "transactional delivery".to_owned(),
    }
}
