//! Types of columns in the words of SQL.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field};

/// DuckDB's name of a type; Arrow's where DuckDB has none.
pub(crate) fn sql_type(data_type: &DataType) -> String {
    match data_type {
        DataType::Decimal128(width, scale) => format!("DECIMAL({width},{scale})"),
        DataType::Timestamp(_, zone) if zone.is_some() => "TIMESTAMPTZ".to_owned(),
        DataType::Timestamp(..) => "TIMESTAMP".to_owned(),
        DataType::List(item) | DataType::LargeList(item) => {
            format!("{}[]", sql_type(item.data_type()))
        }
        DataType::FixedSizeList(item, size) => format!("{}[{size}]", sql_type(item.data_type())),
        DataType::Struct(fields) => format!("STRUCT({})", members(fields)),
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(fields) => {
                let types: Vec<String> = fields.iter().map(|f| sql_type(f.data_type())).collect();
                format!("MAP({})", types.join(", "))
            }
            _ => data_type.to_string(),
        },
        DataType::Dictionary(_, value) => sql_type(value),
        _ => plain(data_type).map_or_else(|| data_type.to_string(), ToOwned::to_owned),
    }
}

fn members(fields: &[Arc<Field>]) -> String {
    let member = |field: &Arc<Field>| format!("{} {}", field.name(), sql_type(field.data_type()));
    fields.iter().map(member).collect::<Vec<_>>().join(", ")
}

fn plain(data_type: &DataType) -> Option<&'static str> {
    Some(match data_type {
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
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "VARCHAR",
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => "BLOB",
        DataType::Date32 | DataType::Date64 => "DATE",
        DataType::Time32(_) | DataType::Time64(_) => "TIME",
        DataType::Interval(_) => "INTERVAL",
        _ => return None,
    })
}
