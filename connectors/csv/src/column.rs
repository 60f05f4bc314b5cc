use std::sync::Arc;

use arrow::{
    array::{ArrayRef, ArrowPrimitiveType, BooleanBuilder, PrimitiveBuilder, StringBuilder},
    datatypes::{
        DataType, Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type,
        Int32Type, Int64Type, Time64MicrosecondType, TimeUnit::Microsecond,
        TimestampMicrosecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
    },
};

use crate::{moments, numbers, records::Block};

/// The texts that stand for NULL.
#[derive(Debug, Clone)]
pub(crate) struct NullTexts(Vec<String>);

impl NullTexts {
    pub(crate) fn new(texts: Vec<String>) -> Self {
        Self(texts)
    }

    #[inline]
    pub(crate) fn contains(&self, text: &str) -> bool {
        match self.0.as_slice() {
            [one] if one.is_empty() => text.is_empty(),
            many => many.iter().any(|null| null == text),
        }
    }
}

/// A column of a batch, under way.
pub(crate) trait Column {
    /// Adds a block's rows.
    ///
    /// # Errors
    ///
    /// The row whose text is no value of the column's type.
    fn append(&mut self, block: Block<'_>, index: usize, nulls: &NullTexts) -> Result<(), usize>;

    /// What was added.
    fn finish(&mut self) -> ArrayRef;
}

/// A column of a type that text can be read as, `None` for other types.
///
/// What was not declared but inferred is read as strictly as it was inferred, so that `007` fails
/// in a column of numbers.
pub(crate) fn column(kind: &DataType, declared: bool, rows: usize) -> Option<Box<dyn Column>> {
    let new = New { kind, rows };
    Some(match kind {
        DataType::Utf8 => Box::new(Texts(StringBuilder::with_capacity(rows, rows * 16))),
        DataType::Boolean if declared => new.booleans(numbers::boolean),
        DataType::Boolean => new.booleans(numbers::sure_boolean),
        DataType::Int64 if !declared => new.of::<Int64Type>(numbers::sure_bigint),
        DataType::Float32 => new.of::<Float32Type>(numbers::float),
        DataType::Float64 if declared => new.of::<Float64Type>(numbers::double),
        DataType::Float64 => new.of::<Float64Type>(numbers::sure_double),
        DataType::Decimal128(precision, scale) => {
            let (precision, scale) = (*precision, u8::try_from(*scale).ok()?);
            new.of::<Decimal128Type>(move |text| numbers::decimal(text, precision, scale))
        }
        _ => return new.integers().or_else(|| new.moments(declared)),
    })
}

struct New<'a> {
    kind: &'a DataType,
    rows: usize,
}

impl New<'_> {
    fn of<T: ArrowPrimitiveType>(
        &self,
        parse: impl Fn(&str) -> Option<T::Native> + 'static,
    ) -> Box<dyn Column> {
        let builder = PrimitiveBuilder::<T>::with_capacity(self.rows);
        Box::new(Values { builder: builder.with_data_type(self.kind.clone()), parse })
    }

    fn booleans(&self, parse: impl Fn(&str) -> Option<bool> + 'static) -> Box<dyn Column> {
        Box::new(Booleans { builder: BooleanBuilder::with_capacity(self.rows), parse })
    }

    fn integers(&self) -> Option<Box<dyn Column>> {
        Some(match self.kind {
            DataType::Int8 => self.of::<Int8Type>(numbers::integer),
            DataType::Int16 => self.of::<Int16Type>(numbers::integer),
            DataType::Int32 => self.of::<Int32Type>(numbers::integer),
            DataType::Int64 => self.of::<Int64Type>(numbers::bigint),
            DataType::UInt8 => self.of::<UInt8Type>(numbers::integer),
            DataType::UInt16 => self.of::<UInt16Type>(numbers::integer),
            DataType::UInt32 => self.of::<UInt32Type>(numbers::integer),
            DataType::UInt64 => self.of::<UInt64Type>(numbers::integer),
            _ => return None,
        })
    }

    fn moments(&self, declared: bool) -> Option<Box<dyn Column>> {
        Some(match self.kind {
            DataType::Date32 => self.of::<Date32Type>(moments::date),
            DataType::Time64(Microsecond) => self.of::<Time64MicrosecondType>(moments::time),
            DataType::Timestamp(Microsecond, None) if declared => {
                self.of::<TimestampMicrosecondType>(moments::timestamp)
            }
            DataType::Timestamp(Microsecond, None) => {
                self.of::<TimestampMicrosecondType>(moments::full_timestamp)
            }
            DataType::Timestamp(Microsecond, Some(_)) if declared => {
                self.of::<TimestampMicrosecondType>(moments::timestamp_utc)
            }
            DataType::Timestamp(Microsecond, Some(_)) => {
                self.of::<TimestampMicrosecondType>(moments::sure_timestamp_utc)
            }
            _ => return None,
        })
    }
}

struct Texts(StringBuilder);

impl Column for Texts {
    fn append(&mut self, block: Block<'_>, index: usize, nulls: &NullTexts) -> Result<(), usize> {
        for text in block.column(index) {
            if nulls.contains(&text) { self.0.append_null() } else { self.0.append_value(text) }
        }
        Ok(())
    }

    fn finish(&mut self) -> ArrayRef {
        Arc::new(self.0.finish())
    }
}

struct Values<T: ArrowPrimitiveType, F> {
    builder: PrimitiveBuilder<T>,
    parse: F,
}

impl<T: ArrowPrimitiveType, F: Fn(&str) -> Option<T::Native>> Column for Values<T, F> {
    fn append(&mut self, block: Block<'_>, index: usize, nulls: &NullTexts) -> Result<(), usize> {
        for (row, text) in block.column(index).enumerate() {
            if nulls.contains(&text) {
                self.builder.append_null();
            } else {
                self.builder.append_value((self.parse)(&text).ok_or(row)?);
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> ArrayRef {
        Arc::new(self.builder.finish())
    }
}

struct Booleans<F> {
    builder: BooleanBuilder,
    parse: F,
}

impl<F: Fn(&str) -> Option<bool>> Column for Booleans<F> {
    fn append(&mut self, block: Block<'_>, index: usize, nulls: &NullTexts) -> Result<(), usize> {
        for (row, text) in block.column(index).enumerate() {
            if nulls.contains(&text) {
                self.builder.append_null();
            } else {
                self.builder.append_value((self.parse)(&text).ok_or(row)?);
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> ArrayRef {
        Arc::new(self.builder.finish())
    }
}
