//! `sqlflow connect discover`.

use std::io::{self, Write};
use std::time::Duration;

use clap::Args;
use serde_json::{Value, json};
use sqlflow_plugin_sdk::StreamDescriptor;

use super::seconds;
use crate::exit;
use crate::failure::Outcome;
use crate::format::Format;
use crate::interrupt;
use crate::render::clean::clean_line;
use crate::render::quantity::{bytes, counted};
use crate::render::sql_type::sql_type;
use crate::render::table::Table;
use crate::screen::Screen;
use crate::workspace_args::WorkspaceArgs;

/// The options of `sqlflow connect discover`.
#[derive(Debug, Args)]
pub(crate) struct ConnectDiscoverArgs {
    /// Connection of the profile
    name: String,

    /// How long the other side may take, such as 30s, 500ms or 2m
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = seconds)]
    timeout: Duration,

    #[command(flatten)]
    workspace: WorkspaceArgs,

    /// Output format
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(super) format: Format,
}

/// Prints the streams of a connection with what is known of each.
pub(super) fn discover(args: &ConnectDiscoverArgs) -> Outcome {
    let workspace = args.workspace.open(&Screen::new(args.format == Format::Json))?;
    let cancel = interrupt::token();
    let streams = sqlflow_run::discover(&workspace, &args.name, args.timeout, &cancel)?;
    let text = match args.format {
        Format::Text if streams.is_empty() => "no streams\n".to_owned(),
        Format::Text => streams.iter().map(text).collect::<Vec<_>>().join("\n"),
        Format::Json => format!("{:#}\n", streams.iter().map(json_of).collect::<Value>()),
    };
    io::stdout().write_all(text.as_bytes())?;
    Ok(exit::OK)
}

fn text(stream: &StreamDescriptor) -> String {
    let size = [
        stream.estimated_rows.map(|rows| format!("about {}", counted(rows, "row"))),
        stream.estimated_bytes.map(|size| format!("about {}", bytes(size))),
    ];
    let size: Vec<String> = size.into_iter().flatten().collect();
    let gap = if size.is_empty() { "" } else { "  " };
    let head = format!("{}{gap}{}\n", clean_line(&stream.name.0), size.join(", "));
    let Some(schema) = &stream.schema else {
        return head + "  its columns are known when it is read\n";
    };
    let mut table = Table::new(["column", "type", ""]);
    for field in schema.fields() {
        table.row([field.name().clone(), sql_type(field.data_type()), notes(stream, field.name())]);
    }
    head + &table.draw()
}

fn notes(stream: &StreamDescriptor, column: &String) -> String {
    let is_key = stream.primary_key.contains(column).then_some("key");
    let is_cursor = stream.cursor_candidates.contains(column).then_some("cursor");
    is_key.into_iter().chain(is_cursor).collect::<Vec<_>>().join(", ")
}

fn json_of(stream: &StreamDescriptor) -> Value {
    let columns = stream.schema.as_ref().map(|schema| {
        let column = |field: &std::sync::Arc<arrow::datatypes::Field>| {
            json!({
                "name": field.name(),
                "type": sql_type(field.data_type()),
                "nullable": field.is_nullable(),
            })
        };
        schema.fields().iter().map(column).collect::<Vec<_>>()
    });
    json!({
        "name": stream.name,
        "columns": columns,
        "primary_key": stream.primary_key,
        "cursor_candidates": stream.cursor_candidates,
        "estimated_rows": stream.estimated_rows,
        "estimated_bytes": stream.estimated_bytes,
    })
}
