//! The lines of a text file as rows, read by an async client. Put yours in its place.

use std::{io, path::PathBuf};

use serde::Deserialize;
use serde_json::json;
use sqlflow_plugin_sdk::arrow::array::RecordBatch;
use sqlflow_plugin_sdk::arrow::datatypes::{DataType, SchemaRef};
use sqlflow_plugin_sdk::{
    Async, AsyncBatchStream, AsyncSourceConnector, CheckReport, ConfigSpec, Error, ErrorKind,
    Field, Host, Partition, ReadRequest, Result, StreamDescriptor, rows, rows::column,
};
use tokio::fs::File;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};

sqlflow_plugin_sdk::export_plugin!(source: Source);

/// The source as the host calls it: each call waits for its future, or for a cancel.
pub(crate) type Source = Async<TextFile>;

/// The settings, named as in the spec.
#[derive(Debug, Deserialize)]
pub(crate) struct TextFile {
    path: PathBuf,
}

/// The rows of one read.
pub(crate) struct Rows {
    schema: SchemaRef,
    request: ReadRequest,
    lines: Lines<BufReader<File>>,
    line: i64,
}

impl AsyncSourceConnector for TextFile {
    type Config = Self;
    type Stream = Rows;
    fn spec() -> ConfigSpec {
        let path = Field::text("path", "The text file to read.");
        ConfigSpec::new([path.required().path()])
    }
    fn open(config: Self, _host: Host) -> Result<Self> {
        Ok(config)
    }
    async fn check(&mut self) -> Result<CheckReport> {
        Ok(match File::open(&self.path).await {
            Ok(_) => CheckReport::default().passed("open the file", "it can be read"),
            Err(error) => CheckReport::default().failed("open the file", error.to_string()),
        })
    }
    async fn discover(&mut self) -> Result<Vec<StreamDescriptor>> {
        let mut lines = StreamDescriptor::named("lines");
        let columns = [
            column("line", DataType::Int64),
            column("text", DataType::Utf8),
        ];
        lines.schema = Some(rows::schema(columns));
        Ok(vec![lines])
    }
    async fn read(&mut self, request: &ReadRequest, _: &Partition) -> Result<Rows> {
        let schema = self.schema(&request.stream).await?;
        let file = File::open(&self.path).await.map_err(failed)?;
        Ok(Rows {
            schema: rows::project(&schema, request.columns.as_deref())?,
            request: request.clone(),
            lines: BufReader::new(file).lines(),
            line: 0,
        })
    }
}

impl AsyncBatchStream for Rows {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }
    async fn next_batch(&mut self) -> Result<Option<RecordBatch>> {
        let mut batch = Vec::new();
        while batch.len() < self.request.batch_rows
            && let Some(text) = self.lines.next_line().await.map_err(failed)?
        {
            self.line += 1;
            batch.push(Ok(json!({"line": self.line, "text": text})));
        }
        rows::stream(&self.schema, &self.request, batch.into_iter())?.next_batch()
    }
}

fn failed(error: io::Error) -> Error {
    let error = Error::new(ErrorKind::NotFound, "the file cannot be read").caused_by(&error);
    error.with_remedy("name a text file in `path`")
}

#[cfg(test)]
mod tests;
