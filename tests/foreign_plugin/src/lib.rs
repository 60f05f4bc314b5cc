//! Plugins that are not built with the sdk, and the host that loads them.
//!
//! C is compiled with `cc`, which cargo links with, into a folder of the test's own.
#![allow(clippy::expect_used, clippy::panic, reason = "this crate is test code")]

use std::{
    env, fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::Duration,
};

use arrow::array::RecordBatch;
use serde_json::{Map, Value};
use sqlflow_host::{
    Feed, FeedOptions, Plugins, Pulled, SearchPath, SourceConnector, SourceRegistry,
};
use sqlflow_plugin_sdk::{CancelToken, ReadRequest, Result, StreamName};
use tempfile::TempDir;

/// Longer than anything that does happen.
const LONG: Duration = Duration::from_secs(60);

/// The folder of the repository.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the repository")
}

/// The folder the binary and the plugins were built into.
pub fn built() -> PathBuf {
    let test = env::current_exe().expect("the running test's path");
    test.ancestors().nth(2).expect("a test stands in deps/ of the profile's folder").to_owned()
}

/// A folder that nobody else may write to, as the host asks of a plugin's.
pub fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("its owner");
    folder
}

/// Compiles C against the published headers alone, every warning an error.
pub fn compile(source: &Path, library: &Path) {
    let mut command = Command::new("cc");
    command.args(["-std=c11", "-O2", "-shared", "-fPIC"]);
    compiled(command.arg(source).arg("-o").arg(library));
}

/// Runs a compiler with the headers on its path, strictly.
pub fn compiled(command: &mut Command) {
    command.args(["-Wall", "-Wextra", "-Werror", "-pedantic", "-I"]);
    command.arg(repository().join("plugin-sdk/abi/include"));
    let output = command.output().expect("the compiler, which cargo links with, starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A source of this library, loaded as a run does.
///
/// # Errors
///
/// What the host says where it refuses the library or the source refuses the config.
pub fn open(library: &Path, name: &str, config: Value) -> Result<Box<dyn SourceConnector>> {
    let search = SearchPath::new().by_hand(&[library.to_owned()]);
    let plugins = Plugins::discover(search, Arc::new(|_| ()));
    SourceRegistry::new(&plugins).open(name, &object(config), &CancelToken::new())
}

/// The rows of every partition, pulled as a run does.
///
/// # Errors
///
/// What went wrong in planning or in any partition.
pub fn pull(
    mut source: Box<dyn SourceConnector>,
    columns: Option<&[&str]>,
) -> Result<Vec<RecordBatch>> {
    let mut request = ReadRequest::of(StreamName::from("rows"));
    request.columns =
        columns.map(|columns| columns.iter().map(ToString::to_string).collect::<Vec<_>>());
    let partitions = source.plan(&request)?.partitions;
    let feed =
        Feed::start(source, request, partitions, FeedOptions::default(), &CancelToken::new())?;
    let mut batches = Vec::new();
    loop {
        match feed.next(LONG)? {
            Pulled::Batch(batch) => batches.push(batch),
            Pulled::End => return Ok(batches),
            Pulled::Pending => panic!("nothing came"),
        }
    }
}

fn object(config: Value) -> Map<String, Value> {
    config.as_object().expect("a config is an object").clone()
}
