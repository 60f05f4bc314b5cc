use parquet::{
    basic::{Compression, GzipLevel, ZstdLevel},
    errors::ParquetError,
    file::properties::WriterProperties,
};
use serde::Deserialize;
use sqlflow_plugin_sdk::{ConfigSpec, Error, ErrorKind, Field, Result};

/// What one row group may take in memory before it is written, whatever its number of rows.
const ROW_GROUP_BYTES: usize = 64 << 20;
/// DuckDB's level; the codec's own default is 1.
const ZSTD_LEVEL: i32 = 3;

/// What the source takes.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct SourceConfig {
    /// Files, globs and folders, in reading order.
    pub(crate) path: Vec<String>,
    /// The columns to read, in order; all where it is `None`.
    pub(crate) columns: Option<Vec<String>>,
    /// Rows in a batch; the host's wish where it is `None`.
    pub(crate) batch_size: Option<usize>,
}

/// What the destination takes.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct DestinationConfig {
    compression: String,
    compression_level: Option<i64>,
    row_group_size: usize,
}

pub(crate) fn source() -> ConfigSpec {
    ConfigSpec::new([
        Field::text_or_list(
            "path",
            "A file, a glob, a folder (its `*.parquet` files), or a list of them.",
        )
        .required()
        .path()
        .placeholder("data/orders_*.parquet"),
        Field::list("columns", "The columns to read, in this order. All when left out."),
        Field::integer("batch_size", "Rows in a batch, instead of the engine's choice.")
            .at_least(1),
    ])
}

pub(crate) fn destination() -> ConfigSpec {
    ConfigSpec::new([
        Field::text(
            "compression",
            "How pages are compressed: uncompressed, snappy, zstd, gzip or lz4_raw.",
        )
        .one_of(&["uncompressed", "snappy", "zstd", "gzip", "lz4_raw"])
        .default("snappy"),
        Field::integer(
            "compression_level",
            "1 to 22 for zstd (3 when left out), 0 to 9 for gzip (6 when left out).",
        ),
        Field::integer(
            "row_group_size",
            "Rows in a row group, 2048 or more; a group ends earlier at 64 MiB.",
        )
        .at_least(2_048)
        .default(122_880),
    ])
}

impl SourceConfig {
    /// Refuses what is well-formed and cannot work.
    pub(crate) fn validated(self) -> Result<Self> {
        let empty = |name: &str| {
            Err(Error::new(ErrorKind::Config, format!("option `{name}` is an empty list")))
        };
        match &self.columns {
            _ if self.path.is_empty() => empty("path"),
            Some(columns) if columns.is_empty() => {
                empty("columns").map_err(|error| error.with_remedy("leave it out to read all"))
            }
            _ => Ok(self),
        }
    }
}

impl DestinationConfig {
    /// How files are written.
    pub(crate) fn properties(&self) -> Result<WriterProperties> {
        let properties = WriterProperties::builder()
            .set_created_by(concat!("SQLFlow parquet ", env!("CARGO_PKG_VERSION")).to_owned())
            .set_compression(self.codec()?)
            .set_max_row_group_row_count(Some(self.row_group_size))
            .set_max_row_group_bytes(Some(ROW_GROUP_BYTES))
            // Names the parts of lists and maps as the format's specification does.
            .set_coerce_types(true);
        Ok(properties.build())
    }

    fn codec(&self) -> Result<Compression> {
        let level = self.compression_level;
        match (self.compression.as_str(), level) {
            ("zstd", level) => {
                zstd(level.unwrap_or(ZSTD_LEVEL.into())).map_err(|error| bad_level(&error))
            }
            ("gzip", None) => Ok(Compression::GZIP(GzipLevel::default())),
            ("gzip", Some(level)) => gzip(level).map_err(|error| bad_level(&error)),
            (codec, Some(_)) => Err(Error::new(
                ErrorKind::Config,
                format!("option `compression_level` means nothing to `{codec}`"),
            )
            .with_remedy("leave it out, or use zstd or gzip")),
            ("uncompressed", None) => Ok(Compression::UNCOMPRESSED),
            ("lz4_raw", None) => Ok(Compression::LZ4_RAW),
            (_, None) => Ok(Compression::SNAPPY),
        }
    }
}

fn zstd(level: i64) -> Result<Compression, ParquetError> {
    ZstdLevel::try_new(i32::try_from(level)?).map(Compression::ZSTD)
}

fn gzip(level: i64) -> Result<Compression, ParquetError> {
    GzipLevel::try_new(u32::try_from(level)?).map(Compression::GZIP)
}

fn bad_level(error: &ParquetError) -> Error {
    Error::new(ErrorKind::Config, "option `compression_level` is out of range")
        .with_remedy("use 1 to 22 for zstd, 0 to 9 for gzip")
        .caused_by(error)
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::*;

    fn object(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn a_destination_has_the_defaults_of_duckdb() {
        let config: DestinationConfig = destination().parse(&Map::new()).unwrap();
        let properties = config.properties().unwrap();
        assert_eq!(properties.max_row_group_row_count(), Some(122_880));
        assert_eq!(properties.compression(&"c".into()), Compression::SNAPPY);
    }

    #[test]
    fn a_level_that_the_codec_does_not_have_is_refused() {
        let check = |given: Value, fine: bool| {
            let config: DestinationConfig = destination().parse(&object(given.clone())).unwrap();
            let outcome = config.properties().map(|_| ()).map_err(|error| error.kind());
            let expected = if fine { Ok(()) } else { Err(ErrorKind::Config) };
            assert_eq!(outcome, expected, "{given}");
        };
        check(json!({"compression": "zstd", "compression_level": 22}), true);
        check(json!({"compression": "zstd", "compression_level": 23}), false);
        check(json!({"compression": "ZSTD", "compression_level": -1}), false);
        check(json!({"compression": "gzip", "compression_level": 0}), true);
        check(json!({"compression": "gzip", "compression_level": 10}), false);
        check(json!({"compression": "snappy", "compression_level": 1}), false);
        check(json!({"compression": "lz4_raw"}), true);
    }

    #[test]
    fn an_empty_list_is_refused() {
        for given in [json!({"path": []}), json!({"path": "a", "columns": []})] {
            let config: SourceConfig = source().parse(&object(given)).unwrap();
            assert_eq!(config.validated().unwrap_err().kind(), ErrorKind::Config);
        }
    }
}
