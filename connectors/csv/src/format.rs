//! Values as text, byte for byte as DuckDB casts them to VARCHAR.

mod moments;
mod numbers;

use arrow::{
    array::{
        Array, ArrayRef, ArrowPrimitiveType, BooleanArray, PrimitiveArray, StringArray,
        cast::AsArray,
    },
    compute::cast,
    datatypes::{
        DataType, Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type,
        Int32Type, Int64Type, TimeUnit, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
    },
};
use sqlflow_plugin_sdk::Result;

use crate::error::from_arrow;

/// The values of a column, as text.
pub(crate) trait Cells {
    /// Appends the value of a row; false where it is NULL.
    fn write(&self, row: usize, out: &mut Vec<u8>) -> bool;
}

/// Whether CSV can carry a type.
pub(crate) fn can_write(kind: &DataType) -> bool {
    match kind {
        DataType::Dictionary(_, values) => can_write(values),
        DataType::Float16 | DataType::Date64 => false,
        DataType::Null | DataType::Boolean | DataType::Date32 | DataType::Decimal128(..) => true,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Time32(_) | DataType::Time64(_) | DataType::Timestamp(..) => true,
        kind => kind.is_integer() || kind.is_floating(),
    }
}

/// The values of an array of a type that [`can_write`].
pub(crate) fn cells(array: &ArrayRef) -> Result<Box<dyn Cells>> {
    Ok(match array.data_type() {
        DataType::Null => Box::new(Nulls),
        DataType::Boolean => Box::new(array.as_boolean().clone()),
        DataType::Int8 => integers::<Int8Type>(array),
        DataType::Int16 => integers::<Int16Type>(array),
        DataType::Int32 => integers::<Int32Type>(array),
        DataType::Int64 => integers::<Int64Type>(array),
        DataType::UInt8 => integers::<UInt8Type>(array),
        DataType::UInt16 => integers::<UInt16Type>(array),
        DataType::UInt32 => integers::<UInt32Type>(array),
        DataType::UInt64 => integers::<UInt64Type>(array),
        DataType::Float32 => values::<Float32Type>(array, numbers::float),
        DataType::Float64 => values::<Float64Type>(array, numbers::float),
        DataType::Decimal128(precision, scale) => {
            let decimal = numbers::Decimal::new(*precision, *scale);
            values::<Decimal128Type>(array, move |value, out| decimal.write(value, out))
        }
        DataType::Date32 => values::<Date32Type>(array, moments::date),
        DataType::Time32(unit) | DataType::Time64(unit) => times(array, *unit)?,
        DataType::Timestamp(unit, zone) => timestamps(array, *unit, zone.is_some())?,
        DataType::Utf8 => Box::new(array.as_string::<i32>().clone()),
        _ => cells(&cast(array, &DataType::Utf8).map_err(|error| from_arrow(&error))?)?,
    })
}

fn integers<T>(array: &ArrayRef) -> Box<dyn Cells>
where
    T: ArrowPrimitiveType,
    T::Native: Into<i128>,
{
    values::<T>(array, numbers::integer)
}

fn times(array: &ArrayRef, unit: TimeUnit) -> Result<Box<dyn Cells>> {
    with_int64(array, move |value, out| moments::time(value, unit, out))
}

fn timestamps(array: &ArrayRef, unit: TimeUnit, zoned: bool) -> Result<Box<dyn Cells>> {
    with_int64(array, move |value, out| moments::timestamp(value, unit, zoned, out))
}

/// The cells of an array whose values are numbers of 32 or 64 bits.
fn with_int64(
    array: &ArrayRef,
    write: impl Fn(i64, &mut Vec<u8>) + 'static,
) -> Result<Box<dyn Cells>> {
    let kind = match array.data_type() {
        DataType::Time32(_) => &cast(array, &DataType::Int32).map_err(|e| from_arrow(&e))?,
        _ => array,
    };
    let array = cast(kind, &DataType::Int64).map_err(|error| from_arrow(&error))?;
    Ok(values::<Int64Type>(&array, write))
}

fn values<T: ArrowPrimitiveType>(
    array: &ArrayRef,
    write: impl Fn(T::Native, &mut Vec<u8>) + 'static,
) -> Box<dyn Cells> {
    Box::new(Values { array: array.as_primitive::<T>().clone(), write })
}

struct Values<T: ArrowPrimitiveType, F> {
    array: PrimitiveArray<T>,
    write: F,
}

impl<T: ArrowPrimitiveType, F: Fn(T::Native, &mut Vec<u8>)> Cells for Values<T, F> {
    fn write(&self, row: usize, out: &mut Vec<u8>) -> bool {
        let valid = self.array.is_valid(row);
        if valid {
            (self.write)(self.array.value(row), out);
        }
        valid
    }
}

impl Cells for StringArray {
    fn write(&self, row: usize, out: &mut Vec<u8>) -> bool {
        let valid = self.is_valid(row);
        if valid {
            out.extend_from_slice(self.value(row).as_bytes());
        }
        valid
    }
}

impl Cells for BooleanArray {
    fn write(&self, row: usize, out: &mut Vec<u8>) -> bool {
        let valid = self.is_valid(row);
        if valid {
            out.extend_from_slice(if self.value(row) { b"true" } else { b"false" });
        }
        valid
    }
}

struct Nulls;

impl Cells for Nulls {
    fn write(&self, _row: usize, _out: &mut Vec<u8>) -> bool {
        false
    }
}
