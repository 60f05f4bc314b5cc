use arrow::{array::AsArray, datatypes::Float64Type};

use super::*;
use crate::inline;

fn table() -> RecordBatch {
    let rows = json!([
        {"n": 1, "s": "a", "f": 0.5, "day": "2024-01-01"},
        {"n": 2, "s": null, "f": 1.5, "day": "2024-02-01"},
        {"n": null, "s": "b", "f": 2.5, "day": null},
        {"n": 4, "s": "b", "f": 3.5, "day": "2024-03-01"},
    ]);
    let columns = json!({"day": "DATE"});
    inline::batch(&rows, columns.as_object().unwrap()).unwrap()
}

fn filter(column: &str, comparison: Comparison, value: Value) -> Filter {
    Filter { column: column.to_owned(), comparison, value }
}

/// The numbers in `f` of the rows that are left, times ten.
fn left(request: &ReadRequest) -> Vec<i64> {
    let batch = select(table(), request).unwrap();
    let numbers = cast(batch.column_by_name("f").unwrap(), &DataType::Float64).unwrap();
    let numbers = numbers.as_primitive::<Float64Type>();
    numbers.values().iter().map(|number| (number * 10.0) as i64).collect()
}

#[test]
fn comparisons_keep_the_rows_that_sql_keeps() {
    use Comparison::{Equal, Greater, In, IsNotNull, IsNull, LessOrEqual, NotEqual};
    for (column, comparison, value, rows) in [
        ("n", Equal, json!(2), vec![15]),
        ("n", NotEqual, json!(2), vec![5, 35]),
        ("n", Greater, json!(1), vec![15, 35]),
        ("n", In, json!([1, 4]), vec![5, 35]),
        ("n", In, json!([]), vec![]),
        ("s", Equal, json!("b"), vec![25, 35]),
        ("s", IsNull, Value::Null, vec![15]),
        ("s", IsNotNull, Value::Null, vec![5, 25, 35]),
        ("day", LessOrEqual, json!("2024-02-01"), vec![5, 15]),
    ] {
        let mut request = ReadRequest::of(StreamName::default());
        request.filters = vec![filter(column, comparison, value.clone())];
        let support = support(&request.filters[0], table().schema_ref());
        assert_eq!(support, FilterSupport::Exact, "{column} {comparison:?} {value}");
        assert_eq!(left(&request), rows, "{column} {comparison:?} {value}");
    }
}

/// Mutation tried: a number with a fraction is taken for an integer column; red.
#[test]
fn what_cannot_be_evaluated_exactly_is_left_to_the_host() {
    use Comparison::{Equal, Greater, In, Unknown};
    for (column, comparison, value) in [
        ("f", Equal, json!(0.5)),
        ("n", Greater, json!(1.5)),
        ("n", Equal, json!("2")),
        ("n", In, json!([1, null])),
        ("n", Equal, Value::Null),
        ("day", Equal, json!("yesterday")),
        ("s", Unknown, json!("a")),
        ("absent", Equal, json!(1)),
    ] {
        let mut request = ReadRequest::of(StreamName::default());
        request.filters = vec![filter(column, comparison, value.clone())];
        let support = support(&request.filters[0], table().schema_ref());
        assert_eq!(support, FilterSupport::Unsupported, "{column} {comparison:?} {value}");
        assert_eq!(left(&request).len(), 4, "{column} {comparison:?} {value}");
    }
}

#[test]
fn a_range_includes_both_ends_and_starts_a_lookback_earlier() {
    for (column, lower, upper, lookback, rows) in [
        ("n", json!(2), Value::Null, Value::Null, vec![15, 35]),
        ("n", json!(2), json!(2), json!(1), vec![5, 15]),
        ("day", json!("2024-02-02"), json!("2024-02-29"), json!(86_400), vec![15]),
    ] {
        let some = |value: Value| (!value.is_null()).then_some(value);
        let mut request = ReadRequest::of(StreamName::default());
        let column = column.to_owned();
        let (lower, upper, lookback) = (some(lower), some(upper), some(lookback));
        request.cursor = Some(Cursor { column, lower, upper, lookback });
        assert_eq!(left(&request), rows, "{:?}", request.cursor);
    }
}
