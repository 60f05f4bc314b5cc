use std::{sync::Arc, time::Instant};

use sqlflow_engine::Session;
use sqlflow_plan::{Action, Step, TransformStep, Write};
use sqlflow_state::{StepError, StepResult, Waits};
use sqlflow_syntax::Relation;

use super::{Reading, RunContext, source::columns};
use crate::{
    errors,
    meter::{Meter, micros},
    warehouse::{self, make_schema, qualified, record_owner},
};

/// Makes a table or view from a query, in one transaction.
pub(super) fn execute(
    context: &RunContext<'_>,
    step: &Step,
    meter: &Arc<Meter>,
) -> Result<StepResult, StepError> {
    let Action::Transform(transform) = &step.action else { return Ok(StepResult::default()) };
    let began = Instant::now();
    let mut session = context.session()?;
    let session = session.as_mut();
    let _mounted = context.mount(
        session,
        Reading {
            sources: &transform.sources,
            by_name: true,
            ordered: true,
            cancel: &context.cancel,
            meter,
        },
    )?;
    let table = qualified(&transform.table);
    let (rows, columns) = super::in_transaction(session, |session| {
        let pipeline = &context.plan.pipeline;
        make_way(session, transform, pipeline)?;
        let rows = session.execute(&statement(transform)).map_err(errors::of_engine)?;
        record_owner(session, &transform.table, pipeline).map_err(errors::of_engine)?;
        if transform.relation == Relation::View {
            // A view has no rows of its own.
            return Ok((rows, None));
        }
        let schema = session.bind(&format!("FROM {table}")).map_err(errors::of_engine)?;
        Ok((rows, Some(columns(&schema))))
    })?;
    let duration_us = micros(began.elapsed());
    let source_us = meter.source_us().min(duration_us);
    Ok(StepResult {
        rows_in: meter.rows(),
        rows_out: rows,
        duration_us,
        waits: Waits { source_us, engine_us: duration_us - source_us, ..Waits::default() },
        output_schema: columns,
        ..StepResult::default()
    })
}

/// Makes way for the table or view, and its schema. Says whether it is there afterwards.
pub(crate) fn make_way(
    session: &mut dyn Session,
    transform: &TransformStep,
    pipeline: &str,
) -> Result<bool, StepError> {
    make_schema(session, &transform.table)?;
    let wanted = (transform.relation, transform.or_replace);
    let there = warehouse::make_way(session, &transform.table, pipeline, wanted)?;
    Ok(there.is_some())
}

/// The statement that makes it.
fn statement(transform: &TransformStep) -> String {
    let kind = match transform.relation {
        Relation::Table => "TABLE",
        Relation::View => "VIEW",
    };
    let table = qualified(&transform.table);
    format!("CREATE OR REPLACE {kind} {table} AS {}", transform.query.text)
}

/// The statement that makes it without its rows, out of a query; `there` where it is there already.
pub(crate) fn empty_statement(transform: &TransformStep, query: &str, there: bool) -> String {
    let table = qualified(&transform.table);
    match (transform.relation, &transform.write) {
        (Relation::View, _) => format!("CREATE OR REPLACE VIEW {table} AS {query}"),
        (Relation::Table, write) if there && *write != Write::Replace => {
            format!("INSERT INTO {table} BY NAME SELECT * FROM ({query}) LIMIT 0")
        }
        (Relation::Table, _) => format!("CREATE OR REPLACE TABLE {table} AS {query} WITH NO DATA"),
    }
}
