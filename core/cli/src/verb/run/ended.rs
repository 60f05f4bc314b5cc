//! A run that has ended, and how that is told.

use std::io::{self, Write};

use serde_json::{Value, json};
use sqlflow_run::Problem;
use sqlflow_state::{RunId, RunState, RunStatus};

use super::{HowArgs, Log};
use crate::format::Report;
use crate::observer::first_rows::FirstRows;
use crate::render::{outcome, run_json};
use crate::screen::Screen;

/// A run that has ended.
pub(super) struct Ended {
    pub(super) state: RunState,
    pub(super) id: Option<RunId>,
    pub(super) first_rows: FirstRows,
    pub(super) exit_code: u8,
    pub(super) warnings: Vec<Problem>,
    pub(super) sample: Option<u64>,
}

impl Ended {
    pub(super) fn tell(&self, how: &HowArgs, screen: &Screen, notes: &[String]) -> io::Result<()> {
        if how.log == Log::Json {
            return Ok(());
        }
        if how.format == Report::Json {
            return writeln!(io::stdout(), "{:#}", self.json());
        }
        let mut out = anstream::stdout();
        match how.format {
            Report::Github => out.write_all(outcome::annotations(&self.state).as_bytes())?,
            _ => screen.insist(&outcome::failures(&self.state)),
        }
        let green = self.state.status() == RunStatus::Succeeded;
        if green && how.quiet {
            return Ok(());
        }
        if green {
            out.write_all(outcome::exports(&self.state, &self.first_rows).as_bytes())?;
        }
        out.write_all(outcome::last_line(&self.state, self.id, notes).as_bytes())?;
        out.write_all(outcome::how_to_go_on(&self.state, self.id).as_bytes())
    }

    pub(super) fn json(&self) -> Value {
        let mut document = run_json::json(&self.state, self.id, self.exit_code, &self.warnings);
        document["sample"] = json!(self.sample);
        document
    }
}
