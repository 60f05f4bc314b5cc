use std::{fs::File, path::Path};

use arrow::datatypes::SchemaRef;
use sqlflow_plugin_sdk::{
    CheckReport, CommitStatus, CommitToken, ConfigSpec, DestinationConnector, Error, ErrorKind,
    Host, OpenDestination, Place, Result, WriteRequest, Writer,
};

use crate::{
    cell::columns_of,
    entry, fault,
    spec::{Config, spec},
    store::Store,
    writer::CellWriter,
};

/// Writes the tables of a folder.
#[derive(Debug)]
pub(crate) struct WrongDestination {
    config: Config,
    store: Store,
    /// Whether anything was written in this session.
    used: bool,
}

impl OpenDestination for WrongDestination {
    type Config = Config;

    fn spec() -> ConfigSpec {
        spec()
    }

    fn open(config: Config, _host: Host) -> Result<Self> {
        let store = Store(config.folder.clone().into());
        Ok(Self { config, store, used: false })
    }
}

impl DestinationConnector for WrongDestination {
    fn check(&mut self) -> Result<CheckReport> {
        Ok(self.config.check())
    }

    fn describe(&mut self, place: &Place) -> Result<Option<SchemaRef>> {
        let table = self.store.read(&place.0)?;
        match table {
            None if fault::is("places-are-described") => {
                Ok(Some(crate::cell::Table::default().schema()))
            }
            table => Ok(table.map(|table| table.schema())),
        }
    }

    fn begin(&mut self, request: &WriteRequest) -> Result<Box<dyn Writer>> {
        let mode = request.mode.name();
        if !entry::declares(mode) && !fault::is("undeclared-mode-is-refused") {
            return Err(Error::unsupported(mode));
        }
        if fault::is("writes-leave-nothing-behind") {
            std::mem::forget(File::open("/dev/null"));
        }
        self.used = true;
        let staged = self.store.staged(&request.place.0, &request.token.0);
        if staged.exists() && fault::is("killed-write-can-be-repeated") {
            return Err(Error::new(ErrorKind::AlreadyExists, "the write is under way"));
        }
        if fault::is("refused-types-leave-nothing") {
            create(&staged)?;
        }
        let columns = columns_of(&request.schema)?;
        create(&staged)?;
        Ok(Box::new(CellWriter::new(self.store.clone(), staged, request, columns)?))
    }

    fn committed(&mut self, token: &CommitToken) -> Result<CommitStatus> {
        if fault::is("unknown-commits-are-unknown") {
            return Ok(CommitStatus::Committed);
        }
        if !self.used && fault::is("commits-are-remembered") {
            return Ok(CommitStatus::Unknown);
        }
        for name in self.store.names() {
            let table = self.store.read(&name)?.unwrap_or_default();
            if table.tokens.contains(&token.0) {
                return Ok(CommitStatus::Committed);
            }
        }
        Ok(CommitStatus::Unknown)
    }

    fn recover(&mut self, place: &Place, live: &[CommitToken]) -> Result<()> {
        if fault::is("recovery-sweeps-dead-writes") {
            return Ok(());
        }
        let blind = fault::is("recovery-spares-live-writes");
        for token in self.store.under_way(&place.0) {
            if blind || !live.iter().any(|live| live.0 == token) {
                let _ = std::fs::remove_file(self.store.staged(&place.0, &token));
            }
        }
        Ok(())
    }
}

fn create(path: &Path) -> Result<()> {
    File::create(path).map(drop).map_err(|error| {
        Error::new(ErrorKind::Unavailable, "the write cannot be staged").caused_by(&error)
    })
}
