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
            limit: context.sample,
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
        retries: meter.retries(),
        recoveries: meter.recoveries(),
        output_schema: columns,
        ..StepResult::default()
    })
}

/// Makes way for the table or view, and its schema.
fn make_way(
    session: &mut dyn Session,
    transform: &TransformStep,
    pipeline: &str,
) -> Result<(), StepError> {
    make_schema(session, &transform.table)?;
    let wanted = (transform.relation, transform.or_replace);
    warehouse::make_way(session, &transform.table, pipeline, wanted).map(drop)
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
