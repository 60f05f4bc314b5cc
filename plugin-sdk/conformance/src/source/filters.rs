use arrow::{
    array::{Array, BooleanArray, RecordBatch, Scalar},
    compute::{filter_record_batch, is_not_null, is_null, kernels::cmp, or},
    datatypes::DataType,
};
use serde_json::{Map, Value};
use sqlflow_plugin_sdk::{Comparison, Filter, FilterSupport, ReadRequest};

use crate::{
    Case, Failure, Needs, Outcome, Trial,
    failure::{During, broken, ensure},
    input::Opened,
    rows::{is_part, same_set},
};

/// The cases of this part.
pub(crate) const CASES: &[Case] = &[
    Case {
        name: "exact-filters-are-exact",
        about: "a filter told as exact leaves the rows that the host's own evaluation leaves",
        needs: Needs::Filters,
        run: exact,
    },
    Case {
        name: "inexact-filters-lose-nothing",
        about: "a filter told as inexact or unsupported leaves at least the rows that fulfil it",
        needs: Needs::Filters,
        run: inexact,
    },
    Case {
        name: "unknown-filters-are-not-exact",
        about: "a comparison of a later version is never told as exact",
        needs: Needs::Filters,
        run: unknown,
    },
    Case {
        name: "limit-counts-filtered-rows",
        about: "a limit together with an exact filter loses no row that fulfils it",
        needs: Needs::Filters,
        run: with_limit,
    },
];

const VALUES: [Comparison; 7] = [
    Comparison::Equal,
    Comparison::NotEqual,
    Comparison::Less,
    Comparison::LessOrEqual,
    Comparison::Greater,
    Comparison::GreaterOrEqual,
    Comparison::In,
];

fn exact(trial: &Trial<'_>) -> Outcome {
    let mut evaluated = false;
    each_filter(trial, |filter, support, all, rows| {
        evaluated |= support != FilterSupport::Unsupported;
        match support {
            FilterSupport::Exact => same_set(&evaluate(filter, all)?, rows),
            _ => Ok(()),
        }
    })?;
    ensure(evaluated, || "the manifest declares filters, and none is evaluated".to_owned())
}

fn inexact(trial: &Trial<'_>) -> Outcome {
    each_filter(trial, |filter, support, all, rows| match support {
        FilterSupport::Exact => Ok(()),
        FilterSupport::Inexact => {
            is_part(&evaluate(filter, all)?, rows)?;
            is_part(rows, all)
        }
        FilterSupport::Unsupported => same_set(all, rows),
    })
}

fn unknown(trial: &Trial<'_>) -> Outcome {
    let mut opened = trial.open_main()?;
    let column = opened.schema()?.fields().iter().map(|field| field.name().clone()).next();
    let column = column.unwrap_or_default();
    let filter = Filter { column, comparison: Comparison::Unknown, value: Value::Null };
    let request = ReadRequest { filters: vec![filter], ..opened.request() };
    let support = opened.plan(&request)?.filters;
    ensure(!support.contains(&FilterSupport::Exact), || "it is told as exact".to_owned())
}

fn with_limit(trial: &Trial<'_>) -> Outcome {
    let mut opened = trial.open_main()?;
    let all = opened.read(&opened.request())?.whole()?;
    for filter in filters(&all)? {
        let limit = 10;
        let request =
            ReadRequest { filters: vec![filter.clone()], limit: Some(limit), ..opened.request() };
        let exact = opened.plan(&request)?.filters.contains(&FilterSupport::Exact);
        let needed = evaluate(&filter, &all)?.num_rows().min(limit as usize);
        let rows = opened.read(&request)?.whole()?;
        if exact {
            let came = rows.num_rows();
            ensure(came >= needed, || format!("{came} rows came with {}", told(&filter)))?;
        }
    }
    Ok(())
}

fn each_filter(
    trial: &Trial<'_>,
    mut judge: impl FnMut(&Filter, FilterSupport, &RecordBatch, &RecordBatch) -> Outcome,
) -> Outcome {
    let mut opened = trial.open_main()?;
    let all = opened.read(&opened.request())?.whole()?;
    for filter in filters(&all)? {
        let (support, rows) = read_with(&mut opened, &filter)?;
        judge(&filter, support, &all, &rows).during(format!("{} ({support:?})", told(&filter)))?;
    }
    Ok(())
}

fn read_with(opened: &mut Opened, filter: &Filter) -> Outcome<(FilterSupport, RecordBatch)> {
    let request = ReadRequest { filters: vec![filter.clone()], ..opened.request() };
    let plan = opened.plan(&request)?;
    let [support] = plan.filters[..] else {
        return broken(format!("the plan answers for {} filters, not 1", plan.filters.len()));
    };
    Ok((support, opened.read_each(&request, &plan.partitions)?.whole()?))
}

fn told(filter: &Filter) -> String {
    format!("{} {:?} {}", filter.column, filter.comparison, filter.value)
}

/// Filters over every column whose values have one JSON form, with values that occur.
fn filters(all: &RecordBatch) -> Outcome<Vec<Filter>> {
    let mut found = Vec::new();
    for (field, column) in all.schema().fields().iter().zip(all.columns()) {
        let filter = |comparison, value| Filter { column: field.name().clone(), comparison, value };
        found.push(filter(Comparison::IsNull, Value::Null));
        found.push(filter(Comparison::IsNotNull, Value::Null));
        let Some(value) = middle(field.name(), column, all)? else { continue };
        for comparison in VALUES {
            let value = match comparison {
                Comparison::In => Value::Array(vec![value.clone(), Value::Null]),
                _ => value.clone(),
            };
            found.push(filter(comparison, value));
        }
    }
    Ok(found)
}

/// A value from the middle of a column, as JSON.
fn middle(name: &str, column: &dyn Array, all: &RecordBatch) -> Outcome<Option<Value>> {
    if !is_plain(column.data_type()) {
        return Ok(None);
    }
    let half = column.len() / 2;
    let rows = (half..column.len()).filter(|row| column.is_valid(*row));
    let index = all.schema_ref().index_of(name)?;
    for row in rows.take(10) {
        let value = to_json(&all.slice(row, 1).project(&[index])?)?.remove(name);
        // NaN has no JSON form.
        if let Some(value) = value.filter(|value| !value.is_null()) {
            return Ok(Some(value));
        }
    }
    Ok(None)
}

fn is_plain(kind: &DataType) -> bool {
    kind.is_integer() || matches!(kind, DataType::Float64 | DataType::Utf8 | DataType::Boolean)
}

fn to_json(row: &RecordBatch) -> Outcome<Map<String, Value>> {
    let mut writer = arrow::json::LineDelimitedWriter::new(Vec::new());
    writer.write(row)?;
    writer.finish()?;
    let json = serde_json::from_slice(&writer.into_inner());
    json.map_err(|error| Failure::Broken(format!("a value has no JSON form: {error}")))
}

/// The rows that fulfil a filter.
fn evaluate(filter: &Filter, all: &RecordBatch) -> Outcome<RecordBatch> {
    let index = all.schema_ref().index_of(&filter.column)?;
    let column = all.column(index).as_ref();
    let mask = match filter.comparison {
        Comparison::IsNull => is_null(column)?,
        Comparison::IsNotNull => is_not_null(column)?,
        Comparison::In => {
            let values = filter.value.as_array().into_iter().flatten();
            let mut any = BooleanArray::from(vec![false; column.len()]);
            for value in values.filter(|value| !value.is_null()) {
                any = or(&any, &compare(column, Comparison::Equal, value, filter)?)?;
            }
            any
        }
        comparison => compare(column, comparison, &filter.value, filter)?,
    };
    Ok(filter_record_batch(all, &mask)?)
}

fn compare(
    column: &dyn Array,
    comparison: Comparison,
    value: &Value,
    filter: &Filter,
) -> Outcome<BooleanArray> {
    let value = Scalar::new(from_json(value, column.data_type(), &filter.column)?);
    let column: &dyn arrow::array::Datum = &arrow::array::make_array(column.to_data());
    let mask = match comparison {
        Comparison::Equal => cmp::eq(column, &value),
        Comparison::NotEqual => cmp::neq(column, &value),
        Comparison::Less => cmp::lt(column, &value),
        Comparison::LessOrEqual => cmp::lt_eq(column, &value),
        Comparison::Greater => cmp::gt(column, &value),
        _ => cmp::gt_eq(column, &value),
    };
    Ok(mask?)
}

/// A JSON value as a column of one row.
pub(super) fn from_json(
    value: &Value,
    kind: &DataType,
    name: &str,
) -> Outcome<arrow::array::ArrayRef> {
    let field = arrow::datatypes::Field::new(name, kind.clone(), true);
    let schema = std::sync::Arc::new(arrow::datatypes::Schema::new(vec![field]));
    let mut decoder = arrow::json::ReaderBuilder::new(schema).build_decoder()?;
    decoder.serialize(&[serde_json::json!({ name: value })])?;
    match decoder.flush()? {
        Some(batch) => Ok(std::sync::Arc::clone(batch.column(0))),
        None => broken("a value became no row"),
    }
}
