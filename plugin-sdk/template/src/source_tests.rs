use sqlflow_plugin_sdk::{ReadPlan, ReadRequest, StreamName};

use super::*;

fn source(path: &str) -> Source {
    Source { path: path.into() }
}

#[test]
fn every_line_is_a_row() {
    let request = ReadRequest::of(StreamName::from("lines"));
    let partition = ReadPlan::whole(&request).partitions.remove(0);
    let mut stream = source("tests/data/one_line.txt")
        .read(&request, &partition)
        .unwrap();
    let batch = stream.next_batch().unwrap().unwrap();
    assert_eq!((batch.num_rows(), batch.num_columns()), (1, 2));
    assert!(stream.next_batch().unwrap().is_none());
}

#[test]
fn a_check_says_whether_the_file_is_there() {
    for (path, there) in [
        ("tests/data/one_line.txt", true),
        ("tests/data/nowhere.txt", false),
    ] {
        let report = source(path).check().unwrap();
        assert!(
            report.items.iter().all(|item| item.ok == there),
            "{report:?}"
        );
    }
}
