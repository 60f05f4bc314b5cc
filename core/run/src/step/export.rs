use std::{sync::Arc, time::Instant};

use arrow::datatypes::SchemaRef;
use sqlflow_engine::Rows;
use sqlflow_fault as fault;
use sqlflow_plan::{Action, ExportStep};
use sqlflow_plugin_sdk::{
    CommitRecord, CommitStatus, CommitToken, DestinationConnector, ErrorKind, Place, WriteReport,
    WriteRequest, Writer,
};
use sqlflow_state::{RunId, StepError, StepResult, Waits};
use uuid::Uuid;

use super::{Attempt, Reading, source::columns};
use crate::{
    code, errors,
    meter::{Meter, micros},
    resilience::protection,
};

/// Sends a query's rows to a destination: staged while they come, published at the end. Where the
/// destination knows that an attempt before this one has published them, nothing is sent again.
pub(super) fn execute(attempt: &Attempt<'_>) -> Result<StepResult, StepError> {
    let Action::Export(export) = &attempt.step.action else { return Ok(StepResult::default()) };
    let began = Instant::now();
    let token = commit_token(attempt.run.id, &attempt.step.id);
    let mut destination = open(attempt, export)?;
    fault::point(fault::EXPORT_OPENED);
    if attempt.number > 1 && is_published(destination.as_mut(), &token)? {
        fault::point(fault::EXPORT_RECOVERED);
        return Ok(StepResult { recovered: true, ..StepResult::default() });
    }
    let mut session = attempt.session()?;
    let session = session.as_mut();
    // The rows that leave are counted apart from those that are read.
    let read: Arc<Meter> = Arc::default();
    let reading = Reading {
        sources: &export.sources,
        by_name: true,
        ordered: true,
        limit: attempt.run.sample,
        cancel: &attempt.cancel,
        meter: &read,
    };
    let _mounted = attempt.mount(session, reading)?;
    let mut rows = session.query(&export.query.text).map_err(errors::of_engine)?;
    fault::point(fault::EXPORT_QUERIED);
    let schema = rows.schema();
    let writer = begin(destination.as_mut(), export, &token, &schema, &attempt.meter)?;
    let report = send(attempt, rows.as_mut(), writer, token)?;
    fault::point(fault::STEP_COMMITTED);
    reconcile(export, attempt.meter.rows(), &report)?;
    fault::point(fault::EXPORT_RECONCILED);
    Ok(result(attempt, &read, &schema, report, began))
}

fn result(
    attempt: &Attempt<'_>,
    read: &Meter,
    schema: &SchemaRef,
    report: WriteReport,
    began: Instant,
) -> StepResult {
    let duration_us = micros(began.elapsed());
    let destination_us = attempt.meter.destination_us().min(duration_us);
    let engine_us = duration_us - destination_us;
    StepResult {
        rows_in: read.rows(),
        rows_out: report.rows,
        bytes_out: report.bytes,
        duration_us,
        waits: Waits { destination_us, engine_us, ..Waits::default() },
        retries: read.retries() + attempt.meter.retries(),
        recoveries: read.recoveries() + attempt.meter.recoveries(),
        output_schema: Some(columns(schema)),
        warnings: report.warnings,
        places: report.places,
        ..StepResult::default()
    }
}

/// Whether the destination knows that this was published. One that cannot know is written again,
/// which is why such a destination replaces what is there.
fn is_published(
    destination: &mut dyn DestinationConnector,
    token: &CommitToken,
) -> Result<bool, StepError> {
    match destination.committed(token) {
        Ok(status) => Ok(status == CommitStatus::Committed),
        Err(error) if error.kind() == ErrorKind::Unsupported => Ok(false),
        Err(error) => Err(errors::of_connector(&error)),
    }
}

fn open(
    attempt: &Attempt<'_>,
    export: &ExportStep,
) -> Result<Box<dyn DestinationConnector>, StepError> {
    let connected = &export.connected;
    let registry = attempt.run.workspace.destinations();
    let protection = protection(connected, &attempt.cancel, attempt.meter.resilience());
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
        fault::point(fault::EXPORT_SWEEPING);
        destination.recover(&place, &[])?;
        fault::point(fault::EXPORT_SWEPT);
        destination.begin(&request)
    });
    fault::point(fault::EXPORT_BEGUN);
    begun.map_err(|error| errors::of_connector(&error))
}

/// The same for the same step of the same run, also after a crash; another in another run.
fn commit_token(run: RunId, step: &str) -> CommitToken {
    let run = Uuid::new_v5(&Uuid::NAMESPACE_OID, run.to_string().as_bytes());
    CommitToken(Uuid::new_v5(&run, step.as_bytes()).simple().to_string())
}

/// Writes every row and commits, or aborts and tells why.
fn send(
    attempt: &Attempt<'_>,
    rows: &mut dyn Rows,
    mut writer: Box<dyn Writer>,
    token: CommitToken,
) -> Result<WriteReport, StepError> {
    let meter = &attempt.meter;
    let stop = writer.cancel_token();
    attempt.cancel.on_cancel(move || stop.cancel());
    let written = write_all(attempt, rows, writer.as_mut());
    fault::point(fault::EXPORT_STAGED);
    if let Err(error) = written.and_then(|()| attempt.run.check_fence()) {
        // The first error is the one to tell; what abort could not remove, recover sweeps.
        let _ = writer.abort();
        return Err(error);
    }
    fault::point(fault::EXPORT_WRITTEN);
    let record = CommitRecord { token, rows: meter.rows(), watermark: None };
    let committed = meter.in_destination(|| writer.commit(&record));
    committed.map_err(|error| errors::of_connector(&error))
}

fn write_all(
    attempt: &Attempt<'_>,
    rows: &mut dyn Rows,
    writer: &mut dyn Writer,
) -> Result<(), StepError> {
    let failed = |error: sqlflow_plugin_sdk::Error| errors::of_connector(&error);
    let meter = &attempt.meter;
    while let Some(batch) = rows.next().map_err(errors::of_engine)? {
        attempt.cancel.check().map_err(failed)?;
        meter.count(&batch);
        meter.keep_first_rows(&batch);
        meter.in_destination(|| writer.write(batch)).map_err(failed)?;
        fault::point(fault::EXPORT_WRITING);
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Mutation: a token drawn by lot.
    #[test]
    fn a_commit_token_is_the_same_for_the_same_step_of_the_same_run_alone() {
        let (run, other) = (RunId::new(), RunId::new());
        assert_eq!(commit_token(run, "export_a"), commit_token(run, "export_a"));
        assert_ne!(commit_token(run, "export_a"), commit_token(run, "export_b"));
        assert_ne!(commit_token(run, "export_a"), commit_token(other, "export_a"));
    }
}
