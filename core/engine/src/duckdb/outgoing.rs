//! Types that DuckDB's Arrow output would change: `TIME WITH TIME ZONE` loses its zone, BIT and
//! BIGNUM become bytes of DuckDB's own, UHUGEINT turns negative, and a HUGEINT of 39 digits loses
//! one. They are refused (R10). The list was tried out on DuckDB 1.5.6; `tests/outgoing.rs` asks every
//! type there is.

use arrow::array::{Array, ArrayData, Decimal128Array, RecordBatch};
use arrow::datatypes::DataType;
use duckdb::Statement;
use duckdb::core::{LogicalTypeHandle, LogicalTypeId};

use crate::error::{EngineError, EngineErrorKind, Result};

/// The digits that a decimal of Arrow's 128 bits is said to have.
const DIGITS: u8 = 38;

/// What a result's types ask of whoever takes its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outgoing {
    /// Nothing.
    AsTheyAre,
    /// Look whether whole numbers have more digits than fit.
    CountDigits,
}

/// Looks at the columns of a statement that has been executed.
///
/// # Errors
/// A column has a type that cannot go out unchanged.
pub(super) fn outgoing(statement: &Statement<'_>) -> Result<Outgoing> {
    let mut outgoing = Outgoing::AsTheyAre;
    for (column, name) in statement.column_names().iter().enumerate() {
        let kind = statement.column_logical_type(column);
        if let Some(changed) = find(&kind, &changes) {
            return Err(refused(name, changed));
        }
        if find(&kind, &|id| (id == LogicalTypeId::Hugeint).then_some("HUGEINT")).is_some() {
            outgoing = Outgoing::CountDigits;
        }
    }
    Ok(outgoing)
}

/// Refuses a batch with a whole number that has too many digits.
pub(super) fn count_digits(batch: &RecordBatch) -> Result<()> {
    let columns = batch.schema();
    let mut fields = columns.fields().iter().zip(batch.columns());
    match fields.find(|(_, column)| has_too_many_digits(&column.to_data())) {
        None => Ok(()),
        Some((field, _)) => Err(refused(field.name(), "HUGEINT with a value of 39 digits")),
    }
}

fn has_too_many_digits(data: &ArrayData) -> bool {
    let own = *data.data_type() == DataType::Decimal128(DIGITS, 0)
        && Decimal128Array::from(data.clone()).validate_decimal_precision(DIGITS).is_err();
    own || data.child_data().iter().any(has_too_many_digits)
}

fn changes(id: LogicalTypeId) -> Option<&'static str> {
    match id {
        LogicalTypeId::TimeTZ => Some("TIME WITH TIME ZONE"),
        LogicalTypeId::Bit => Some("BIT"),
        LogicalTypeId::UHugeint => Some("UHUGEINT"),
        LogicalTypeId::Bignum => Some("BIGNUM"),
        _ => None,
    }
}

/// Whether a type, or one that it is made of, is one of those.
fn find(
    kind: &LogicalTypeHandle,
    wanted: &impl Fn(LogicalTypeId) -> Option<&'static str>,
) -> Option<&'static str> {
    let id = kind.id();
    let children = match id {
        LogicalTypeId::Map => 2,
        LogicalTypeId::List
        | LogicalTypeId::Array
        | LogicalTypeId::Struct
        | LogicalTypeId::Union => kind.num_children(),
        _ => 0,
    };
    wanted(id).or_else(|| (0..children).find_map(|child| find(&kind.child(child), wanted)))
}

fn refused(column: &str, kind: &str) -> EngineError {
    let message = format!(
        "column \"{column}\" is a {kind}, which cannot leave the engine unchanged; cast it in the \
         query, for example \"{column}\"::VARCHAR"
    );
    EngineError::new(EngineErrorKind::Unsupported, message)
}
