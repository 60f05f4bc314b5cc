//! A source and a destination, driven through every call that a run makes.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use arrow::{
    array::{Int64Array, RecordBatch},
    datatypes::{DataType, Field, Schema, SchemaRef},
};
use serde_json::{Map, Value};
use sqlflow_host::{DestinationRegistry, Feed, FeedOptions, Plugins, Pulled, SourceRegistry};
use sqlflow_plugin_sdk::{
    CancelToken, CommitRecord, CommitToken, Place, ReadRequest, Result, SchemaChange, StreamName,
    WriteMode, WriteRequest,
};

use super::{named, object};

/// Opens a source and asks everything of it, with its rows pulled twice: on the host's threads and
/// on this one, with a checkpoint after each batch. Ends with a cancelled read.
pub(crate) fn source(library: &Path, name: &str, config: Value) -> Result<usize> {
    source_among(&named(library), name, config)
}

/// As [`source`], of one of these plugins.
pub(crate) fn source_among(plugins: &Arc<Plugins>, name: &str, config: Value) -> Result<usize> {
    let cancel = CancelToken::new();
    let config: Map<String, Value> = object(config);
    let mut source = SourceRegistry::new(plugins).open(name, &config, &cancel)?;
    source.check()?;
    source.discover()?;
    let stream = StreamName::from("rows");
    source.schema(&stream)?;
    let request = Arc::new(ReadRequest::of(stream));
    let partitions = source.plan(&request)?.partitions;
    let shared = Arc::new(Mutex::new(source));
    let own = CancelToken::new();
    let feed =
        Feed::start_shared(&shared, &request, partitions.clone(), FeedOptions::default(), &own)?;
    let mut rows = 0;
    while let Pulled::Batch(batch) = feed.next(Duration::from_secs(60))? {
        rows += batch.num_rows();
    }
    let mut source = shared.lock().unwrap();
    let mut again = source.read(&request, &partitions[0])?;
    again.next_batch()?;
    again.checkpoint()?;
    again.cancel_token().cancel();
    cancel.cancel();
    Ok(rows)
}

fn rows() -> SchemaRef {
    Arc::new(Schema::new(vec![Field::new("n", DataType::Int64, false)]))
}

/// Opens a destination and asks everything of it: a write that is committed, one that is aborted
/// and one that is cancelled.
pub(crate) fn destination(library: &Path, name: &str, config: Value) -> Result<u64> {
    destination_among(&named(library), name, config)
}

/// As [`destination`], of one of these plugins.
pub(crate) fn destination_among(plugins: &Arc<Plugins>, name: &str, config: Value) -> Result<u64> {
    let cancel = CancelToken::new();
    let mut destination = DestinationRegistry::new(plugins).open(name, &object(config), &cancel)?;
    destination.check()?;
    let place = Place("somewhere".to_owned());
    destination.describe(&place)?;
    destination.apply(&place, &[SchemaChange::AddColumns { columns: rows() }])?;
    destination.recover(&place, &[])?;
    let token = CommitToken("t1".to_owned());
    let request = WriteRequest {
        place,
        mode: WriteMode::Replace,
        keys: Vec::new(),
        token: token.clone(),
        schema: rows(),
    };
    let batch = || RecordBatch::try_new(rows(), vec![Arc::new(Int64Array::from(vec![7]))]).unwrap();
    let mut writer = destination.begin(&request)?;
    writer.write(batch())?;
    let record = CommitRecord { token: token.clone(), rows: 1, watermark: None };
    let report = writer.commit(&record)?;
    destination.committed(&token)?;
    destination.begin(&request)?.abort()?;
    let third = destination.begin(&request)?;
    third.cancel_token().cancel();
    drop(third);
    cancel.cancel();
    Ok(report.rows)
}
