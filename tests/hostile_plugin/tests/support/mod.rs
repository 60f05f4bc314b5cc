//! What every cell shares: the plugins, how they are driven as a run drives them, and the good run
//! that follows in the same process.

#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

pub(crate) mod liar;
pub(crate) mod runs;

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
    time::Duration,
};

use arrow::array::RecordBatch;
use serde_json::{Map, Value, json};
use sqlflow_host::{
    Feed, FeedOptions, Plugins, Pulled, SearchPath, SourceConnector, SourceRegistry,
};
use sqlflow_plugin_sdk::{CancelToken, Error, ErrorKind, ReadRequest, Result, StreamName};
use tempfile::TempDir;

/// Longer than anything that does happen.
const LONG: Duration = Duration::from_secs(60);

/// The folder the plugins were built into.
pub(crate) fn built() -> PathBuf {
    std::env::current_exe().unwrap().ancestors().nth(2).unwrap().to_owned()
}

/// A built plugin that came with SQLFlow; nothing here builds it.
pub(crate) fn library(name: &str) -> PathBuf {
    there(built().join(format!("lib{name}.so")))
}

/// The hostile plugin, which `cargo test` builds before it runs anything.
pub(crate) fn hostile() -> PathBuf {
    there(built().join("examples/libhostile_plugin.so"))
}

fn there(path: PathBuf) -> PathBuf {
    assert!(path.is_file(), "{} is missing: cargo build --release --workspace", path.display());
    path
}

/// A folder that nobody else may write to.
pub(crate) fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

/// The plugins of files or folders the user named.
pub(crate) fn named(path: &Path) -> Arc<Plugins> {
    Plugins::discover(SearchPath::new().by_hand(&[path.to_owned()]), Arc::new(|_| ()))
}

pub(crate) fn object(config: Value) -> Map<String, Value> {
    config.as_object().unwrap().clone()
}

/// The rows of every partition, pulled as a run does.
pub(crate) fn pull(mut source: Box<dyn SourceConnector>) -> Result<Vec<RecordBatch>> {
    let request = ReadRequest::of(StreamName::from("rows"));
    let partitions = source.plan(&request)?.partitions;
    let options = FeedOptions::default();
    let feed = Feed::start(source, request, partitions, options, &CancelToken::new())?;
    let mut batches = Vec::new();
    loop {
        match feed.next(LONG)? {
            Pulled::Batch(batch) => batches.push(batch),
            Pulled::End => return Ok(batches),
            Pulled::Pending => panic!("nothing came"),
        }
    }
}

/// A run of a good plugin, in this process: whatever went before has left it whole.
#[track_caller]
pub(crate) fn the_next_run_is_green(after: &str) {
    static DATA: OnceLock<TempDir> = OnceLock::new();
    let data = DATA.get_or_init(|| {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("a.csv"), "n,s\n1,one\n2,two\n3,three\n").unwrap();
        folder
    });
    let config = json!({"path": data.path().join("a.csv")});
    let plugins = named(&library("sqlflow_connector_csv"));
    let registry = SourceRegistry::new(&plugins);
    let source = registry.open("csv", &object(config), &CancelToken::new());
    let batches = source.and_then(pull).unwrap_or_else(|error| panic!("after {after}: {error:?}"));
    let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
    assert_eq!(rows, 3, "after {after}");
}

/// What a cell ends in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ends {
    pub(crate) kind: ErrorKind,
    pub(crate) code: Option<&'static str>,
    /// A part of the message.
    pub(crate) says: &'static str,
}

impl Ends {
    /// A broken rule of the contract.
    pub(crate) const fn broken(says: &'static str) -> Self {
        Self { kind: ErrorKind::Bug, code: Some("SF0410"), says }
    }

    pub(crate) const fn with(
        kind: ErrorKind,
        code: Option<&'static str>,
        says: &'static str,
    ) -> Self {
        Self { kind, code, says }
    }

    /// The error is typed, says whose it is, and where it has a code of ours, what to do.
    #[track_caller]
    pub(crate) fn check(&self, cell: &str, error: &Error) {
        let seen = (error.kind(), error.code());
        assert_eq!(seen, (self.kind, self.code), "{cell}: {error:?}");
        assert!(error.message().contains(self.says), "{cell}: {error:?}");
        let names = |(key, _): &(String, String)| key == "connector" || key == "plugin";
        let named = error.message().contains('`') || error.context().iter().any(names);
        assert!(named, "{cell}: nobody is named: {error:?}");
        let ours = error.code().is_some_and(|code| code.starts_with("SF04"));
        assert!(!ours || error.remedy().is_some(), "{cell}: no remedy: {error:?}");
    }
}
