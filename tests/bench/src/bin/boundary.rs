//! Prints what a batch of 8,192 rows and 10 columns costs out of the built `in_memory` plugin and
//! out of the same process, as JSON. Run by `make bench`.

use std::sync::Arc;

use serde_json::{Map, json};
use sqlflow_bench::{BATCHES, Figures, InProcess, ROWS, measure, table};
use sqlflow_host::{DestinationRegistry, Plugins, SearchPath, SourceRegistry};
use sqlflow_plugin_sdk::{
    BatchStream, CancelToken, CommitRecord, CommitToken, Error, ErrorKind, Place, ReadRequest,
    Result, StreamName, WriteMode, WriteRequest,
};

/// What a batch may cost more than in process, in microseconds.
const LIMIT: f64 = 6.0;

fn main() -> Result<()> {
    let rows = table().map_err(|error| failed("the table cannot be made").caused_by(&error))?;
    let plugins = plugins()?;
    write(&plugins, &rows)?;
    let in_process = measure(|| Ok(Box::new(InProcess::new(&rows)) as Box<dyn BatchStream>))?;
    let boundary = through(&plugins)?;
    println!("{}", report(in_process, boundary));
    Ok(())
}

fn report(in_process: Figures, boundary: Figures) -> serde_json::Value {
    json!({
        "work": format!("plugin boundary, a batch of {ROWS} x 10"),
        "boundary": boundary.json(),
        "in_process": in_process.json(),
        "ratio": (boundary.median / in_process.median * 100.0).round() / 100.0,
        "limit_us": LIMIT,
        "within_limit": boundary.median <= LIMIT,
    })
}

/// The plugins beside this program.
fn plugins() -> Result<Arc<Plugins>> {
    let program = std::env::current_exe()
        .map_err(|error| failed("this program's folder is not known").caused_by(&error))?;
    Ok(Plugins::discover(SearchPath::new().beside(&program), Arc::new(|_| ())))
}

fn write(plugins: &Arc<Plugins>, rows: &arrow::array::RecordBatch) -> Result<()> {
    let registry = DestinationRegistry::new(plugins);
    let mut destination = registry.open("in_memory", &Map::new(), &CancelToken::new())?;
    let token = CommitToken("bench".to_owned());
    let mut writer = destination.begin(&WriteRequest {
        place: Place("bench".to_owned()),
        mode: WriteMode::Replace,
        keys: Vec::new(),
        token: token.clone(),
        schema: rows.schema(),
    })?;
    writer.write(rows.clone())?;
    let record = CommitRecord { token, rows: (ROWS * BATCHES) as u64, watermark: None };
    writer.commit(&record).map(drop)
}

fn through(plugins: &Arc<Plugins>) -> Result<Figures> {
    let registry = SourceRegistry::new(plugins);
    let mut source = registry.open("in_memory", &Map::new(), &CancelToken::new())?;
    let request = ReadRequest::of(StreamName::from("bench"));
    let plan = source.plan(&request)?;
    let partition = plan.partitions.first().ok_or_else(|| failed("the table has no rows"))?;
    measure(|| source.read(&request, partition))
}

fn failed(what: &str) -> Error {
    Error::new(ErrorKind::Bug, what)
}
