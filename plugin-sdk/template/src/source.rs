//! The lines of a text file as rows. Put what your connector reads in their place.

use std::{fs::File, io, io::BufRead, path::PathBuf};

use serde::Deserialize;
use serde_json::json;
use sqlflow_plugin_sdk::arrow::datatypes::DataType::{Int64, Utf8};
use sqlflow_plugin_sdk::{
    BatchStream, CheckReport, ConfigSpec, Error, ErrorKind, Field, Host, OpenSource, Partition,
    ReadRequest, Result, SourceConnector, StreamDescriptor, rows, rows::column,
};

sqlflow_plugin_sdk::export_plugin!(source: Source);

/// The settings, named as in the spec.
#[derive(Debug, Deserialize)]
pub(crate) struct Source {
    path: PathBuf,
}

impl OpenSource for Source {
    type Config = Self;
    fn spec() -> ConfigSpec {
        let path = Field::text("path", "The text file to read.");
        ConfigSpec::new([path.required().path()])
    }
    fn open(config: Self, _host: Host) -> Result<Self> {
        Ok(config)
    }
}

impl SourceConnector for Source {
    fn check(&mut self) -> Result<CheckReport> {
        Ok(match File::open(&self.path) {
            Ok(_) => CheckReport::default().passed("open the file", "it can be read"),
            Err(error) => CheckReport::default().failed("open the file", error.to_string()),
        })
    }
    fn discover(&mut self) -> Result<Vec<StreamDescriptor>> {
        let mut lines = StreamDescriptor::named("lines");
        lines.schema = Some(rows::schema([column("line", Int64), column("text", Utf8)]));
        Ok(vec![lines])
    }
    fn read(&mut self, request: &ReadRequest, _: &Partition) -> Result<Box<dyn BatchStream>> {
        let schema = self.schema(&request.stream)?;
        let lines = io::BufReader::new(File::open(&self.path).map_err(failed)?).lines();
        let row = |(line, text)| Ok(json!({"line": line, "text": Result::map_err(text, failed)?}));
        rows::stream(&schema, request, (1_i64..).zip(lines).map(row))
    }
}

fn failed(error: io::Error) -> Error {
    let error = Error::new(ErrorKind::NotFound, "the file cannot be read").caused_by(&error);
    error.with_remedy("name a text file in `path`")
}

#[cfg(test)]
mod tests;
