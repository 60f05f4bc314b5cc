//! `sqlflow runs verify`.

use std::io::{self, Write};

use clap::Args;
use serde_json::{Value, json};
use sqlflow_run::PipelineService;
use sqlflow_state::{HistoryQuery, RunId};

use super::Asked;
use crate::exit;
use crate::failure::{Failure, Outcome};
use crate::format::Format;
use crate::render::clean::clean_line;
use crate::render::quantity::counted;

/// The options of `sqlflow runs verify`.
#[derive(Debug, Args)]
pub(crate) struct RunsVerifyArgs {
    /// The run: its id, the beginning of one, or `last` [default: all runs of the project]
    run: Option<String>,

    #[command(flatten)]
    pub(super) common: Asked,
}

/// A run and what is wrong with its log.
type Verified = (RunId, Vec<String>);

/// Reads logs as they were appended and checks what must be true of every run.
pub(super) fn verify(args: &RunsVerifyArgs) -> Outcome {
    let service = args.common.service()?;
    let verified = match &args.run {
        Some(run) => vec![one(&service, service.find(run)?)?],
        None => all(&service)?,
    };
    let is_sound = verified.iter().all(|(_, findings)| findings.is_empty());
    let text = match args.common.format {
        Format::Json => format!("{:#}\n", verified.iter().map(json).collect::<Value>()),
        Format::Text => text(&verified),
    };
    io::stdout().write_all(text.as_bytes())?;
    Ok(if is_sound { exit::OK } else { exit::EXECUTION })
}

fn all(service: &PipelineService) -> Result<Vec<Verified>, Failure> {
    let runs = service.history(&HistoryQuery::default())?;
    runs.into_iter().map(|run| one(service, run.summary.run_id)).collect()
}

fn one(service: &PipelineService, run: RunId) -> Result<Verified, Failure> {
    Ok((run, service.verify(run)?))
}

fn json((run, findings): &Verified) -> Value {
    json!({ "run_id": run, "findings": findings })
}

fn text(verified: &[Verified]) -> String {
    let wrong = verified.iter().filter(|(_, findings)| !findings.is_empty());
    let told: Vec<String> = wrong
        .flat_map(|(run, findings)| {
            findings.iter().map(move |finding| format!("run {run}: {}\n", clean_line(finding)))
        })
        .collect();
    if told.is_empty() {
        return format!("ok  {} verified\n", counted(verified.len() as u64, "run"));
    }
    told.concat()
}
