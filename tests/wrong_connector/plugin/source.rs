use std::{
    fs::File,
    iter,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use serde_json::json;
use sqlflow_plugin_sdk::{
    BatchStream, CancelToken, CheckReport, ConfigSpec, Error, ErrorKind, Host, OpenSource,
    Partition, ReadPlan, ReadRequest, Result, SourceConnector, StreamDescriptor, StreamName,
};

use crate::{
    cell::{Cell, Kind, Row, Table},
    fault,
    spec::{Config, spec},
    store::Store,
    stream::{CellStream, WaitingStream},
    wanted,
};

/// The streams that are made up, and told of.
const MADE_UP: [&str; 3] = ["numbers", "empty", "one"];
const NUMBERS: i64 = 4_200;

/// Reads made-up streams and the tables of a folder.
#[derive(Debug)]
pub(crate) struct WrongSource {
    config: Config,
    store: Store,
    cancel: CancelToken,
    /// Reads of everything, in this session.
    reads: usize,
    /// Streams that are open.
    open: Arc<AtomicUsize>,
}

impl OpenSource for WrongSource {
    type Config = Config;

    fn spec() -> ConfigSpec {
        spec()
    }

    fn open(config: Config, host: Host) -> Result<Self> {
        let store = Store(config.folder.clone().into());
        let open = Arc::default();
        Ok(Self { config, store, cancel: host.cancel_token(), reads: 0, open })
    }
}

impl SourceConnector for WrongSource {
    fn check(&mut self) -> Result<CheckReport> {
        Ok(self.config.check())
    }

    fn discover(&mut self) -> Result<Vec<StreamDescriptor>> {
        static CALLS: AtomicUsize = AtomicUsize::new(0);
        if self.cancel.is_cancelled() && fault::is("cancel-ends-every-call") {
            thread::sleep(Duration::from_secs(30));
        }
        let made_up = MADE_UP.iter().map(ToString::to_string);
        let names: Vec<String> = made_up.chain(self.store.names()).collect();
        let mut streams: Vec<_> =
            names.iter().map(|name| self.describe(name)).collect::<Result<_>>()?;
        let odd = CALLS.fetch_add(1, Ordering::SeqCst) % 2 == 1;
        if odd && fault::is("discovery-is-stable") {
            streams.reverse();
        }
        Ok(streams)
    }

    fn schema(&mut self, stream: &StreamName) -> Result<SchemaRef> {
        if !self.has(&stream.0)? && fault::is("unknown-stream-is-not-found") {
            return Ok(self.table("numbers")?.schema());
        }
        let schema = self.table(&stream.0)?.schema();
        if stream.0 == "numbers" && fault::is("schema-is-what-comes") {
            let fields: Vec<_> = schema.fields().iter().rev().cloned().collect();
            return Ok(Arc::new(Schema::new(fields)));
        }
        if fault::is("other types come in a run") {
            let other = Field::new(schema.field(0).name(), DataType::Utf8, true);
            let rest = schema.fields().iter().skip(1).cloned();
            let fields = iter::once(Arc::new(other)).chain(rest);
            return Ok(Arc::new(Schema::new(fields.collect::<Vec<_>>())));
        }
        Ok(schema)
    }

    fn plan(&mut self, request: &ReadRequest) -> Result<ReadPlan> {
        if request.stream.0 == "waiting" {
            return Ok(ReadPlan::whole(request));
        }
        let table = self.table(&request.stream.0)?;
        let filters = request.filters.iter().map(|filter| wanted::support(&table, filter));
        let partitions = partitions(table.rows.len(), request.parallelism.max(1));
        Ok(ReadPlan { partitions, filters: filters.collect(), estimated_rows: None })
    }

    fn read(
        &mut self,
        request: &ReadRequest,
        partition: &Partition,
    ) -> Result<Box<dyn BatchStream>> {
        if fault::is("process-is-left-alone") {
            println!("reading {}", partition.id);
        }
        if fault::is("reads-leave-nothing-behind") {
            std::mem::forget(File::open("/dev/null"));
        }
        if request.stream.0 == "waiting" {
            return Ok(Box::new(WaitingStream::new(self.table("empty")?.schema())));
        }
        let mut table = self.table(&request.stream.0)?;
        self.shuffle(request, &mut table);
        let (from, to) = bounds(partition, table.rows.len());
        let rows = wanted::rows(&table, &table.rows[from..to], request)?;
        Ok(Box::new(CellStream::new(&table, rows, request, Arc::clone(&self.open))?))
    }
}

impl WrongSource {
    fn describe(&mut self, name: &str) -> Result<StreamDescriptor> {
        let name = StreamName(name.to_owned());
        let mut descriptor = StreamDescriptor::named(name.0.clone());
        descriptor.schema = Some(self.schema(&name)?);
        if name.0 == "numbers" {
            let key = if fault::is("keys-and-cursors-exist") { "key" } else { "id" };
            descriptor.primary_key = vec![key.to_owned()];
            descriptor.cursor_candidates = vec!["day".to_owned()];
        }
        Ok(descriptor)
    }

    fn has(&self, name: &str) -> Result<bool> {
        Ok(MADE_UP.contains(&name) || self.store.read(name)?.is_some())
    }

    fn table(&self, name: &str) -> Result<Table> {
        let missing = fault::is("one-row-is-one-row");
        let extra = fault::is("empty-stream-has-a-schema");
        match name {
            "numbers" => Ok(numbers(NUMBERS)),
            "empty" => Ok(numbers(i64::from(extra))),
            "one" => Ok(numbers(i64::from(!missing))),
            _ => self.store.read(name)?.ok_or_else(|| {
                Error::new(ErrorKind::NotFound, format!("there is no stream `{name}`"))
            }),
        }
    }

    /// The second read of everything in a session gives the rows in another order.
    fn shuffle(&mut self, request: &ReadRequest, table: &mut Table) {
        let whole = ReadRequest::of(request.stream.clone());
        let same = format!("{whole:?}") == format!("{request:?}");
        self.reads += usize::from(same);
        if same && self.reads == 2 && fault::is("reading-again-gives-the-same") {
            table.rows.reverse();
        }
    }
}

/// Ids, days of seven ids each, shares with NULL and NaN, names with NULL.
fn numbers(rows: i64) -> Table {
    let column = |name: &str, kind| (name.to_owned(), kind);
    let columns = vec![
        column("id", Kind::Int),
        column("day", Kind::Int),
        column("share", Kind::Float),
        column("name", Kind::Text),
    ];
    Table { columns, rows: (0..rows).map(number).collect(), tokens: Vec::new() }
}

fn number(id: i64) -> Row {
    let share = match id % 11 {
        3 => Cell::Null,
        5 => Cell::Float(f64::NAN.to_bits()),
        _ => Cell::Float((id as f64 / 8.0).to_bits()),
    };
    let name = match id % 5 {
        2 => Cell::Null,
        _ => Cell::Text(format!("number {}", id % 97)),
    };
    vec![Cell::Int(id), Cell::Int(id / 7), share, name]
}

fn partitions(rows: usize, parallelism: usize) -> Vec<Partition> {
    static PLANS: AtomicUsize = AtomicUsize::new(0);
    let plan = match fault::is("partitions-have-stable-ids") {
        true => PLANS.fetch_add(1, Ordering::SeqCst),
        false => 0,
    };
    let size = rows.div_ceil(parallelism).max(1);
    let starts = (0..rows).step_by(size);
    let partition = |from: usize| {
        let to = rows.min(from + size);
        let lost = parallelism > 1 && to == rows && fault::is("partitions-make-the-whole");
        let payload = json!({"from": from, "to": to - usize::from(lost)});
        Partition { id: format!("{plan}:{from}"), payload }
    };
    let mut partitions: Vec<Partition> = starts.map(partition).collect();
    if parallelism > 1 && fault::is("partitions-keep-the-order") {
        partitions.reverse();
    }
    partitions
}

fn bounds(partition: &Partition, rows: usize) -> (usize, usize) {
    let bound = |key: &str| {
        let number = partition.payload.get(key).and_then(serde_json::Value::as_u64);
        number.and_then(|number| usize::try_from(number).ok()).unwrap_or(0).min(rows)
    };
    (bound("from"), bound("to"))
}
