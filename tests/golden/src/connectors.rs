//! The connectors that the cases may name. They are made up: no plugin is loaded.

use sqlflow_plan::ConnectorSpec;
use sqlflow_plugin_sdk::{
    ConfigSpec, Delivery, DestinationCapabilities, Error, ErrorKind, Field, FieldKind,
    SourceCapabilities, WriteMode,
};

/// `csv` and `parquet` read and write files; `feed`, `rest` and `sheets`, which `google_sheets` stands
/// for, can only be read; `table` can be written in every mode.
pub(crate) fn connector(name: &str) -> Result<ConnectorSpec, Error> {
    match name {
        "csv" => Ok(spec(name, csv_source(), Some(csv_destination()))),
        "parquet" => Ok(spec(name, parquet_source(), Some(parquet_destination()))),
        "feed" => Ok(spec(name, feed(), None)),
        "rest" => Ok(spec(name, rest(), None)),
        "sheets" | "google_sheets" => Ok(spec("sheets", sheets(), None)),
        "table" => Ok(table(spec(name, feed(), Some(ConfigSpec::default())))),
        _ => {
            Err(Error::new(ErrorKind::NotFound, format!("no plugin offers the connector `{name}`"))
                .with_code("SF0401")
                .with_remedy("the connectors are: csv, feed, parquet, rest, sheets, table"))
        }
    }
}

fn spec(name: &str, source: ConfigSpec, destination: Option<ConfigSpec>) -> ConnectorSpec {
    ConnectorSpec {
        name: name.to_owned(),
        source: Some(source),
        source_capabilities: SourceCapabilities::default(),
        destination,
        destination_capabilities: DestinationCapabilities {
            modes: vec![WriteMode::Replace],
            delivery: Delivery::Idempotent,
            atomic_publish: true,
            place_is_path: true,
        },
    }
}

fn csv_source() -> ConfigSpec {
    ConfigSpec::new([
        Field::text_or_list("path", "The file, or several.").required().path(),
        Field::text("delimiter", "One character.").default(","),
        Field::boolean("has_header", "Whether the first line has the names.").default(true),
    ])
}

fn csv_destination() -> ConfigSpec {
    ConfigSpec::new([
        Field::text("delimiter", "One character.").default(","),
        Field::boolean("header", "Whether the names are written first.").default(true),
    ])
}

fn parquet_source() -> ConfigSpec {
    ConfigSpec::new([
        Field::text_or_list("path", "The file, or several.").required().path(),
        Field::list("columns", "The columns to read."),
    ])
}

fn parquet_destination() -> ConfigSpec {
    let compression = Field::text("compression", "How pages are compressed.");
    ConfigSpec::new([compression.one_of(&["none", "snappy", "zstd"]).default("snappy")])
}

fn feed() -> ConfigSpec {
    ConfigSpec::new([
        Field::text("url", "The address.").required(),
        Field::text("token", "Who asks.").secret().env(&["TOKEN"]),
        Field::text("stream", "The list to read."),
    ])
}

fn rest() -> ConfigSpec {
    ConfigSpec::new([
        Field::text("url", "The address.").required(),
        Field::new("params", FieldKind::Any, "What is asked for."),
        Field::map("headers", "What is sent with it."),
        Field::new("pagination", FieldKind::Any, "How one page leads to the next."),
    ])
}

fn sheets() -> ConfigSpec {
    ConfigSpec::new([
        Field::text("spreadsheet_id", "The document.").required(),
        Field::text("sheet_name", "The sheet."),
    ])
}

/// A destination with every mode, whose places are no paths.
fn table(mut spec: ConnectorSpec) -> ConnectorSpec {
    let can = &mut spec.destination_capabilities;
    can.modes = vec![WriteMode::Replace, WriteMode::Append, WriteMode::Upsert];
    (can.delivery, can.place_is_path) = (Delivery::Transactional, false);
    spec
}
