use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use sqlflow_state::{Column, InputSchema, StepError, StepResult};

use super::Attempt;

/// Tells the schemas that the check before the run has bound.
pub(super) fn execute(attempt: &Attempt<'_>) -> Result<StepResult, StepError> {
    let streams = attempt.run.checked.schemas.of(&attempt.step.id);
    let schema = |(name, schema): (&str, &SchemaRef)| InputSchema {
        name: name.to_owned(),
        columns: columns(schema),
    };
    Ok(StepResult { input_schemas: streams.map(schema).collect(), ..StepResult::default() })
}

/// The columns of a schema, as events carry them.
pub(super) fn columns(schema: &SchemaRef) -> Vec<Column> {
    let column = |field: &Arc<arrow::datatypes::Field>| Column {
        name: field.name().clone(),
        data_type: field.data_type().to_string(),
    };
    schema.fields().iter().map(column).collect()
}
