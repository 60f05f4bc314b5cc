//! SQL's type names ↔ Arrow's types, for columns that a config declares. What is written keeps
//! whatever type it has.

use arrow::datatypes::{DataType, TimeUnit::Microsecond};

/// The types that a column can be declared as, for messages.
pub(crate) const DECLARABLE: &str = "BOOLEAN, TINYINT, SMALLINT, INTEGER, BIGINT, UTINYINT, \
    USMALLINT, UINTEGER, UBIGINT, FLOAT, DOUBLE, DECIMAL(p,s), VARCHAR, DATE, TIME, TIMESTAMP, \
    TIMESTAMPTZ";

/// The type that a SQL name declares, in any case.
pub(crate) fn from_sql(name: &str) -> Option<DataType> {
    let name = name.trim().to_ascii_uppercase();
    Some(match name.as_str() {
        "BOOLEAN" => DataType::Boolean,
        "TINYINT" => DataType::Int8,
        "SMALLINT" => DataType::Int16,
        "INTEGER" => DataType::Int32,
        "BIGINT" => DataType::Int64,
        "UTINYINT" => DataType::UInt8,
        "USMALLINT" => DataType::UInt16,
        "UINTEGER" => DataType::UInt32,
        "UBIGINT" => DataType::UInt64,
        "FLOAT" => DataType::Float32,
        "DOUBLE" => DataType::Float64,
        "VARCHAR" => DataType::Utf8,
        "DATE" => DataType::Date32,
        "TIME" => DataType::Time64(Microsecond),
        "TIMESTAMP" => DataType::Timestamp(Microsecond, None),
        "TIMESTAMPTZ" => DataType::Timestamp(Microsecond, Some("UTC".into())),
        _ => return decimal(&name),
    })
}

fn decimal(name: &str) -> Option<DataType> {
    let inner = name.strip_prefix("DECIMAL")?.trim().strip_prefix('(')?.strip_suffix(')')?;
    let (precision, scale) = inner.split_once(',')?;
    let (precision, scale) = (precision.trim().parse().ok()?, scale.trim().parse().ok()?);
    let fits = (1..=38).contains(&precision) && (0..=precision as i8).contains(&scale);
    fits.then_some(DataType::Decimal128(precision, scale))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_that_messages_name_can_be_declared() {
        for name in DECLARABLE.replace("(p,s)", "(38.4)").split(", ") {
            assert!(from_sql(&name.replace('.', ",")).is_some(), "{name}");
        }
        for name in ["", "DECIMAL", "DECIMAL(39,0)", "DECIMAL(3,4)", "BLOB"] {
            assert_eq!(from_sql(name), None, "{name}");
        }
    }
}
