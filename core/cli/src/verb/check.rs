//! `sqlflow check`.

use clap::Args;
use sqlflow_run::{Attempt, CheckOptions, Checked, Trouble, Workspace};

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

    /// Open no connector: take the schemas that earlier checks have seen
    #[arg(long)]
    offline: bool,

    /// Output format
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: Report,
}

/// Checks pipelines without writing anything: one, or all of the project, each with the tables that
/// the others make.
pub(crate) fn check(args: &CheckArgs) -> Outcome {
    let workspace = args.workspace.open(&Screen::new(args.format != Report::Text))?;
    let options = CheckOptions { offline: args.offline, cancel: interrupt::token() };
    let mut report = CheckReport::new(workspace.warnings(), args.offline);
    let mut attempts = Vec::new();
    for name in names(args, &workspace)? {
        match sqlflow_run::attempt(&workspace, &name) {
            Ok(attempt) => attempts.push((name, attempt)),
            Err(trouble) => report.add(&name, Err(trouble.into())),
        }
    }
    let (names, attempts): (Vec<_>, Vec<_>) = attempts.into_iter().unzip();
    let outcome = sqlflow_run::check(&workspace, &attempts, &options)?;
    report.about_all(outcome.warnings, outcome.held_by);
    let pipelines = names.iter().zip(attempts).zip(outcome.pipelines);
    for ((name, attempt), checked) in pipelines {
        report.add(name, passed(attempt, checked));
    }
    report.print(args.format)?;
    Ok(report.exit_code())
}

fn passed(attempt: Attempt, checked: Checked) -> Result<Pipeline, Failure> {
    if !checked.problems.is_empty() {
        return Err(Trouble::Problems(checked.problems).into());
    }
    let compiled = attempt.into_compiled()?;
    Ok(Pipeline {
        steps: compiled.plan.steps.len(),
        variables: variables::once(compiled.variables),
        unchecked: checked.unchecked,
        cached: checked.cached,
        warnings: compiled.warnings,
    })
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
