//! Which Arrow types DuckDB holds unchanged.

use arrow::datatypes::{DataType, Field, IntervalUnit, TimeUnit};

/// Says why a column cannot be read, or nothing when it can.
///
/// Refused are the types that DuckDB has no place for and those it would misread.
pub(super) fn refusal(field: &Field) -> Option<String> {
    let refused = refused_type(field.data_type())?;
    Some(format!(
        "column \"{}\" has the Arrow type {refused}, which DuckDB cannot hold unchanged; \
         let the connector give it another type",
        field.name()
    ))
}

fn refused_type(data_type: &DataType) -> Option<&DataType> {
    match data_type {
        DataType::List(item) | DataType::LargeList(item) | DataType::Map(item, _) => {
            refused_type(item.data_type())
        }
        DataType::FixedSizeList(item, length) if *length > 0 => refused_type(item.data_type()),
        DataType::Struct(fields) if !fields.is_empty() => {
            fields.iter().find_map(|field| refused_type(field.data_type()))
        }
        DataType::Dictionary(_, values) => refused_type(values),
        scalar => (!is_held(scalar)).then_some(scalar),
    }
}

fn is_held(scalar: &DataType) -> bool {
    match scalar {
        DataType::Float16 => false,
        DataType::Interval(unit) => *unit != IntervalUnit::DayTime,
        DataType::Decimal32(width, scale)
        | DataType::Decimal64(width, scale)
        | DataType::Decimal128(width, scale) => u8::try_from(*scale).is_ok_and(|s| s <= *width),
        DataType::FixedSizeBinary(width) => *width > 0,
        DataType::Null | DataType::Boolean => true,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => true,
        DataType::Decimal256(..) => false,
        other => other.is_primitive(),
    }
}

/// Tells whether a type is finer than DuckDB's, so that its values must be looked at.
pub(super) fn may_lose(data_type: &DataType) -> bool {
    match data_type {
        DataType::Timestamp(TimeUnit::Nanosecond, Some(_))
        | DataType::Duration(TimeUnit::Nanosecond)
        | DataType::Interval(IntervalUnit::MonthDayNano)
        | DataType::Date64 => true,
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::FixedSizeList(item, _)
        | DataType::Map(item, _) => may_lose(item.data_type()),
        DataType::Struct(fields) => fields.iter().any(|field| may_lose(field.data_type())),
        DataType::Dictionary(_, values) => may_lose(values),
        _ => false,
    }
}
