use sqlflow_plugin_sdk::arrow::datatypes::DataType::Int64;
use sqlflow_plugin_sdk::{ReadRequest, StreamName, rows};

use super::*;

#[derive(serde::Serialize)]
struct Row {
    n: Option<i64>,
}

fn write(place: &Path, numbers: Vec<Option<i64>>) -> Box<dyn Writer> {
    let schema = rows::schema([rows::column("n", Int64)]);
    let place = Place(place.display().to_string());
    let token = CommitToken("1".to_owned());
    let (mode, keys) = (WriteMode::Replace, Vec::new());
    let request = WriteRequest {
        place,
        mode,
        keys,
        token,
        schema: schema.clone(),
    };
    let mut writer = Destination {
        null: "-".to_owned(),
    }
    .begin(&request)
    .unwrap();
    let read = ReadRequest::of(StreamName::from("numbers"));
    let numbers = numbers.into_iter().map(|n| Ok(Row { n }));
    let mut batches = rows::stream(&schema, &read, numbers).unwrap();
    writer
        .write(batches.next_batch().unwrap().unwrap())
        .unwrap();
    writer
}

#[test]
fn rows_appear_when_they_are_committed() {
    let folder = std::env::temp_dir().join(format!("sqlflow-{}", std::process::id()));
    let place = folder.join("numbers.csv");
    let record = CommitRecord {
        token: CommitToken("1".to_owned()),
        rows: 2,
        watermark: None,
    };
    let writer = write(&place, vec![Some(1), None]);
    assert!(!place.exists());
    assert_eq!(writer.commit(&record).unwrap().rows, 2);
    assert_eq!(fs::read_to_string(&place).unwrap(), "n\n1\n-\n");
    write(&place, vec![Some(3)]).abort().unwrap();
    assert_eq!(fs::read_to_string(&place).unwrap(), "n\n1\n-\n");
    fs::remove_dir_all(folder).unwrap();
}
