//! `sqlflow plan`.

use std::io::{self, Write};

use clap::Args;
use serde_json::Value;
use sqlflow_plan::{Action, Connected, ExportStep, Plan, Step};
use sqlflow_syntax::Relation;

use crate::exit;
use crate::failure::Outcome;
use crate::format::Format;
use crate::render::clean::clean_line;
use crate::render::quantity::counted;
use crate::render::{plan_json, problems};
use crate::screen::Screen;
use crate::workspace_args::WorkspaceArgs;
use crate::{choose, verb};

/// The options of `sqlflow plan`.
#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    /// Pipeline: NAME for pipelines/NAME.sf, or a path ending in .sf
    name: Option<String>,

    #[command(flatten)]
    workspace: WorkspaceArgs,

    /// Output format
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: Format,
}

/// Prints the steps of a pipeline in the order they would run; nothing is connected.
pub(crate) fn plan(args: &PlanArgs) -> Outcome {
    let screen = Screen::new(args.format == Format::Json);
    let workspace = args.workspace.open(&screen)?;
    let name = choose::pipeline(args.name.as_deref(), workspace.project())?;
    let compiled = sqlflow_run::compile(&workspace, &name)?;
    let warnings = verb::run::warnings(&workspace, &compiled);
    if !warnings.is_empty() {
        screen.say(problems::text(&warnings).trim_end());
    }
    let text = match args.format {
        Format::Text => text(&compiled.plan),
        Format::Json => format!("{:#}\n", plan_json::json(&compiled.plan)),
    };
    io::stdout().write_all(text.as_bytes())?;
    Ok(exit::OK)
}

fn text(plan: &Plan) -> String {
    let steps = counted(plan.steps.len() as u64, "step");
    let width = plan.steps.iter().map(|step| step.id.chars().count()).max().unwrap_or_default();
    let head = format!("{}  {steps} · profile {}\n", clean_line(&plan.pipeline), plan.profile);
    plan.steps.iter().fold(head, |text, step| text + &line(step, width))
}

/// Such as `  load_orders  load orders from source_orders (replace)  after source_orders`.
fn line(step: &Step, width: usize) -> String {
    let after = match step.depends_on.as_slice() {
        [] => String::new(),
        ids => format!("  after {}", ids.join(", ")),
    };
    let text = format!("  {:<width$}  {}{after}", step.id, work(step));
    format!("{}\n", clean_line(&text))
}

fn work(step: &Step) -> String {
    match &step.action {
        Action::Source(source) => format!("source {} ({})", step.name, from(&source.connected)),
        Action::Load(load) => format!("load {} ({})", load.table, word(&load.mode)),
        Action::Transform(transform) => {
            let kind = if transform.relation == Relation::View { "view" } else { "table" };
            format!("{kind} {}", transform.table)
        }
        Action::Export(export) => exported(export),
    }
}

fn exported(export: &ExportStep) -> String {
    let (mode, delivery) = (word(&export.mode), word(&export.delivery));
    let to = from(&export.connected);
    format!("export {} ({to}, {mode}, {delivery})", export.place_as_written)
}

fn from(connected: &Connected) -> String {
    match &connected.connection {
        Some(connection) => format!("{} of the profile, {}", connection, connected.connector),
        None => connected.connector.clone(),
    }
}

/// A value's word in JSON, with spaces.
fn word(value: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or(Value::Null);
    value.as_str().unwrap_or_default().replace('_', " ")
}
