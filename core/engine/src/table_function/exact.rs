//! Values that are finer than DuckDB's types: refused, for DuckDB would cut them.

use arrow::array::{Array, ArrayRef, AsArray, make_array};
use arrow::datatypes::{
    ArrowPrimitiveType, DataType, Date64Type, DurationNanosecondType, IntervalMonthDayNanoType,
    IntervalUnit, TimeUnit, TimestampNanosecondType,
};

const NANOS_A_MICRO: i64 = 1_000;
const MILLIS_A_DAY: i64 = 86_400_000;

/// Says what a column holds that DuckDB would cut, or nothing when all its values fit.
pub(super) fn lost(array: &dyn Array) -> Option<String> {
    match array.data_type() {
        DataType::Timestamp(TimeUnit::Nanosecond, Some(_)) => {
            indivisible::<TimestampNanosecondType>(array, NANOS_A_MICRO)
                .map(|value| format!("the instant {value} ns, and TIMESTAMPTZ counts microseconds"))
        }
        DataType::Duration(TimeUnit::Nanosecond) => {
            indivisible::<DurationNanosecondType>(array, NANOS_A_MICRO)
                .map(|value| format!("the duration {value} ns, and INTERVAL counts microseconds"))
        }
        DataType::Interval(IntervalUnit::MonthDayNano) => fine_interval(array),
        DataType::Date64 => indivisible::<Date64Type>(array, MILLIS_A_DAY)
            .map(|value| format!("the date {value} ms, which is not a whole day")),
        _ => children(array).iter().find_map(|child| lost(child)),
    }
}

fn indivisible<T: ArrowPrimitiveType<Native = i64>>(array: &dyn Array, unit: i64) -> Option<i64> {
    array.as_primitive::<T>().iter().flatten().find(|value| value % unit != 0)
}

fn fine_interval(array: &dyn Array) -> Option<String> {
    let values = array.as_primitive::<IntervalMonthDayNanoType>();
    let fine = values.iter().flatten().find(|value| value.nanoseconds % NANOS_A_MICRO != 0)?;
    Some(format!("the interval {} ns, and INTERVAL counts microseconds", fine.nanoseconds))
}

fn children(array: &dyn Array) -> Vec<ArrayRef> {
    array.to_data().child_data().iter().cloned().map(make_array).collect()
}
