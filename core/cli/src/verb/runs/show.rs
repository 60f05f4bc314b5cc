//! `sqlflow runs show`.

use std::io::{self, Write};

use clap::Args;
use serde_json::{Value, json};
use sqlflow_run::RunView;
use sqlflow_state::{Event, EventBody};

use super::Asked;
use crate::exit;
use crate::failure::Outcome;
use crate::format::Format;
use crate::render::{run_json, run_text};

/// The options of `sqlflow runs show`.
#[derive(Debug, Args)]
pub(crate) struct RunsShowArgs {
    /// The run: its id, the beginning of one, or `last`
    #[arg(default_value = "last")]
    run: String,

    /// Print every event of its log, one JSON object a line
    #[arg(long)]
    events: bool,

    #[command(flatten)]
    pub(super) common: Asked,
}

/// Prints how a run is; asks the run store only, so that it can run meanwhile.
pub(super) fn show(args: &RunsShowArgs) -> Outcome {
    let service = args.common.service()?;
    let id = service.find(&args.run)?;
    let view = service.status(id)?;
    let events = service.events(id)?;
    let text = match args.common.format {
        Format::Json => format!("{:#}\n", document(&view, &events, args.events)),
        Format::Text if args.events => lines(&events)?,
        Format::Text => run_text::text(&view) + &run_text::processes(&events),
    };
    anstream::stdout().write_all(text.as_bytes())?;
    Ok(exit::OK)
}

fn document(view: &RunView, events: &[Event], with_events: bool) -> Value {
    let mut document = run_json::of_view(view);
    document["processes"] = processes(events);
    if with_events {
        document["events"] = json!(events);
    }
    document
}

/// Who began the run and who took it up.
fn processes(events: &[Event]) -> Value {
    let owner = |event: &Event| match &event.body {
        EventBody::RunStarted(started) => Some((event.ts, started.owner.clone())),
        EventBody::RunResumed(resumed) => Some((event.ts, resumed.owner.clone())),
        _ => None,
    };
    let told = events.iter().filter_map(owner);
    told.map(|(at, owner)| json!({ "owner": owner, "at": format!("{at:.6}") })).collect()
}

fn lines(events: &[Event]) -> io::Result<String> {
    let mut text = String::new();
    for event in events {
        text.push_str(&serde_json::to_string(event)?);
        text.push('\n');
    }
    Ok(text)
}
