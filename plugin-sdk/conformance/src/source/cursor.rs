use arrow::{
    array::{Array, ArrayRef, BooleanArray, RecordBatch, Scalar},
    compute::{and, filter_record_batch, is_not_null, kernels::cmp, sort_to_indices, take},
};
use serde_json::Value;
use sqlflow_plugin_sdk::{Cursor, ReadRequest};

use crate::{
    Case, Needs, Outcome, Trial,
    failure::{During, broken, ensure},
    rows::same_set,
    source::filters::from_json,
};

/// The cases of this part.
pub(crate) const CASES: &[Case] = &[
    Case {
        name: "incremental-reads-from-the-watermark",
        about: "a read from a lower bound gives the rows at it and above, and no others",
        needs: Needs::Incremental,
        run: lower,
    },
    Case {
        name: "incremental-reads-to-the-upper-bound",
        about: "a read to an upper bound gives the rows at it and below, and no others",
        needs: Needs::Incremental,
        run: upper,
    },
    Case {
        name: "lookback-reads-below-the-watermark",
        about: "a read with a lookback starts so far below the lower bound",
        needs: Needs::Incremental,
        run: lookback,
    },
];

/// What an incremental read is tried on.
struct Ordered {
    all: RecordBatch,
    column: String,
    /// The value in the middle, as JSON and as Arrow.
    middle: (Value, ArrayRef),
}

fn ordered(trial: &Trial<'_>) -> Outcome<Ordered> {
    let input = trial.main()?;
    let column = trial.cursor(&input)?;
    let mut opened = trial.open(&input)?;
    let all = opened.read(&opened.request())?.whole()?;
    let values = all.column(all.schema_ref().index_of(&column)?);
    let order = sort_to_indices(values, None, None)?;
    let at = order.value(order.len() / 2);
    let middle = take(values, &arrow::array::UInt32Array::from(vec![at]), None)?;
    let json = json_of(&column, &middle)?;
    Ok(Ordered { all, column, middle: (json, middle) })
}

fn json_of(name: &str, one: &ArrayRef) -> Outcome<Value> {
    let batch = RecordBatch::try_from_iter([(name, ArrayRef::clone(one))])?;
    let mut writer = arrow::json::LineDelimitedWriter::new(Vec::new());
    writer.write(&batch)?;
    writer.finish()?;
    let row: Value = serde_json::from_slice(&writer.into_inner()).unwrap_or_default();
    match row.get(name) {
        Some(value) => Ok(value.clone()),
        None => broken(format!("the cursor `{name}` is NULL in the middle")),
    }
}

impl Ordered {
    /// Compares a read of this range with the rows that `keep` keeps.
    fn check(
        &self,
        trial: &Trial<'_>,
        range: Cursor,
        keep: impl FnOnce(&ArrayRef) -> Outcome<BooleanArray>,
    ) -> Outcome {
        let mut opened = trial.open_main()?;
        let what = format!("{range:?}");
        let request = ReadRequest { cursor: Some(range), ..opened.request() };
        let rows = opened.read(&request)?.whole()?;
        let column = self.all.column(self.all.schema_ref().index_of(&self.column)?);
        let mask = and(&keep(column)?, &is_not_null(column)?)?;
        same_set(&filter_record_batch(&self.all, &mask)?, &rows).during(what)
    }

    fn range(&self) -> Cursor {
        Cursor { column: self.column.clone(), lower: None, upper: None, lookback: None }
    }
}

fn lower(trial: &Trial<'_>) -> Outcome {
    let ordered = ordered(trial)?;
    let range = Cursor { lower: Some(ordered.middle.0.clone()), ..ordered.range() };
    let bound = Scalar::new(ArrayRef::clone(&ordered.middle.1));
    ordered.check(trial, range, |column| Ok(cmp::gt_eq(column, &bound)?))
}

fn upper(trial: &Trial<'_>) -> Outcome {
    let ordered = ordered(trial)?;
    let range = Cursor { upper: Some(ordered.middle.0.clone()), ..ordered.range() };
    let bound = Scalar::new(ArrayRef::clone(&ordered.middle.1));
    ordered.check(trial, range, |column| Ok(cmp::lt_eq(column, &bound)?))
}

/// Tried where the cursor is a whole number: of times, JSON has no one form.
fn lookback(trial: &Trial<'_>) -> Outcome {
    const BACK: i64 = 5;
    let ordered = ordered(trial)?;
    let (json, middle) = &ordered.middle;
    let Some(number) = json.as_i64().filter(|_| middle.data_type().is_integer()) else {
        return Ok(());
    };
    ensure(middle.len() == 1, || "the cursor has no middle".to_owned())?;
    let below = from_json(&(number - BACK).into(), middle.data_type(), &ordered.column)?;
    let range =
        Cursor { lower: Some(number.into()), lookback: Some(BACK.into()), ..ordered.range() };
    ordered.check(trial, range, |column| Ok(cmp::gt_eq(column, &Scalar::new(below))?))
}
