use std::time::Instant;

use sqlflow_engine::Session;
use sqlflow_fault as fault;
use sqlflow_plan::{Action, TransformStep, Write};
use sqlflow_state::{Column, StepError, StepResult, Waits};
use sqlflow_syntax::Relation;

use super::{Attempt, Reading, once::once, source::columns};
use crate::{errors, meter::micros, warehouse::qualified};

/// Makes a table or view from a query, in one transaction.
pub(super) fn execute(attempt: &Attempt<'_>) -> Result<StepResult, StepError> {
    let Action::Transform(transform) = &attempt.step.action else {
        return Ok(StepResult::default());
    };
    let began = Instant::now();
    let mut session = attempt.session()?;
    let session = session.as_mut();
    let (warehouse, pipeline) = (attempt.run.warehouse, &attempt.run.plan.pipeline);
    warehouse.make_schema(session, &transform.table)?;
    let reading = Reading {
        sources: &transform.sources,
        by_name: true,
        ordered: true,
        limit: attempt.run.sample,
        cancel: &attempt.cancel,
        meter: &attempt.meter,
    };
    let _mounted = attempt.mount(session, reading)?;
    let done = once(attempt, session, began, |session| make(attempt, transform, session, began))?;
    warehouse.made(&transform.table, transform.relation, pipeline);
    Ok(done)
}

fn make(
    attempt: &Attempt<'_>,
    transform: &TransformStep,
    session: &mut dyn Session,
    began: Instant,
) -> Result<StepResult, StepError> {
    let (warehouse, pipeline) = (attempt.run.warehouse, &attempt.run.plan.pipeline);
    let wanted = (transform.relation, transform.or_replace);
    warehouse.make_way(session, &transform.table, pipeline, wanted)?;
    fault::point(fault::TABLE_CLEARED);
    let rows_out = session.execute(&statement(transform)).map_err(errors::of_engine)?;
    fault::point(fault::TABLE_MADE);
    warehouse.record_owner(session, &transform.table, pipeline)?;
    fault::point(fault::TABLE_OWNED);
    let took_us = micros(began.elapsed());
    let source_us = attempt.meter.source_us().min(took_us);
    Ok(StepResult {
        rows_in: attempt.meter.rows(),
        rows_out,
        waits: Waits { source_us, engine_us: took_us - source_us, ..Waits::default() },
        retries: attempt.meter.retries(),
        recoveries: attempt.meter.recoveries(),
        output_schema: made(transform, session)?,
        ..StepResult::default()
    })
}

/// The columns of the table; a view has no rows of its own.
fn made(
    transform: &TransformStep,
    session: &mut dyn Session,
) -> Result<Option<Vec<Column>>, StepError> {
    if transform.relation == Relation::View {
        return Ok(None);
    }
    let table = qualified(&transform.table);
    let schema = session.bind(&format!("FROM {table}")).map_err(errors::of_engine)?;
    Ok(Some(columns(&schema)))
}

/// The statement that makes it.
fn statement(transform: &TransformStep) -> String {
    format!("{}{}", head(transform), transform.query.text)
}

/// The statement that makes it without its rows, out of a query, and how many bytes of it stand
/// before the query; `there` where it is there already.
pub(crate) fn empty_statement(
    transform: &TransformStep,
    query: &str,
    there: bool,
) -> (usize, String) {
    let is_view = transform.relation == Relation::View;
    if there && !is_view && transform.write != Write::Replace {
        let head = format!("INSERT INTO {} BY NAME SELECT * FROM (", qualified(&transform.table));
        return (head.len(), format!("{head}{query}) LIMIT 0"));
    }
    let head = head(transform);
    // On a line of its own: the query may end in a comment.
    let data = if is_view { "" } else { "\nWITH NO DATA" };
    (head.len(), format!("{head}{query}{data}"))
}

fn head(transform: &TransformStep) -> String {
    let kind = match transform.relation {
        Relation::Table => "TABLE",
        Relation::View => "VIEW",
    };
    format!("CREATE OR REPLACE {kind} {} AS ", qualified(&transform.table))
}
