//! Requests in a web server's access log, in the Common Log Format:
//! `192.0.2.7 - ann [05/Mar/2026:10:00:01 +0000] "GET /a HTTP/1.1" 200 512`.

mod line;

use std::{fs::File, io, io::BufRead, path::PathBuf};

use serde::Deserialize;
use sqlflow_plugin_sdk::arrow::datatypes::DataType::{Int64, Utf8};
use sqlflow_plugin_sdk::{
    BatchStream, CheckReport, ConfigSpec, Error, ErrorKind, Field, Host, OpenSource, Partition,
    ReadRequest, Result, SourceConnector, StreamDescriptor, rows, rows::column,
};

sqlflow_plugin_sdk::export_plugin!(source: AccessLog);

/// The settings, named as in the spec.
#[derive(Debug, Deserialize)]
struct AccessLog {
    path: PathBuf,
}

impl OpenSource for AccessLog {
    type Config = Self;

    fn spec() -> ConfigSpec {
        let path = Field::text("path", "The log file.");
        ConfigSpec::new([path.required().path()])
    }

    fn open(config: Self, _host: Host) -> Result<Self> {
        Ok(config)
    }
}

impl SourceConnector for AccessLog {
    fn check(&mut self) -> Result<CheckReport> {
        Ok(match self.first_line() {
            Ok(_) => CheckReport::default().passed("read the log", "its first line is a request"),
            Err(error) => CheckReport::default().failed("read the log", error.message()),
        })
    }

    fn discover(&mut self) -> Result<Vec<StreamDescriptor>> {
        let mut requests = StreamDescriptor::named("requests");
        requests.schema = Some(rows::schema([
            column("client", Utf8),
            column("user", Utf8),
            column("time", Utf8),
            column("method", Utf8),
            column("path", Utf8),
            column("status", Int64),
            column("bytes", Int64),
        ]));
        Ok(vec![requests])
    }

    fn read(&mut self, request: &ReadRequest, _: &Partition) -> Result<Box<dyn BatchStream>> {
        let schema = self.schema(&request.stream)?;
        rows::stream(&schema, request, self.requests()?)
    }
}

impl AccessLog {
    fn requests(&self) -> Result<impl Iterator<Item = Result<line::Request>> + use<>> {
        let path = self.path.display().to_string();
        let file = File::open(&self.path).map_err(|error| unreadable(&path, &error))?;
        let numbered = (1_u64..).zip(io::BufReader::new(file).lines());
        Ok(numbered.map(move |(number, text)| {
            let text = text.map_err(|error| unreadable(&path, &error))?;
            line::parse(&text).ok_or_else(|| no_request(&path, number))
        }))
    }

    fn first_line(&self) -> Result<Option<line::Request>> {
        self.requests()?.next().transpose()
    }
}

fn unreadable(path: &str, error: &io::Error) -> Error {
    Error::new(ErrorKind::NotFound, format!("{path} cannot be read"))
        .with_remedy("name a log file in `path`")
        .caused_by(error)
}

fn no_request(path: &str, line: u64) -> Error {
    Error::new(ErrorKind::Data, format!("line {line} of {path} is not a request"))
        .with_remedy("the format is: client - user [time] \"method path protocol\" status bytes")
}
