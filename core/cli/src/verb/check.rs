//! `sqlflow check`.

use clap::Args;
use sqlflow_run::{CancelToken, Workspace};

use crate::check_report::{CheckReport, Pipeline};
use crate::failure::{Failure, Outcome};
use crate::format::Report;
use crate::screen::Screen;
use crate::workspace_args::WorkspaceArgs;
use crate::{choose, interrupt, variables};

/// The options of `sqlflow check`.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// Pipeline: NAME for pipelines/NAME.sf, or a path ending in .sf [default: all]
    name: Option<String>,

    #[command(flatten)]
    workspace: WorkspaceArgs,

    /// Output format
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: Report,
}

/// Checks pipelines without writing anything: one, or all of the project.
pub(crate) fn check(args: &CheckArgs) -> Outcome {
    let workspace = args.workspace.open(&Screen::new(args.format != Report::Text))?;
    let names = names(args, &workspace)?;
    let cancel = interrupt::token();
    let mut report = CheckReport::new(workspace.warnings());
    for name in &names {
        report.add(name, check_one(&workspace, name, &cancel));
        if cancel.is_cancelled() {
            break;
        }
    }
    report.print(args.format)?;
    Ok(report.exit_code())
}

fn names(args: &CheckArgs, workspace: &Workspace) -> Result<Vec<String>, Failure> {
    if let Some(name) = &args.name {
        return Ok(vec![name.clone()]);
    }
    match workspace.project().pipelines() {
        names if names.is_empty() => Err(choose::nothing(workspace.project())),
        names => Ok(names),
    }
}

fn check_one(workspace: &Workspace, name: &str, cancel: &CancelToken) -> Result<Pipeline, Failure> {
    let compiled = sqlflow_run::compile(workspace, name)?;
    let checked = sqlflow_run::check(workspace, &compiled, cancel)?;
    Ok(Pipeline {
        steps: compiled.plan.steps.len(),
        variables: variables::once(compiled.variables),
        unchecked: checked.unchecked,
        warnings: compiled.warnings,
    })
}
