use arrow::{array::AsArray, datatypes::Int64Type};
use serde_json::{Value, json};
use sqlflow_plugin_sdk::{Comparison, Cursor, Filter};

use super::*;

fn opened(config: Value) -> Result<MemorySource> {
    let config = source().parse(config.as_object().unwrap())?;
    MemorySource::open(config, Host::detached())
}

/// The table `t` of the numbers 0 to 9.
fn ten() -> MemorySource {
    let rows: Vec<Value> = (0..10).map(|n| json!({"n": n, "s": format!("s{n}")})).collect();
    opened(json!({"table": "t", "rows": rows})).unwrap()
}

fn request() -> ReadRequest {
    let mut request = ReadRequest::of(StreamName::from("t"));
    request.columns = Some(vec!["n".to_owned()]);
    request.batch_rows = 3;
    request
}

/// The numbers of every batch from here to the end, with the state after each.
fn pulled(stream: &mut Box<dyn BatchStream>) -> Vec<(Vec<i64>, Value)> {
    let mut batches = Vec::new();
    while let Some(batch) = stream.next_batch().unwrap() {
        let numbers = batch.column(0).as_primitive::<Int64Type>().values().to_vec();
        batches.push((numbers, stream.checkpoint().unwrap().unwrap()));
    }
    batches
}

fn numbers(source: &mut MemorySource, request: &ReadRequest) -> Vec<i64> {
    let partitions = source.plan(request).unwrap().partitions;
    let read = |partition: &Partition| pulled(&mut source.read(request, partition).unwrap());
    let batches: Vec<_> = partitions.iter().flat_map(read).collect();
    batches.into_iter().flat_map(|(numbers, _)| numbers).collect()
}

#[test]
fn partitions_hold_every_row_once_in_order() {
    for parallelism in 1..=12 {
        let request = ReadRequest { parallelism, batch_rows: 1, ..request() };
        let plan = ten().plan(&request).unwrap();
        assert!(plan.partitions.len() <= parallelism, "{parallelism}");
        assert_eq!(numbers(&mut ten(), &request), (0..10).collect::<Vec<_>>(), "{parallelism}");
    }
}

/// Mutations tried: the position leaves out what was returned; it starts at the window; each red.
#[test]
fn a_read_resumes_after_exactly_the_batches_returned() {
    let over = |column: &str, value: i64| Filter {
        column: column.to_owned(),
        comparison: Comparison::NotEqual,
        value: value.into(),
    };
    for (filters, limit) in [(vec![], None), (vec![over("n", 4)], None), (vec![], Some(7))] {
        let mut source = ten();
        let mut request = ReadRequest { filters, limit, ..request() };
        let partition = source.plan(&request).unwrap().partitions.remove(0);
        let all = pulled(&mut source.read(&request, &partition).unwrap());
        for (index, (_, state)) in all.iter().enumerate() {
            request.state = Some(state.clone());
            let rest = pulled(&mut source.read(&request, &partition).unwrap());
            assert_eq!(rest, all[index + 1..], "after batch {index}, {limit:?}");
        }
    }
}

#[test]
fn a_state_of_another_partition_is_refused() {
    let mut source = ten();
    let mut request = ReadRequest { parallelism: 2, ..request() };
    let partitions = source.plan(&request).unwrap().partitions;
    let mut first = source.read(&request, &partitions[0]).unwrap();
    first.next_batch().unwrap();
    request.state = first.checkpoint().unwrap();
    assert_eq!(source.read(&request, &partitions[1]).err().unwrap().kind(), ErrorKind::Data);
    request.state = Some(json!({"page": 1}));
    assert_eq!(source.read(&request, &partitions[0]).err().unwrap().kind(), ErrorKind::Data);
}

#[test]
fn filters_ranges_and_limits_leave_the_right_rows() {
    let mut source = ten();
    let column = "n".to_owned();
    let cursor = Cursor { column, lower: Some(json!(6)), upper: None, lookback: None };
    let ranged = ReadRequest { cursor: Some(cursor), ..request() };
    assert_eq!(numbers(&mut source, &ranged), [6, 7, 8, 9]);
    let limited = ReadRequest { limit: Some(4), ..request() };
    assert_eq!(numbers(&mut source, &limited), [0, 1, 2, 3]);
    let column = "s".to_owned();
    let filter = Filter { column, comparison: Comparison::Equal, value: json!("s5") };
    let filtered = ReadRequest { filters: vec![filter], ..request() };
    assert_eq!(source.plan(&filtered).unwrap().filters, [sqlflow_plugin_sdk::FilterSupport::Exact]);
    assert_eq!(numbers(&mut source, &filtered), [5]);
}

#[test]
fn no_columns_still_count_the_rows() {
    let mut source = ten();
    let request = ReadRequest { columns: Some(Vec::new()), ..request() };
    let partition = source.plan(&request).unwrap().partitions.remove(0);
    let batch = source.read(&request, &partition).unwrap().next_batch().unwrap().unwrap();
    assert_eq!((batch.num_columns(), batch.num_rows()), (0, 3));
}

#[test]
fn a_table_that_is_not_there_can_be_declared_and_not_read() {
    let missing = StreamName::from("never written");
    let error = opened(json!({})).unwrap().schema(&missing).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let config = json!({"table": "never written", "columns": {"a": "BIGINT"}});
    let mut source = opened(config).unwrap();
    assert_eq!(source.schema(&missing).unwrap().field(0).name(), "a");
    assert_eq!(source.plan(&ReadRequest::of(missing)).unwrap_err().kind(), ErrorKind::NotFound);
    let nameless = opened(json!({"columns": {"a": "BIGINT"}})).unwrap_err();
    assert_eq!(nameless.remedy(), Some("name it: give `table`"));
}

#[test]
fn a_fault_after_two_batches_lets_two_pass() {
    let rows: Vec<Value> = (0..10).map(|n| json!({"n": n})).collect();
    let config = json!({"table": "t", "rows": rows, "fault": "fail", "fault_at": "batch",
        "fault_after": 2});
    let mut source = opened(config).unwrap();
    let partition = source.plan(&request()).unwrap().partitions.remove(0);
    let mut stream = source.read(&request(), &partition).unwrap();
    let passed = [(); 2].map(|()| stream.next_batch().unwrap().unwrap().num_rows());
    assert_eq!(passed, [3, 3]);
    assert_eq!(stream.next_batch().unwrap_err().kind(), ErrorKind::Unavailable);
}
