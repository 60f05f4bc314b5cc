use arrow::datatypes::{DataType, TimeUnit::Microsecond};

use crate::{column::NullTexts, moments, numbers, records::Block, types};

/// A type that all values of a column may have.
struct Candidate {
    accepts: fn(&str) -> bool,
    data_type: fn() -> DataType,
}

/// In the order in which DuckDB 1.5.6 prefers them.
const CANDIDATES: [Candidate; 7] = [
    Candidate {
        accepts: |text| numbers::sure_boolean(text).is_some(),
        data_type: || DataType::Boolean,
    },
    Candidate {
        accepts: |text| numbers::sure_bigint(text).is_some(),
        data_type: || DataType::Int64,
    },
    Candidate {
        accepts: |text| numbers::sure_double(text).is_some(),
        data_type: || DataType::Float64,
    },
    Candidate {
        accepts: |text| moments::time(text).is_some(),
        data_type: || DataType::Time64(Microsecond),
    },
    Candidate { accepts: |text| moments::date(text).is_some(), data_type: || DataType::Date32 },
    Candidate {
        accepts: |text| moments::full_timestamp(text).is_some(),
        data_type: || DataType::Timestamp(Microsecond, None),
    },
    Candidate {
        accepts: |text| moments::sure_timestamp_utc(text).is_some(),
        data_type: types::zoned,
    },
];

/// Finds the narrowest type that every value of a column has.
#[derive(Debug, Clone, Default)]
pub(crate) struct Inference {
    /// A bit for each candidate that a value has ruled out.
    ruled_out: u8,
    has_values: bool,
}

impl Inference {
    /// Looks at the values of a column.
    pub(crate) fn look_at(&mut self, block: Block<'_>, index: usize, nulls: &NullTexts) {
        for text in block.column(index).filter(|text| !nulls.contains(text)) {
            self.has_values = true;
            for (bit, candidate) in CANDIDATES.iter().enumerate() {
                if self.allows(bit) && !(candidate.accepts)(&text) {
                    self.ruled_out |= 1 << bit;
                }
            }
        }
    }

    /// The type found; VARCHAR where no other fits or there was no value.
    pub(crate) fn data_type(&self) -> DataType {
        let found = CANDIDATES.iter().enumerate().find(|(bit, _)| self.allows(*bit));
        match found {
            Some((_, candidate)) if self.has_values => (candidate.data_type)(),
            _ => DataType::Utf8,
        }
    }

    fn allows(&self, bit: usize) -> bool {
        self.ruled_out & (1 << bit) == 0
    }
}
