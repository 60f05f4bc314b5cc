//! One round of `sqlflow plugin dev`: load a library, open it, check it, look at its rows.

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value};
use sqlflow_host::{DestinationRegistry, Plugins, SourceConnector, SourceRegistry};
use sqlflow_plugin_sdk::{
    CancelToken, CheckReport, ConfigSpec, ConnectorKind, Manifest, ReadRequest, StreamName,
};
use sqlflow_profile::{Environment, Project};

use super::connector_crate::by_hand;
use super::dev::PluginDevArgs;
use crate::code;
use crate::exit;
use crate::failure::{Failure, Outcome};
use crate::format::RowFormat;
use crate::render::clean::{clean, clean_line};
use crate::render::rows::RowWriter;
use crate::screen::Screen;
use crate::workspace_args::here;

/// Loads a library through the real loader and does with it what was asked for.
pub(super) fn try_out(library: &Path, args: &PluginDevArgs) -> Outcome {
    let (plugins, manifest) = by_hand(library, &Screen::new(false))?;
    let (source, destination) = plugins.specs(&manifest.name)?;
    say(&format!("loaded {} {}\n", manifest.name, manifest.version))?;
    let Some(params) = &args.params else { return Ok(exit::OK) };
    let params = object(params)?;
    match (source, destination) {
        (Some(spec), _) => {
            let config = config(&spec, params)?;
            let sources = SourceRegistry::new(&plugins);
            let mut source = sources.open(&manifest.name, &config, &CancelToken::new())?;
            look(&mut *source, args)
        }
        (None, Some(spec)) => check_destination(&plugins, &manifest, &config(&spec, params)?),
        (None, None) => {
            Err(mistake("the plugin is neither source nor destination", "correct `kinds`"))
        }
    }
}

fn look(source: &mut dyn SourceConnector, args: &PluginDevArgs) -> Outcome {
    let report = source.check()?;
    tell(&report)?;
    if report.items.iter().any(|item| !item.ok) {
        return Ok(exit::EXECUTION);
    }
    for stream in source.discover()? {
        say(&format!("stream {}\n", clean_line(&stream.name.0)))?;
    }
    if let Some(stream) = &args.preview {
        preview(source, &StreamName(stream.clone()), args.limit)?;
    }
    Ok(exit::OK)
}

/// The first rows, read as a run would: the schema bound first, then partition after partition.
fn preview(
    source: &mut dyn SourceConnector,
    stream: &StreamName,
    limit: usize,
) -> Result<(), Failure> {
    let schema = source.schema(stream)?;
    let request = ReadRequest {
        schema: Some(Arc::clone(&schema)),
        limit: Some(limit as u64),
        ..ReadRequest::of(stream.clone())
    };
    let mut writer = RowWriter::new(RowFormat::Table);
    let mut left = limit;
    for partition in source.plan(&request)?.partitions {
        let mut rows = source.read(&request, &partition)?;
        while left > 0
            && let Some(batch) = rows.next_batch()?
        {
            let batch = batch.slice(0, batch.num_rows().min(left));
            left -= batch.num_rows();
            let _ = writer.write(&batch)?;
        }
    }
    writer.finish(&schema)
}

fn check_destination(
    plugins: &Arc<Plugins>,
    manifest: &Manifest,
    config: &Map<String, Value>,
) -> Outcome {
    debug_assert!(manifest.plays(ConnectorKind::Destination));
    let destinations = DestinationRegistry::new(plugins);
    let report = destinations.open(&manifest.name, config, &CancelToken::new())?.check()?;
    tell(&report)?;
    let passed = report.items.iter().all(|item| item.ok);
    Ok(if passed { exit::OK } else { exit::EXECUTION })
}

fn object(params: &str) -> Result<Map<String, Value>, Failure> {
    serde_json::from_str(params).map_err(|error| {
        mistake(
            &format!("--params is not a JSON object: {error}"),
            r#"write it as '{"path": "a"}'"#,
        )
    })
}

/// The settings as a run would resolve them: what is not given may stand in the environment.
fn config(
    spec: &ConfigSpec,
    mut params: Map<String, Value>,
) -> Result<Map<String, Value>, Failure> {
    let project = Project::discover(&here()?);
    let environment = Environment::read(project.root()).map_err(|error| {
        Failure::usage(error.code, error.to_string(), "correct the line it names")
    })?;
    for field in spec.fields() {
        let given = params.keys().any(|key| field.answers_to(key));
        let mut names = field.environment().iter();
        if let (false, Some((value, _))) = (given, names.find_map(|name| environment.get(name))) {
            params.insert(field.name().to_owned(), value.into());
        }
    }
    spec.resolve(&params).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        let remedy = problems.iter().find_map(sqlflow_plugin_sdk::ConfigProblem::remedy);
        mistake(&lines.join("; "), &remedy.unwrap_or("correct --params".to_owned()))
    })
}

fn mistake(message: &str, remedy: &str) -> Failure {
    Failure::usage(code::CANNOT_TRY, message, remedy)
}

fn tell(report: &CheckReport) -> Result<(), Failure> {
    for item in &report.items {
        let mark = if item.ok { "✓" } else { "✗" };
        say(&format!("{mark} {}: {}\n", clean_line(&item.name), clean_line(&item.message)))?;
    }
    Ok(())
}

fn say(text: &str) -> Result<(), Failure> {
    Ok(io::stdout().write_all(clean(text).as_bytes())?)
}
