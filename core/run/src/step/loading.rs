use std::{sync::Arc, time::Instant};

use sqlflow_engine::{Mounted, Session};
use sqlflow_fault as fault;
use sqlflow_plan::{Action, LoadStep, Write};
use sqlflow_state::{Column, InputSchema, StepError, StepResult, Waits};
use sqlflow_syntax::Relation;

use super::{Attempt, Reading, once::once, source::columns};
use crate::{
    code, errors,
    meter::{Meter, micros},
    warehouse::qualified,
};

/// Brings a source's rows into a table, in one transaction.
pub(super) fn execute(attempt: &Attempt<'_>) -> Result<StepResult, StepError> {
    let Action::Load(load) = &attempt.step.action else { return Ok(StepResult::default()) };
    let began = Instant::now();
    let mut session = attempt.session()?;
    let session = session.as_mut();
    let (warehouse, pipeline) = (attempt.run.warehouse, &attempt.run.plan.pipeline);
    warehouse.make_schema(session, &load.table)?;
    let (mounted, _besides) = mount(attempt, session, load)?;
    fault::point(fault::LOAD_MOUNTED);
    let done = once(attempt, session, began, |session| {
        let written = write(session, attempt, load, &mounted)?;
        fault::point(fault::LOAD_WRITTEN);
        reconcile(load, attempt.meter.rows(), written)?;
        warehouse.record_owner(session, &load.table, pipeline)?;
        fault::point(fault::LOAD_OWNED);
        Ok(result(attempt, load, written, began))
    })?;
    warehouse.made(&load.table, Relation::Table, pipeline);
    Ok(done)
}

fn result(attempt: &Attempt<'_>, load: &LoadStep, rows: u64, began: Instant) -> StepResult {
    let (meter, schemas) = (&attempt.meter, &attempt.run.checked.schemas);
    let columns = schemas.get(&load.source, &load.stream).map(columns).unwrap_or_default();
    let loaded = loaded_columns(load, &columns);
    let took_us = micros(began.elapsed());
    let source_us = meter.source_us().min(took_us);
    StepResult {
        rows_in: meter.rows(),
        rows_out: rows,
        bytes_in: Some(meter.bytes()),
        waits: Waits { source_us, engine_us: took_us - source_us, ..Waits::default() },
        input_schemas: vec![InputSchema { name: load.stream.clone(), columns }],
        retries: meter.retries(),
        recoveries: meter.recoveries(),
        output_schema: Some(loaded),
        ..StepResult::default()
    }
}

/// Makes the source readable, and by their names the sources that the filter reads besides; those
/// rows are none that are loaded, and are not counted.
fn mount(
    attempt: &Attempt<'_>,
    session: &mut dyn Session,
    load: &LoadStep,
) -> Result<(Vec<Mounted>, Vec<Mounted>), StepError> {
    let (cancel, meter) = (&attempt.cancel, &attempt.meter);
    let sources = [(load.stream.clone(), load.source.clone())];
    let (ordered, limit) = (load.ordered, attempt.run.sample);
    let reading = Reading { sources: &sources, by_name: false, ordered, limit, cancel, meter };
    let mounted = attempt.mount(session, reading)?;
    let meter = &Arc::new(Meter::default());
    let besides = Reading {
        sources: &load.sources,
        by_name: true,
        ordered: true,
        limit: None,
        cancel,
        meter,
    };
    Ok((mounted, attempt.mount(session, besides)?))
}

fn write(
    session: &mut dyn Session,
    attempt: &Attempt<'_>,
    load: &LoadStep,
    mounted: &[Mounted],
) -> Result<u64, StepError> {
    let from = mounted.first().map(Mounted::scan_sql).unwrap_or_default();
    let wanted = (Relation::Table, true);
    let (warehouse, pipeline) = (attempt.run.warehouse, &attempt.run.plan.pipeline);
    let there = warehouse.make_way(session, &load.table, pipeline, wanted)?;
    let sql = statement(load, &load.selection(&from).text, there, Rows::All);
    let written =
        if load.ordered { session.execute_copy(&sql) } else { session.execute_unordered(&sql) };
    written.map_err(errors::of_engine)
}

/// The columns of the source that are loaded, in the order of the table.
fn loaded_columns(load: &LoadStep, all: &[Column]) -> Vec<Column> {
    if load.columns.is_empty() {
        return all.to_vec();
    }
    let wanted = load.columns.iter();
    wanted
        .filter_map(|wanted| {
            all.iter().find(|column| column.name.eq_ignore_ascii_case(&wanted.name))
        })
        .cloned()
        .collect()
}

/// Which rows a statement moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rows {
    /// All that are read.
    All,
    /// None: only the table is made.
    None,
}

/// The statement that loads what `selection` yields, where the table is there already or not.
pub(crate) fn statement(load: &LoadStep, selection: &str, there: bool, rows: Rows) -> String {
    let table = qualified(&load.table);
    if load.write != Write::Replace && there {
        let limit = if rows == Rows::None { " LIMIT 0" } else { "" };
        return format!("INSERT INTO {table} BY NAME {selection}{limit}");
    }
    let data = if rows == Rows::None { " WITH NO DATA" } else { "" };
    format!("CREATE OR REPLACE TABLE {table} AS {selection}{data}")
}

/// Rows read and rows written are the same, or nothing is committed (R5); a filter may keep some
/// back.
fn reconcile(load: &LoadStep, read: u64, written: u64) -> Result<(), StepError> {
    if read == written || load.filter.is_some() && written < read {
        return Ok(());
    }
    let message = format!(
        "{read} rows were read of `{}` and {written} were written to `{}`",
        load.stream, load.table
    );
    let remedy = "nothing was committed; run again, and report it if it comes back";
    Err(errors::noticed(code::NOT_RECONCILED, "bug", message, remedy))
}
