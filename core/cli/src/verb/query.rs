//! `sqlflow query`.

use std::ops::ControlFlow;

use clap::Args;

use crate::exit;
use crate::failure::{Failure, Outcome};
use crate::format::RowFormat;
use crate::interrupt;
use crate::render::rows::RowWriter;
use crate::screen::Screen;
use crate::workspace_args::WorkspaceArgs;

/// The options of `sqlflow query`.
#[derive(Debug, Args)]
pub(crate) struct QueryArgs {
    /// Query to run on the profile's database; nothing is written
    sql: String,

    /// Output format
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: RowFormat,

    #[command(flatten)]
    workspace: WorkspaceArgs,
}

/// Runs a query and prints its rows.
pub(crate) fn query(args: &QueryArgs) -> Outcome {
    let workspace = args.workspace.open(&Screen::new(false))?;
    let mut writer = RowWriter::new(args.format);
    let mut failed: Option<Failure> = None;
    let cancel = interrupt::token();
    let schema = sqlflow_run::query(&workspace, &args.sql, &cancel, &mut |batch| {
        writer.write(&batch).unwrap_or_else(|failure| {
            failed = Some(failure);
            ControlFlow::Break(())
        })
    })?;
    if let Some(failure) = failed {
        return Err(failure);
    }
    writer.finish(&schema)?;
    Ok(exit::OK)
}
