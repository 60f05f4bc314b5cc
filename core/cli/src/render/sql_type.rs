//! Types of columns in the words of SQL.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field};
use sqlflow_plugin_sdk::sql_types;

/// DuckDB's name of a type; Arrow's where DuckDB has none.
pub(crate) fn sql_type(data_type: &DataType) -> String {
    match data_type {
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
        _ => {
            undeclarable(data_type).map_or_else(|| sql_types::name_of(data_type), ToOwned::to_owned)
        }
    }
}

fn members(fields: &[Arc<Field>]) -> String {
    let member = |field: &Arc<Field>| format!("{} {}", field.name(), sql_type(field.data_type()));
    fields.iter().map(member).collect::<Vec<_>>().join(", ")
}

/// The name of a plain type that no config declares a column as.
fn undeclarable(data_type: &DataType) -> Option<&'static str> {
    Some(match data_type {
        DataType::LargeUtf8 | DataType::Utf8View => "VARCHAR",
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => "BLOB",
        DataType::Date64 => "DATE",
        DataType::Time32(_) => "TIME",
        DataType::Interval(_) => "INTERVAL",
        _ => return None,
    })
}
