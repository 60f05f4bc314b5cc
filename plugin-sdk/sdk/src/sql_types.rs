//! SQL's names for types, as DuckDB writes them ↔ Arrow's types: for columns that a config declares.

use arrow::datatypes::{DataType, TimeUnit::Microsecond};

/// The types that a column can be declared as, for messages.
pub const DECLARABLE: &str = "BOOLEAN, TINYINT, SMALLINT, INTEGER, BIGINT, UTINYINT, \
    USMALLINT, UINTEGER, UBIGINT, FLOAT, DOUBLE, DECIMAL(p,s), VARCHAR, DATE, TIME, TIMESTAMP, \
    TIMESTAMPTZ";

/// The type that a name declares, in any case; `None` where none of [`DECLARABLE`] is meant.
///
/// Times are in microseconds. `DECIMAL` alone is DuckDB's `DECIMAL(18,3)`.
pub fn from_name(name: &str) -> Option<DataType> {
    let name = name.trim().to_ascii_uppercase();
    Some(match name.as_str() {
        "BOOLEAN" | "BOOL" => DataType::Boolean,
        "TINYINT" => DataType::Int8,
        "SMALLINT" => DataType::Int16,
        "INTEGER" | "INT" => DataType::Int32,
        "BIGINT" => DataType::Int64,
        "UTINYINT" => DataType::UInt8,
        "USMALLINT" => DataType::UInt16,
        "UINTEGER" => DataType::UInt32,
        "UBIGINT" => DataType::UInt64,
        "FLOAT" | "REAL" => DataType::Float32,
        "DOUBLE" | "DOUBLE PRECISION" => DataType::Float64,
        "VARCHAR" | "TEXT" | "STRING" => DataType::Utf8,
        "DATE" => DataType::Date32,
        "TIME" => DataType::Time64(Microsecond),
        "TIMESTAMP" | "DATETIME" => DataType::Timestamp(Microsecond, None),
        "TIMESTAMPTZ" | "TIMESTAMP WITH TIME ZONE" => timestamptz(),
        _ => return decimal(&name),
    })
}

/// A timestamp in UTC, in microseconds: `TIMESTAMPTZ`.
pub fn timestamptz() -> DataType {
    DataType::Timestamp(Microsecond, Some("UTC".into()))
}

/// `DECIMAL(p,s)`; without a scale it is 0, without both it is DuckDB's `DECIMAL(18,3)`.
fn decimal(name: &str) -> Option<DataType> {
    let rest = name.strip_prefix("DECIMAL").or_else(|| name.strip_prefix("NUMERIC"))?.trim();
    if rest.is_empty() {
        return Some(DataType::Decimal128(18, 3));
    }
    let inner = rest.strip_prefix('(')?.strip_suffix(')')?;
    let (precision, scale) = inner.split_once(',').unwrap_or((inner, "0"));
    let (precision, scale) = (precision.trim().parse().ok()?, scale.trim().parse().ok()?);
    let fits = (1..=38).contains(&precision) && (0..=precision as i8).contains(&scale);
    fits.then_some(DataType::Decimal128(precision, scale))
}

/// How messages and declarations name a type; of one that cannot be declared, Arrow's own name.
pub fn name_of(data_type: &DataType) -> String {
    match data_type {
        DataType::Boolean => "BOOLEAN",
        DataType::Int8 => "TINYINT",
        DataType::Int16 => "SMALLINT",
        DataType::Int32 => "INTEGER",
        DataType::Int64 => "BIGINT",
        DataType::UInt8 => "UTINYINT",
        DataType::UInt16 => "USMALLINT",
        DataType::UInt32 => "UINTEGER",
        DataType::UInt64 => "UBIGINT",
        DataType::Float32 => "FLOAT",
        DataType::Float64 => "DOUBLE",
        DataType::Utf8 => "VARCHAR",
        DataType::Date32 => "DATE",
        DataType::Time64(_) => "TIME",
        DataType::Timestamp(_, None) => "TIMESTAMP",
        DataType::Timestamp(_, Some(_)) => "TIMESTAMPTZ",
        DataType::Decimal128(precision, scale) => return format!("DECIMAL({precision},{scale})"),
        other => return other.to_string(),
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sql_names_declare_types() {
        for (name, expect) in [
            ("bigint", Some(DataType::Int64)),
            (" Decimal( 10 , 2 ) ", Some(DataType::Decimal128(10, 2))),
            ("NUMERIC(5)", Some(DataType::Decimal128(5, 0))),
            ("decimal", Some(DataType::Decimal128(18, 3))),
            ("DECIMAL(39,0)", None),
            ("DECIMAL(4,5)", None),
            ("DECIMAL(4,-1)", None),
            ("DECIMALS", None),
            ("timestamp with time zone", Some(timestamptz())),
            ("INTEGER[]", None),
            ("", None),
        ] {
            assert_eq!(from_name(name), expect, "{name:?}");
        }
    }

    #[test]
    fn every_type_that_messages_offer_is_declarable_by_its_name() {
        for name in DECLARABLE.replace("(p,s)", "(12~3)").split(", ") {
            let name = name.trim().replace('~', ",");
            assert_eq!(from_name(&name).map(|found| name_of(&found)), Some(name));
        }
    }
}
