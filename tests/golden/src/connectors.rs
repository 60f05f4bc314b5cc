//! The connectors that the cases may name. They are made up: no plugin is loaded.

use sqlflow_plan::ConnectorSpec;
use sqlflow_plugin_sdk::{
    ConfigSpec, Delivery, DestinationCapabilities, Error, ErrorKind, Field, SourceCapabilities,
    WriteMode,
};

/// `csv` and `parquet` read and write files, `feed` can only be read.
pub(crate) fn connector(name: &str) -> Result<ConnectorSpec, Error> {
    match name {
        "csv" => Ok(spec(name, csv_source(), Some(csv_destination()))),
        "parquet" => Ok(spec(name, parquet_source(), Some(parquet_destination()))),
        "feed" => Ok(spec(name, feed(), None)),
        _ => {
            Err(Error::new(ErrorKind::NotFound, format!("no plugin offers the connector `{name}`"))
                .with_code("SF0401")
                .with_remedy("the connectors are: csv, feed, parquet"))
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
