//! `sqlflow plan`.

use std::io::{self, Write};

use clap::Args;
use sqlflow_run::Problem;
use sqlflow_syntax::Severity;

use crate::exit;
use crate::failure::Outcome;
use crate::format::Report;
use crate::render::clean::clean;
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
    pub(crate) format: Report,
}

/// Prints the steps of a pipeline in the order they would run; nothing is connected.
pub(crate) fn plan(args: &PlanArgs) -> Outcome {
    let screen = Screen::new(args.format == Report::Json);
    let workspace = args.workspace.open(&screen)?;
    let name = choose::pipeline(args.name.as_deref(), workspace.project())?;
    let compiled = sqlflow_run::compile(&workspace, &name)?;
    let mut warnings = verb::run::warnings(&workspace, &compiled);
    warnings.extend(compiled.unbuilt.iter().cloned().map(as_warning));
    verb::run::tell_warnings(&warnings, args.format, &screen)?;
    let text = match args.format {
        Report::Text | Report::Github => clean(&sqlflow_plan::to_text(&compiled.plan)),
        Report::Json => format!("{:#}\n", sqlflow_plan::to_json(&compiled.plan)),
    };
    io::stdout().write_all(text.as_bytes())?;
    Ok(exit::OK)
}

/// What no run does yet is no mistake of the plan.
fn as_warning(mut problem: Problem) -> Problem {
    problem.diagnostic.severity = Severity::Warning;
    problem
}
