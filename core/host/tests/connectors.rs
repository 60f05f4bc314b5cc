//! The connectors of this workspace, loaded as the libraries they ship in.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    sync::Arc,
};

use arrow::{
    array::{AsArray, RecordBatch},
    datatypes::Int64Type,
};
use serde_json::{Value, json};
use sqlflow_host::{
    DestinationRegistry, Feed, FeedOptions, Plugins, Pulled, SearchPath, SourceRegistry,
};
use sqlflow_plugin_sdk::{
    CancelToken, CommitRecord, CommitToken, ErrorKind, Place, ReadRequest, StreamName, WriteMode,
    WriteRequest,
};
use support::{folder, named, object, silent};

/// The library of a connector, beside the programs of this build.
fn library(connector: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let name = format!("libsqlflow_connector_{connector}.so");
    let found =
        test.ancestors().skip(2).map(|folder| folder.join(&name)).find(|path| path.is_file());
    found.expect("build first: cargo build --release --workspace")
}

fn connectors() -> Arc<Plugins> {
    let libraries = ["csv", "parquet"].map(library);
    Plugins::discover(SearchPath::new().by_hand(&libraries), silent())
}

/// All rows of a file, pulled on three threads in the order of the partitions.
fn read(plugins: &Arc<Plugins>, connector: &str, path: &Path) -> Vec<RecordBatch> {
    let cancel = CancelToken::new();
    let config = object(json!({"path": path}));
    let mut source = SourceRegistry::new(plugins).open(connector, &config, &cancel).unwrap();
    let stream = source.discover().unwrap()[0].name.clone();
    let mut request = ReadRequest::of(stream.clone());
    request.schema = Some(source.schema(&stream).unwrap());
    request.parallelism = 3;
    let partitions = source.plan(&request).unwrap().partitions;
    let options = FeedOptions { threads: 3, ..FeedOptions::default() };
    let feed = Feed::start(source, request, partitions, options, &cancel).unwrap();
    let mut batches = Vec::new();
    loop {
        match feed.next(std::time::Duration::from_secs(60)).unwrap() {
            Pulled::Batch(batch) => batches.push(batch),
            Pulled::End => return batches,
            Pulled::Pending => unreachable!("nothing came for a minute"),
        }
    }
}

fn write(plugins: &Arc<Plugins>, connector: &str, place: &Path, batches: &[RecordBatch]) -> u64 {
    let registry = DestinationRegistry::new(plugins);
    let mut destination =
        registry.open(connector, &object(json!({})), &CancelToken::new()).unwrap();
    let token = CommitToken("t".to_owned());
    let request = WriteRequest {
        place: Place(place.display().to_string()),
        mode: WriteMode::Replace,
        keys: Vec::new(),
        token: token.clone(),
        schema: batches[0].schema(),
    };
    let mut writer = destination.begin(&request).unwrap();
    for batch in batches {
        writer.write(batch.clone()).unwrap();
    }
    assert!(!place.exists(), "nothing is seen before the commit");
    let rows = batches.iter().map(|batch| batch.num_rows() as u64).sum();
    writer.commit(&CommitRecord { token, rows, watermark: None }).unwrap().rows
}

#[test]
fn rows_go_from_csv_to_parquet_and_back_unchanged() {
    let folder = folder();
    let [first, second, third] =
        ["a.csv", "b.parquet", "c.csv"].map(|name| folder.path().join(name));
    let text = "id,name\n1,Ada\n2,\"Grace, \"\"the\"\" Admiral\"\n3,\n";
    fs::write(&first, text).unwrap();
    let plugins = connectors();
    let rows = read(&plugins, "csv", &first);
    assert_eq!(rows[0].column(0).as_primitive::<Int64Type>().values(), &[1, 2, 3]);
    assert_eq!(write(&plugins, "parquet", &second, &rows), 3);
    let rows = read(&plugins, "parquet", &second);
    assert_eq!(write(&plugins, "csv", &third, &rows), 3);
    assert_eq!(fs::read_to_string(&third).unwrap(), text);
}

#[test]
fn every_row_of_many_partitions_comes_in_order() {
    let folder = folder();
    let path = folder.path().join("many.csv");
    let mut text = String::from("n,padding\n");
    for n in 0..200_000 {
        text += &format!("{n},{}\n", "x".repeat(20));
    }
    fs::write(&path, text).unwrap();
    let batches = read(&connectors(), "csv", &path);
    let numbers = batches
        .iter()
        .flat_map(|batch| batch.column(0).as_primitive::<Int64Type>().values().iter().copied());
    assert!(numbers.eq(0..200_000));
}

#[test]
fn an_option_that_is_misspelt_is_refused_by_the_plugin_too() {
    let config = object(json!({"paht": "a.csv"}));
    let registry = SourceRegistry::new(&connectors());
    let error = registry.open("csv", &config, &CancelToken::new()).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert_eq!(error.message(), "unknown option `paht`");
}

#[test]
fn a_file_that_is_gone_is_an_error_naming_the_connector() {
    let folder = folder();
    let config: Value = json!({"path": folder.path().join("gone.parquet")});
    let registry = SourceRegistry::new(&connectors());
    let opened = registry.open("parquet", &object(config), &CancelToken::new());
    let asked = opened.and_then(|mut source| source.schema(&StreamName::from("gone")));
    let error = asked.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error:?}");
    assert!(error.context().contains(&("connector".to_owned(), "parquet".to_owned())));
}

/// As in `inspecting.rs`, with a library of the size and shape that the sdk makes.
#[test]
fn a_rust_plugin_cut_short_anywhere_is_refused() {
    let folder = folder();
    let library = library("csv");
    let whole = fs::metadata(&library).unwrap().len();
    let cut = folder.path().join("cut.so");
    fs::copy(&library, &cut).unwrap();
    let file = File::options().write(true).open(&cut).unwrap();
    let near_the_end = (1..=64).map(|less| whole - less);
    for length in near_the_end.chain((0..100).rev().map(|part| whole * part / 100)) {
        file.set_len(length).unwrap();
        let error = named(&[&cut]).entries()[0].manifest.clone().unwrap_err();
        assert!(matches!(error.code(), Some("SF0402" | "SF0404")), "{length}: {error:?}");
    }
}
