//! The part of a connector's README that follows from its manifest and spec.

use serde_json::Value;
use sqlflow_plugin_sdk::{
    ConfigSpec, Delivery, DestinationCapabilities, Field, Manifest, SourceCapabilities,
};

use crate::render::clean::clean_line;

/// The headings, capabilities and options of the roles it plays, as Markdown.
pub(super) fn reference(
    manifest: &Manifest,
    source: Option<&ConfigSpec>,
    destination: Option<&ConfigSpec>,
) -> String {
    let of_source = source.map(|spec| role("Source", &source_line(manifest.source), spec));
    let of_destination =
        destination.map(|spec| role("Destination", &destination_line(&manifest.destination), spec));
    [of_source, of_destination].into_iter().flatten().collect::<Vec<_>>().join("\n")
}

fn role(heading: &str, capabilities: &str, spec: &ConfigSpec) -> String {
    let rows: String = spec.fields().iter().map(row).collect();
    let options = match rows.is_empty() {
        true => "It takes no options.\n".to_owned(),
        false => format!("| option | type | default | meaning |\n|---|---|---|---|\n{rows}"),
    };
    format!("## {heading}\n\n{capabilities}\n\n{options}")
}

fn source_line(can: SourceCapabilities) -> String {
    let all = [
        ("projection", can.projection),
        ("filters", can.filters),
        ("partitions", can.partitions),
        ("incremental", can.incremental),
        ("checkpoints", can.checkpoints),
    ];
    let names: Vec<&str> = all.iter().filter(|(_, can)| *can).map(|(name, _)| *name).collect();
    let names =
        if names.is_empty() { "none, every read is whole".to_owned() } else { names.join(", ") };
    format!("Capabilities: {names}.")
}

fn destination_line(can: &DestinationCapabilities) -> String {
    let modes: Vec<&str> = can.modes.iter().map(|mode| mode.name()).collect();
    let delivery = match can.delivery {
        Delivery::Transactional => "transactional",
        Delivery::Idempotent => "idempotent",
        Delivery::AtLeastOnce => "at least once",
    };
    let publish = if can.atomic_publish { "atomic" } else { "not atomic" };
    let place = if can.place_is_path { " The place is a file's path." } else { "" };
    format!("Modes: {}. Delivery: {delivery}. Publishing: {publish}.{place}", modes.join(", "))
}

fn row(field: &Field) -> String {
    let aliases: Vec<String> = field.aliases().iter().map(|alias| code(alias)).collect();
    let aliases = match aliases.is_empty() {
        true => String::new(),
        false => format!(" ({})", aliases.join(", ")),
    };
    let default = match default(field) {
        Some(default) => format!(" {default} "),
        None => " ".to_owned(),
    };
    let (name, kind, meaning) = (code(field.name()), field.kind().name(), meaning(field));
    format!("| {name}{aliases} | {kind} |{default}| {meaning} |\n")
}

fn default(field: &Field) -> Option<String> {
    if field.is_required() {
        return Some("required".to_owned());
    }
    Some(match field.default_value()? {
        Value::String(text) if text.is_empty() => "empty".to_owned(),
        Value::String(text) => code(text),
        other => code(&other.to_string()),
    })
}

/// What the author wrote, and what else the spec says.
fn meaning(field: &Field) -> String {
    let list =
        |names: &[String]| names.iter().map(|name| code(name)).collect::<Vec<_>>().join(", ");
    let mut meaning = clean_line(field.doc()).replace('|', "\\|");
    if !field.allowed().is_empty() {
        meaning.push_str(&format!(" One of {}.", list(field.allowed())));
    }
    if !field.environment().is_empty() {
        meaning.push_str(&format!(" Else from the environment: {}.", list(field.environment())));
    }
    if field.is_secret() {
        meaning.push_str(" A secret.");
    }
    meaning
}

fn code(text: &str) -> String {
    format!("`{}`", clean_line(text).replace('|', "\\|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_says_all_that_the_spec_says() {
        let check = |field: Field, expect: &str| assert_eq!(row(&field), format!("{expect}\n"));
        check(
            Field::text("path", "The file.").required(),
            "| `path` | a string | required | The file. |",
        );
        check(
            Field::boolean("header", "Whether.").alias("has_header").default(true),
            "| `header` (`has_header`) | true or false | `true` | Whether. |",
        );
        check(Field::map("columns", "Types."), "| `columns` | an object of strings | | Types. |");
        check(
            Field::text("sep", "Between a|b.").default("|").one_of(&["|", ","]),
            "| `sep` | a string | `\\|` | Between a\\|b. One of `\\|`, `,`. |",
        );
        check(
            Field::text("token", "The key.").secret().env(&["A_TOKEN"]).default(""),
            "| `token` | a string | empty | The key. Else from the environment: `A_TOKEN`. A secret. |",
        );
    }
}
