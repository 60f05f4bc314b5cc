use std::{
    fs::{self, OpenOptions},
    io::Write,
};

use serde::Deserialize;
use sqlflow_plugin_sdk::{ConfigSpec, Error, ErrorKind, Field, Result, Retry};

/// What fails, and how often.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Script {
    log: String,
    down_at: String,
    down: usize,
    /// Numbers there are to read, each a batch.
    pub(crate) batches: i64,
    /// After so many batches of each reading it breaks; 0 for never.
    pub(crate) dies_after: i64,
}

/// The settings of source and destination.
pub(crate) fn spec() -> ConfigSpec {
    ConfigSpec::new([
        Field::text("log", "The file that every call is written to").required().path(),
        Field::text("down_at", "The call that fails").default(""),
        Field::integer("down", "How often it fails").default(0),
        Field::integer("batches", "Numbers there are to read").default(3),
        Field::integer("dies_after", "Batches after which a reading breaks").default(0),
    ])
}

impl Script {
    /// Logs a call, and fails as often as it should.
    pub(crate) fn reach(&self, call: &str) -> Result<()> {
        let before = fs::read_to_string(&self.log).unwrap_or_default();
        let line = format!("{call}\n");
        let log = OpenOptions::new().append(true).create(true).open(&self.log);
        log.and_then(|mut log| log.write_all(line.as_bytes())).map_err(|error| {
            Error::new(ErrorKind::Config, "the log cannot be written").caused_by(&error)
        })?;
        let failed = before.lines().filter(|line| *line == call).count();
        if call == self.down_at && failed < self.down {
            return Err(down(call));
        }
        Ok(())
    }
}

/// The other side does not answer, and may when it is asked again.
pub(crate) fn down(call: &str) -> Error {
    let message = format!("the other side is down ({call})");
    Error::new(ErrorKind::Unavailable, message).with_retry(Retry::Now)
}
