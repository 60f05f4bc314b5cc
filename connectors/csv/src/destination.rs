use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use arrow::datatypes::Schema;
use sqlflow_plugin_sdk::{
    CheckReport, CommitStatus, CommitToken, ConfigSpec, DestinationConnector, Error, ErrorKind,
    Host, OpenDestination, Place, Result, WriteMode, WriteReport, WriteRequest, Writer,
};

use crate::{
    format::can_write,
    spec::{DestinationConfig, Dialect, destination},
    staging::{Staged, sweep},
    writer::{CsvWriter, Layout},
};

/// Writes CSV files.
#[derive(Debug)]
pub(crate) struct CsvDestination {
    layout: Layout,
    has_header: bool,
    published: Published,
}

/// What this connector has published since it was opened.
#[derive(Debug, Clone, Default)]
pub(crate) struct Published(Arc<Mutex<HashMap<CommitToken, WriteReport>>>);

impl Published {
    pub(crate) fn get(&self, token: &CommitToken) -> Option<WriteReport> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(token).cloned()
    }

    pub(crate) fn insert(&self, token: CommitToken, report: WriteReport) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(token, report);
    }
}

impl OpenDestination for CsvDestination {
    type Config = DestinationConfig;

    fn spec() -> ConfigSpec {
        destination()
    }

    fn open(config: DestinationConfig, _host: Host) -> Result<Self> {
        let dialect = Dialect::new(&config.delimiter, &config.quote)?;
        if dialect.quote == Dialect::NO_QUOTE {
            return Err(Error::new(ErrorKind::Config, "`quote` is empty: some values need quotes")
                .with_remedy("leave `quote` out, or give another character"));
        }
        let layout = Layout::new(dialect, config.null);
        Ok(Self { layout, has_header: config.header, published: Published::default() })
    }
}

impl DestinationConnector for CsvDestination {
    /// There is nothing to reach before a place is known.
    fn check(&mut self) -> Result<CheckReport> {
        Ok(CheckReport::default().passed("write CSV files", "folders are created when needed"))
    }

    fn begin(&mut self, request: &WriteRequest) -> Result<Box<dyn Writer>> {
        check_mode(request)?;
        check_types(&request.schema)?;
        let staged = match self.published.get(&request.token) {
            Some(_) => None,
            None => Some(Staged::create(Path::new(&request.place.0), &request.token)?),
        };
        let mut start = Vec::new();
        if self.has_header {
            self.layout.header(&request.schema, &mut start);
        }
        Ok(Box::new(CsvWriter::new(
            self.layout.clone(),
            staged,
            start,
            request.place.clone(),
            self.published.clone(),
        )))
    }

    fn committed(&mut self, token: &CommitToken) -> Result<CommitStatus> {
        // A CSV file has no room for the token: what an earlier process did is not known.
        Ok(self.published.get(token).map_or(CommitStatus::Unknown, |_| CommitStatus::Committed))
    }

    fn recover(&mut self, place: &Place, live: &[CommitToken]) -> Result<()> {
        sweep(Path::new(&place.0), live)
    }
}

fn check_mode(request: &WriteRequest) -> Result<()> {
    if request.mode == WriteMode::Replace {
        return Ok(());
    }
    let message = format!("a CSV file cannot be written with mode {}", request.mode.name());
    Err(Error::new(ErrorKind::Unsupported, message)
        .with_remedy("use mode replace: combine old and new rows in a table and export that")
        .with_context("place", &request.place))
}

fn check_types(schema: &Schema) -> Result<()> {
    let Some(field) = schema.fields().iter().find(|field| !can_write(field.data_type())) else {
        return Ok(());
    };
    let (name, kind) = (field.name(), field.data_type());
    Err(Error::new(ErrorKind::Unsupported, format!("column `{name}`: CSV cannot carry {kind}"))
        .with_remedy(format!("export CAST(\"{name}\" AS VARCHAR), or to_json(\"{name}\")"))
        .with_context("column", name))
}

#[cfg(test)]
mod tests;
