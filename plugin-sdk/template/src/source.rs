//! The lines of a text file as rows. Put what your connector reads in their place.

use std::io::{self, BufRead, BufReader};
use std::{fs::File, path::PathBuf};

use serde::{Deserialize, Serialize};
use sqlflow_plugin_sdk::arrow::datatypes::DataType::{Int64, Utf8};
use sqlflow_plugin_sdk::{
    BatchStream, CheckReport, ConfigSpec, Error, ErrorKind, Field, Host, OpenSource, Partition,
    ReadRequest, Result, SourceConnector, StreamDescriptor, rows, rows::column,
};

sqlflow_plugin_sdk::export_plugin!(source: Lines);

/// The settings, named as in the spec.
#[derive(Deserialize)]
pub(crate) struct Lines {
    path: PathBuf,
}

#[derive(Serialize)]
struct Row {
    line: i64,
    text: String,
}

impl OpenSource for Lines {
    type Config = Self;
    fn spec() -> ConfigSpec {
        let path = Field::text("path", "The text file to read.");
        ConfigSpec::new([path.required().path()])
    }
    fn open(config: Self, _host: Host) -> Result<Self> {
        Ok(config)
    }
}

impl SourceConnector for Lines {
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
        let lines = BufReader::new(File::open(&self.path).map_err(failed)?).lines();
        let rows =
            (1..).zip(lines).map(|(line, text)| Ok(Row { line, text: text.map_err(failed)? }));
        rows::stream(&self.schema(&request.stream)?, request, rows)
    }
}

fn failed(error: io::Error) -> Error {
    let error = Error::new(ErrorKind::NotFound, "the file cannot be read").caused_by(&error);
    error.with_remedy("name a text file in `path`")
}
