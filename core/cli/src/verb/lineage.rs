//! `sqlflow lineage`.

mod json;
mod mermaid;
mod selection;
mod text;

use std::io::{self, Write};

use clap::{Args, ValueEnum};
use sqlflow_plan::lineage::{LineageGraph, NotFound};
use sqlflow_run::Workspace;

use self::selection::Selection;
use crate::exit;
use crate::failure::{Failure, Outcome};
use crate::format::Report;
use crate::render::clean::clean;
use crate::screen::Screen;
use crate::workspace_args::WorkspaceArgs;
use crate::{choose, interrupt};

/// The options of `sqlflow lineage`.
#[derive(Debug, Args)]
pub(crate) struct LineageArgs {
    /// Table or column: TABLE, TABLE.COLUMN, SOURCE.STREAM or an export's place [default: all]
    target: Option<String>,

    /// Pipeline: NAME for pipelines/NAME.sf, or a path ending in .sf [default: all]
    #[arg(long, value_name = "NAME")]
    pipeline: Option<String>,

    /// Show what the target is made of, and nothing else
    #[arg(long, requires = "target")]
    upstream: bool,

    /// Show what is made of the target, and nothing else
    #[arg(long, requires = "target", conflicts_with = "upstream")]
    downstream: bool,

    #[command(flatten)]
    workspace: WorkspaceArgs,

    /// Output format
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: LineageFormat,
}

/// How lineage is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum LineageFormat {
    /// For people
    #[default]
    Text,
    /// One JSON document
    Json,
    /// A Mermaid flowchart
    Mermaid,
}

impl LineageArgs {
    /// The format that was asked for.
    pub(crate) fn report(&self) -> Report {
        match self.format {
            LineageFormat::Json => Report::Json,
            LineageFormat::Text | LineageFormat::Mermaid => Report::Text,
        }
    }
}

/// Shows which columns make which. Sources are opened for their columns; nothing is written.
pub(crate) fn lineage(args: &LineageArgs) -> Outcome {
    let screen = Screen::new(args.report() != Report::Text);
    let workspace = args.workspace.open(&screen)?;
    let graph = graph(args, &workspace)?;
    let starts = args.target.as_deref().map(|target| graph.find(target));
    let starts = starts.transpose().map_err(|error| not_found(&error, &graph))?;
    let target = args.target.clone().zip(starts);
    let selection = Selection::of(&graph, target, !args.downstream, !args.upstream);
    let text = match args.format {
        LineageFormat::Text => clean(&text::text(&selection)),
        LineageFormat::Json => format!("{:#}\n", json::json(&selection)),
        LineageFormat::Mermaid => clean(&mermaid::mermaid(&selection)),
    };
    io::stdout().write_all(text.as_bytes())?;
    Ok(exit::OK)
}

fn graph(args: &LineageArgs, workspace: &Workspace) -> Result<LineageGraph, Failure> {
    let names = match &args.pipeline {
        Some(name) => vec![name.clone()],
        None => workspace.project().pipelines(),
    };
    if names.is_empty() {
        return Err(choose::nothing(workspace.project()));
    }
    let compiled = names.iter().map(|name| sqlflow_run::compile(workspace, name));
    let compiled = compiled.collect::<Result<Vec<_>, _>>()?;
    Ok(sqlflow_run::lineage(workspace, &compiled, &interrupt::token())?)
}

fn not_found(error: &NotFound, graph: &LineageGraph) -> Failure {
    let kind = if error.is_column { "column" } else { "table, source or export" };
    let message = format!("there is no {kind} `{}` in the lineage", error.name);
    let remedy = match &error.nearest {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None if error.is_column => "name the table alone to see its columns".to_owned(),
        None => {
            let names: Vec<String> = graph.datasets().into_iter().map(|known| known.name).collect();
            format!("there are: {}", names.join(", "))
        }
    };
    Failure::usage(sqlflow_plan::code::NOT_IN_LINEAGE, message, remedy)
}
