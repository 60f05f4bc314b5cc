//! `sqlflow preview`.

use clap::Args;

use crate::exit;
use crate::failure::Outcome;
use crate::format::RowFormat;
use crate::interrupt;
use crate::render::clean::clean_line;
use crate::render::quantity::counted;
use crate::render::rows::RowWriter;
use crate::screen::Screen;
use crate::workspace_args::WorkspaceArgs;

/// The options of `sqlflow preview`.
#[derive(Debug, Args)]
pub(crate) struct PreviewArgs {
    /// File, connection of the profile, or source of the pipeline
    target: String,

    /// Pipeline that has the source
    #[arg(long, value_name = "NAME")]
    pipeline: Option<String>,

    /// Most rows to show
    #[arg(long, value_name = "N", default_value_t = 10)]
    limit: usize,

    /// Output format
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: RowFormat,

    #[command(flatten)]
    workspace: WorkspaceArgs,
}

/// Prints the first rows of a file, connection or source.
pub(crate) fn preview(args: &PreviewArgs) -> Outcome {
    let screen = Screen::new(false);
    let workspace = args.workspace.open(&screen)?;
    let pipeline = args.pipeline.as_deref();
    let cancel = interrupt::token();
    let preview = sqlflow_run::preview(&workspace, &args.target, pipeline, args.limit, &cancel)?;
    let mut writer = RowWriter::new(args.format);
    for batch in &preview.batches {
        if writer.write(batch)?.is_break() {
            break;
        }
    }
    let rows = preview.batches.iter().map(|batch| batch.num_rows() as u64).sum();
    screen.say(&format!("{}  {}", clean_line(&preview.origin), counted(rows, "row")));
    writer.finish(&preview.schema)?;
    Ok(exit::OK)
}
