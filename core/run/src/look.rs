//! Looking at data without a run: `query` and `preview`.

use std::{ops::ControlFlow, path::Path, sync::Arc, time::Duration};

use arrow::{array::RecordBatch, datatypes::SchemaRef};
use serde_json::{Map, Value, json};
use sqlflow_engine::{Next, Purpose, Scan};
use sqlflow_plan::{Action, Connected, ResilienceParams};
use sqlflow_plugin_sdk::{CancelToken, Error, StreamName};

use crate::{
    Compiled, Trouble, Workspace, code, compile, connection, errors, meter::Meter,
    resilience::unwatched, scan::SourceScan, warehouse::Warehouse,
};

/// The first rows of a stream.
#[derive(Debug)]
pub struct Preview {
    /// Its columns and types.
    pub schema: SchemaRef,
    /// The rows.
    pub batches: Vec<RecordBatch>,
    /// What was looked at, in words.
    pub origin: String,
}

/// Runs a query on the profile's database and hands out its rows until `each` has enough.
/// Returns the query's columns. Nothing is written.
///
/// # Errors
///
/// It is not a query, it does not bind or fails, or the database cannot be opened.
pub fn query(
    workspace: &Workspace,
    sql: &str,
    cancel: &CancelToken,
    each: &mut dyn FnMut(RecordBatch) -> ControlFlow<()>,
) -> Result<SchemaRef, Trouble> {
    let failed = |error| Trouble::before(errors::of_engine(error));
    let warehouse = Warehouse::open_to(workspace, Purpose::Look).map_err(Trouble::before)?;
    let mut session = warehouse.session().map_err(Trouble::before)?;
    let interrupt = session.interrupt();
    cancel.on_cancel(move || interrupt.interrupt());
    if session.bind(sql).map_err(failed)?.fields().is_empty() {
        let remedy = "put statements that write into a pipeline";
        return Err(Trouble::usage(code::DOES_NOT_BIND, "`query` only reads", remedy));
    }
    session.begin().map_err(failed)?;
    let mut rows = session.query(sql).map_err(failed)?;
    let schema = rows.schema();
    while let Some(batch) = rows.next().map_err(failed)? {
        if each(batch).is_break() {
            break;
        }
    }
    drop(rows);
    session.rollback().map_err(failed)?;
    Ok(schema)
}

/// The first rows of a file (its ending names the connector), of a connection of the profile, or
/// of a source of `pipeline`.
///
/// # Errors
///
/// There is no such thing, or it cannot be read.
pub fn preview(
    workspace: &Workspace,
    target: &str,
    pipeline: Option<&str>,
    limit: usize,
    cancel: &CancelToken,
) -> Result<Preview, Trouble> {
    let connected = match pipeline {
        Some(pipeline) => of_pipeline(&compile(workspace, pipeline)?, target)?,
        None if workspace.profile().connections.contains_key(target) => {
            connection::as_source(workspace, target)?
        }
        None => of_file(workspace, target)?,
    };
    let stream = StreamName(target.to_owned());
    read(workspace, connected, stream, limit, cancel)
        .map_err(|error| Trouble::before(errors::of_connector(&error)))
}

fn of_pipeline(compiled: &Compiled, source: &str) -> Result<Connected, Trouble> {
    let steps = compiled.plan.steps.iter();
    let mut sources = steps.filter_map(|step| match &step.action {
        Action::Source(action) => Some(action),
        _ => None,
    });
    let found = sources.find(|action| action.source.eq_ignore_ascii_case(source));
    found.map(|action| action.connected.clone()).ok_or_else(|| {
        let message = format!("pipeline `{}` has no source `{source}`", compiled.name);
        Trouble::usage(code::NOTHING_THERE, message, "`sqlflow plan` lists its sources")
    })
}

fn of_file(workspace: &Workspace, target: &str) -> Result<Connected, Trouble> {
    let ending = Path::new(target).extension().and_then(|ending| ending.to_str());
    let connector = ending.filter(|ending| workspace.plugins().manifest(ending).is_ok());
    let Some(connector) = connector else { return Err(nothing(target)) };
    let params = json!({"path": workspace.project().resolve(target)});
    connect(workspace, connector, params.as_object().unwrap_or(&Map::new()))
}

fn connect(
    workspace: &Workspace,
    connector: &str,
    params: &Map<String, Value>,
) -> Result<Connected, Trouble> {
    let failed = |error: Error| Trouble::before(errors::of_connector(&error));
    let spec = compile::connector_spec(workspace.plugins(), connector).map_err(failed)?;
    let source = spec.source.ok_or_else(|| nothing(connector))?;
    let config = source.resolve(params).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        Trouble::usage(code::CONNECTOR, lines.join("; "), "correct the connection's params")
    })?;
    Ok(Connected {
        connector: spec.name,
        connection: None,
        config,
        secrets: Vec::new(),
        secret_fields: Vec::new(),
        resilience: ResilienceParams::default(),
    })
}

fn nothing(target: &str) -> Trouble {
    let message = format!("`{target}` is no file, connection or source that can be looked at");
    let remedy = "name a file with the ending of a connector, a connection of the profile, or a \
                  source with --pipeline";
    Trouble::usage(code::NOTHING_THERE, message, remedy)
}

fn read(
    workspace: &Workspace,
    connected: Connected,
    stream: StreamName,
    limit: usize,
    cancel: &CancelToken,
) -> Result<Preview, Error> {
    let sources = workspace.sources();
    let origin = format!("{} ({})", stream, connected.connector);
    let protection = unwatched(&connected, cancel);
    let Connected { connector, config, .. } = &connected;
    let schema = sources.open_resilient(connector, config, &protection)?.schema(&stream)?;
    let scan = SourceScan {
        sources,
        connected,
        stream,
        schema: Arc::clone(&schema),
        ordered: true,
        limit: u64::try_from(limit).ok(),
        threads: Some(1),
        cancel: cancel.clone(),
        meter: Arc::new(Meter::default()),
    };
    let all: Vec<usize> = (0..schema.fields().len()).collect();
    let batches = first_rows(&scan, &all, limit).map_err(|error| {
        let message = error.message.clone();
        let own = error.into_source().and_then(|source| source.downcast::<Error>().ok());
        own.map_or_else(|| Error::new(sqlflow_plugin_sdk::ErrorKind::Bug, message), |own| *own)
    })?;
    Ok(Preview { schema, batches, origin })
}

fn first_rows(
    scan: &SourceScan,
    columns: &[usize],
    limit: usize,
) -> Result<Vec<RecordBatch>, sqlflow_engine::ScanError> {
    let rows = scan.open(columns, 1)?;
    let (mut batches, mut left) = (Vec::new(), limit);
    while left > 0 {
        match rows.next(Duration::from_millis(100))? {
            Next::Pending => {}
            Next::End => break,
            Next::Batch(batch) => {
                let batch = batch.slice(0, batch.num_rows().min(left));
                left -= batch.num_rows();
                batches.push(batch);
            }
        }
    }
    Ok(batches)
}
