use std::{sync::Arc, time::Instant};

use arrow::datatypes::SchemaRef;
use sqlflow_engine::Rows;
use sqlflow_plan::{Action, ExportStep, Step};
use sqlflow_plugin_sdk::{
    CancelToken, CommitRecord, CommitToken, DestinationConnector, Place, WriteReport, WriteRequest,
    Writer,
};
use sqlflow_state::{RunId, StepError, StepResult, Waits};
use uuid::Uuid;

use super::{Reading, RunContext, source::columns};
use crate::{
    code, errors,
    meter::{Meter, micros},
    resilience::protection,
};

/// Sends a query's rows to a destination: staged while they come, published at the end.
pub(super) fn execute(
    context: &RunContext<'_>,
    step: &Step,
    meter: &Arc<Meter>,
) -> Result<StepResult, StepError> {
    let Action::Export(export) = &step.action else { return Ok(StepResult::default()) };
    let began = Instant::now();
    let mut session = context.session()?;
    let session = session.as_mut();
    // The rows that leave are counted apart from those that are read.
    let read: Arc<Meter> = Arc::default();
    let _mounted = context.mount(
        session,
        Reading {
            sources: &export.sources,
            by_name: true,
            ordered: true,
            limit: context.sample,
            cancel: &context.cancel,
            meter: &read,
        },
    )?;
    let token = commit_token(context.run, &step.id);
    let mut rows = session.query(&export.query.text).map_err(errors::of_engine)?;
    let schema = rows.schema();
    let mut destination = open(context, export, meter)?;
    let writer = begin(destination.as_mut(), export, &token, &schema, meter)?;
    let report = send(rows.as_mut(), writer, token, (&context.cancel, meter))?;
    reconcile(export, meter.rows(), &report)?;
    let duration_us = micros(began.elapsed());
    let destination_us = meter.destination_us().min(duration_us);
    Ok(StepResult {
        rows_in: read.rows(),
        rows_out: report.rows,
        bytes_out: report.bytes,
        duration_us,
        waits: Waits {
            destination_us,
            engine_us: duration_us - destination_us,
            ..Waits::default()
        },
        retries: read.retries() + meter.retries(),
        recoveries: read.recoveries() + meter.recoveries(),
        output_schema: Some(columns(&schema)),
        warnings: report.warnings,
        places: report.places,
        ..StepResult::default()
    })
}

fn open(
    context: &RunContext<'_>,
    export: &ExportStep,
    meter: &Arc<Meter>,
) -> Result<Box<dyn DestinationConnector>, StepError> {
    let connected = &export.connected;
    let registry = context.workspace.destinations();
    let protection = protection(connected, &context.cancel, meter.resilience());
    registry
        .open_resilient(&connected.connector, &connected.config, &protection)
        .map_err(|error| errors::of_connector(&error))
}

/// Sweeps what dead runs left at the place, and starts the write.
fn begin(
    destination: &mut dyn DestinationConnector,
    export: &ExportStep,
    token: &CommitToken,
    schema: &SchemaRef,
    meter: &Meter,
) -> Result<Box<dyn Writer>, StepError> {
    let place = Place(export.place.clone());
    let mode = export.write.of_destination().ok_or_else(|| {
        let message = format!("no destination writes in the mode {}", export.write.words());
        errors::noticed(code::BUG, "bug", message, "report it, with the pipeline")
    })?;
    let request = WriteRequest {
        place: place.clone(),
        mode,
        keys: export.write.keys().iter().map(|key| key.name.clone()).collect(),
        token: token.clone(),
        schema: Arc::clone(schema),
    };
    let begun = meter.in_destination(|| {
        destination.recover(&place, &[])?;
        destination.begin(&request)
    });
    begun.map_err(|error| errors::of_connector(&error))
}

/// The same for the same step of the same run, also after a crash; another in another run.
fn commit_token(run: RunId, step: &str) -> CommitToken {
    let run = Uuid::new_v5(&Uuid::NAMESPACE_OID, run.to_string().as_bytes());
    CommitToken(Uuid::new_v5(&run, step.as_bytes()).simple().to_string())
}

/// Writes every row and commits, or aborts and tells why.
fn send(
    rows: &mut dyn Rows,
    mut writer: Box<dyn Writer>,
    token: CommitToken,
    watch: (&CancelToken, &Arc<Meter>),
) -> Result<WriteReport, StepError> {
    let (cancel, meter) = watch;
    let stop = writer.cancel_token();
    cancel.on_cancel(move || stop.cancel());
    if let Err(error) = write_all(rows, writer.as_mut(), watch) {
        // The first error is the one to tell; what abort could not remove, recover sweeps.
        let _ = writer.abort();
        return Err(error);
    }
    let record = CommitRecord { token, rows: meter.rows(), watermark: None };
    let committed = meter.in_destination(|| writer.commit(&record));
    committed.map_err(|error| errors::of_connector(&error))
}

fn write_all(
    rows: &mut dyn Rows,
    writer: &mut dyn Writer,
    (cancel, meter): (&CancelToken, &Arc<Meter>),
) -> Result<(), StepError> {
    let failed = |error: sqlflow_plugin_sdk::Error| errors::of_connector(&error);
    while let Some(batch) = rows.next().map_err(errors::of_engine)? {
        cancel.check().map_err(failed)?;
        meter.count(&batch);
        meter.keep_first_rows(&batch);
        meter.in_destination(|| writer.write(batch)).map_err(failed)?;
    }
    Ok(())
}

fn reconcile(export: &ExportStep, sent: u64, report: &WriteReport) -> Result<(), StepError> {
    if sent == report.rows {
        return Ok(());
    }
    let message = format!(
        "{sent} rows were sent to {} and it reports {}",
        export.place_as_written, report.rows
    );
    let remedy = "look at what is there, and report it to the connector's author";
    Err(errors::noticed(code::NOT_RECONCILED, "bug", message, remedy))
}
