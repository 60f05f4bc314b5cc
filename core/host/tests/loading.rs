//! Many libraries and many loads in one process.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::{
    collections::HashSet,
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use serde_json::json;
use sqlflow_host::{Feed, FeedOptions, Plugins, Pulled, SourceRegistry};
use sqlflow_plugin_sdk::{CancelToken, ReadRequest, StreamName};
use support::{NUMBERS, Recipe, folder, named, object};

/// The built library of the CSV connector.
fn csv() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let name = "libsqlflow_connector_csv.so";
    let found = test.ancestors().skip(2).map(|up| up.join(name)).find(|path| path.is_file());
    found.expect("build first: cargo build --release --workspace")
}

/// The first column of what the plugin of this library reads.
fn read_numbers(library: &Path) -> Vec<i64> {
    use arrow::{array::AsArray, datatypes::Int64Type};
    let registry = SourceRegistry::new(&named(&[library]));
    let config = object(json!({"partitions": 1, "batches": 1}));
    let mut source = registry.open("numbers", &config, &CancelToken::new()).unwrap();
    let request = ReadRequest::of(StreamName::from("numbers"));
    let part = source.plan(&request).unwrap().partitions.remove(0);
    let batch = source.read(&request, &part).unwrap().next_batch().unwrap().unwrap();
    batch.column(0).as_primitive::<Int64Type>().values().to_vec()
}

/// The system takes a library for the one it knows by the same path, and `/proc/self/fd/7` is the
/// same path again where a descriptor is closed and its number given to the next file.
///
/// Mutation tried: `Mapped` does not keep its file; red, the second plugin is the first.
#[test]
fn two_files_loaded_one_after_the_other_are_two_plugins() {
    let folder = folder();
    for version in ["1.0.0", "2.0.0", "3.0.0"] {
        let recipe = Recipe::of(&NUMBERS.replace("0.1.0", version));
        let library = recipe.build(folder.path(), &format!("numbers-{version}.so"));
        let plugins = named(&[&library]);
        let registry = SourceRegistry::new(&plugins);
        // The descriptor, which the code of the library writes, is compared with the manifest.
        registry.open("numbers", &object(json!({})), &CancelToken::new()).unwrap();
        assert_eq!(plugins.manifest("numbers").unwrap().version, version);
    }
}

/// Mutation tried: `map` takes an inode for the same library whatever its stamp; red.
#[test]
fn a_library_that_was_written_to_after_it_was_loaded_is_refused() {
    let folder = folder();
    let library = Recipe::default().build(folder.path(), "numbers.so");
    assert_eq!(read_numbers(&library).len(), 3);
    File::options().append(true).open(&library).unwrap().write_all(b"more").unwrap();
    let registry = SourceRegistry::new(&named(&[&library]));
    let error = registry.open("numbers", &object(json!({})), &CancelToken::new()).err().unwrap();
    assert_eq!(error.code(), Some("SF0421"));
    let other = folder.path().join("other.so");
    fs::copy(&library, &other).unwrap();
    assert_eq!(read_numbers(&other).len(), 3, "another file of the same bytes loads");
}

/// Each copy has its own std, tokio and thread-local storage.
#[test]
fn sixteen_copies_of_a_plugin_load_and_work_beside_each_other() {
    let folder = folder();
    let data = folder.path().join("data.csv");
    fs::write(&data, "a,b\n1,x\n2,y\n").unwrap();
    let original = csv();
    let copies: Vec<PathBuf> = (0..16)
        .map(|number| {
            let copy = folder.path().join(format!("copy{number:02}.so"));
            fs::copy(&original, &copy).unwrap();
            copy.canonicalize().unwrap()
        })
        .collect();
    let hosts: Vec<Arc<Plugins>> = copies.iter().map(|copy| named(&[copy])).collect();
    for plugins in &hosts {
        assert_eq!(read_csv(plugins, &data), 2);
    }
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    let mapped: HashSet<&str> =
        maps.lines().filter_map(|line| line.split_whitespace().nth(5)).collect();
    for copy in &copies {
        assert!(mapped.contains(copy.to_str().unwrap()), "{} is not mapped", copy.display());
    }
}

/// Counts the rows of a file, read through a feed on two threads.
fn read_csv(plugins: &Arc<Plugins>, path: &Path) -> usize {
    let cancel = CancelToken::new();
    let config = object(json!({"path": path}));
    let mut source = SourceRegistry::new(plugins).open("csv", &config, &cancel).unwrap();
    let stream = source.discover().unwrap()[0].name.clone();
    let mut request = ReadRequest::of(stream.clone());
    request.schema = Some(source.schema(&stream).unwrap());
    let partitions = source.plan(&request).unwrap().partitions;
    let options = FeedOptions { threads: 2, ..FeedOptions::default() };
    let feed = Feed::start(source, request, partitions, options, &cancel).unwrap();
    let mut rows = 0;
    loop {
        match feed.next(Duration::from_secs(60)).unwrap() {
            Pulled::Batch(batch) => rows += batch.num_rows(),
            Pulled::End => return rows,
            Pulled::Pending => unreachable!("nothing came for a minute"),
        }
    }
}
