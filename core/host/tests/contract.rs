//! Versions, tables and descriptors of plugins that are not quite what they say.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use serde_json::json;
use sqlflow_plugin_sdk::{CommitToken, Error, ErrorKind, Partition, ReadRequest, StreamName};
use support::{Loaded, NUMBERS, Recipe};

fn refused(recipe: &Recipe) -> Error {
    Loaded::new(recipe).source(json!({})).err().unwrap()
}

#[test]
fn a_plugin_of_another_abi_is_refused_before_it_is_loaded() {
    let song = tempfile::tempdir().unwrap();
    let song = song.path().join("song");
    let canary = format!("{:?}", song.to_str().unwrap());
    for (abi, least) in [("2.0", "2.0"), ("0.9", "0.9"), ("1.4", "1.1"), ("1", "1"), ("", "x.y")] {
        let manifest = NUMBERS
            .replace("abi = '1.0'", &format!("abi = '{abi}'"))
            .replace("abi_min = '1.0'", &format!("abi_min = '{least}'"));
        let error = refused(&Recipe::of(&manifest).define("CANARY", &canary));
        assert_eq!((error.kind(), error.code()), (ErrorKind::Unsupported, Some("SF0405")));
        let message = format!(
            "the plugin speaks connector ABI {abi} and needs {least} or newer, this host speaks 1.0"
        );
        assert_eq!(error.message(), message);
        assert!(!song.exists(), "a constructor ran");
    }
}

#[test]
fn a_plugin_built_for_a_newer_minor_that_needs_no_more_than_ours_loads() {
    let manifest = NUMBERS.replace("abi = '1.0'", "abi = '1.7'");
    let loaded = Loaded::new(&Recipe::of(&manifest));
    loaded.source(json!({})).unwrap().check().unwrap();
}

/// Mutation tried: `load` does not compare; red.
#[test]
fn a_plugin_that_says_something_else_than_its_manifest_is_refused() {
    for (ours, theirs) in [("0.1.0", "0.1.1"), ("'ints'", "'floats'"), ("'source', ", "")] {
        let recipe = Recipe {
            manifest: Some(NUMBERS.to_owned()),
            ..Recipe::of(&NUMBERS.replace(ours, theirs))
        };
        let error = refused(&recipe);
        assert_eq!(error.code(), Some("SF0409"), "{ours}");
        assert_eq!(error.message(), "the plugin's descriptor is not its manifest");
    }
}

#[test]
fn a_descriptor_that_is_no_json_breaks_the_contract() {
    for descriptor in ["", "{", "[]", "{\"name\":\"numbers\"}"] {
        let error = refused(&Recipe { descriptor: descriptor.to_owned(), ..Recipe::default() });
        assert_eq!(error.code(), Some("SF0410"));
        assert_eq!(error.message(), "the plugin breaks the contract: its descriptor");
    }
}

#[test]
fn a_table_that_is_absent_or_of_something_else_breaks_the_contract() {
    let check = |name: &str, value: &str, message: &str| {
        let error = refused(&Recipe::default().define(name, value));
        assert_eq!(error.code(), Some("SF0410"), "{name}={value}");
        assert_eq!(error.message(), format!("the plugin breaks the contract: {message}"));
    };
    check("PLUGIN", "NULL", "it gave no table");
    check("MAGIC", "0", "its table is not one of this version");
    check("PLUGIN_SIZE", "0", "its table is not one of this version");
    check("PLUGIN_SIZE", "offsetof(sqlflow_plugin_api,descriptor)", "it has no descriptor");
    check("ENTRY_STATUS", "2", "a call failed with status 2 and no error");
}

#[test]
fn an_entry_that_refuses_the_host_without_details_is_an_abi_error() {
    let error = refused(&Recipe::default().define("ENTRY_STATUS", "4"));
    assert_eq!((error.kind(), error.code()), (ErrorKind::Unsupported, Some("SF0405")));
}

/// The bytes behind the size it gives hold real functions, which must not be seen.
///
/// Mutation tried: `copy` takes `size_of::<T>()` bytes whatever the size says; red.
#[test]
fn entries_behind_the_end_of_an_older_table_are_absent() {
    let older = Recipe::default().define("SOURCE_SIZE", "offsetof(sqlflow_source_api,plan)");
    let loaded = Loaded::new(&older);
    let mut source = loaded.source(json!({"partitions": 2})).unwrap();
    source.check().unwrap();
    let request = ReadRequest::of(StreamName::from("numbers"));
    let partitions = source.plan(&request).unwrap().partitions;
    assert_eq!(partitions, [Partition { id: "all".to_owned(), payload: json!(null) }]);
    let error = source.read(&request, &partitions[0]).err().unwrap();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Unsupported, None));
}

#[test]
fn entries_behind_the_end_of_our_table_are_not_looked_at() {
    let newer = Recipe::default().define("SOURCE_SIZE", "sizeof(newer_source_api)");
    let loaded = Loaded::new(&newer);
    loaded.source(json!({})).unwrap().check().unwrap();
}

#[test]
fn a_plugin_whose_table_ends_before_its_destination_has_none() {
    let recipe =
        Recipe::default().define("PLUGIN_SIZE", "offsetof(sqlflow_plugin_api,destination)");
    let loaded = Loaded::new(&recipe);
    loaded.source(json!({})).unwrap();
    assert_eq!(loaded.destination(json!({})).err().unwrap().code(), Some("SF0407"));
}

/// Every size an older or newer minor may have: what lies behind it is absent, and nothing else.
///
/// Mutation tried: `copy` takes `size_of::<T>()` bytes whatever the size says; red.
#[test]
fn a_table_of_any_size_is_read_as_far_as_it_goes() {
    let unsupported = |error: Error, size: &str| {
        assert_eq!((error.kind(), error.code()), (ErrorKind::Unsupported, None), "{size}");
    };
    for size in ["0", "sizeof(size_t)", "offsetof(sqlflow_source_api,open)+1"] {
        unsupported(refused(&Recipe::default().define("SOURCE_SIZE", size)), size);
    }
    let ends = "offsetof(sqlflow_source_api,check)";
    let older = Loaded::new(&Recipe::default().define("SOURCE_SIZE", ends));
    unsupported(older.source(json!({})).unwrap().check().unwrap_err(), ends);
    let ends = "offsetof(sqlflow_destination_api,begin)";
    let older = Loaded::new(&Recipe::default().define("DESTINATION_SIZE", ends));
    let mut destination = older.destination(json!({})).unwrap();
    destination.check().unwrap();
    unsupported(destination.committed(&CommitToken("t".to_owned())).err().unwrap(), ends);
    let newer = "sizeof(sqlflow_plugin_api)+64";
    let newer = Loaded::new(&Recipe::default().define("PLUGIN_SIZE", newer));
    newer.source(json!({})).unwrap().check().unwrap();
}

/// A plugin of an older minor of our major, and of a newer one that needs no more than ours.
#[test]
fn plugins_of_other_minors_load_as_long_as_they_need_no_more_than_ours() {
    for abi in ["1.0", "1.1", "1.999"] {
        let manifest = NUMBERS.replace("abi = '1.0'", &format!("abi = '{abi}'"));
        let loaded = Loaded::new(&Recipe::of(&manifest));
        loaded.source(json!({})).unwrap().check().unwrap();
    }
    let needs_more = NUMBERS.replace("abi_min = '1.0'", "abi_min = '1.1'");
    let needs_more = needs_more.replace("abi = '1.0'", "abi = '1.1'");
    assert_eq!(refused(&Recipe::of(&needs_more)).code(), Some("SF0405"));
}

#[test]
fn an_entry_that_fails_in_its_own_words_has_a_code_and_a_remedy() {
    for status in ["1", "2", "77"] {
        let error = refused(&Recipe::default().define("ENTRY_STATUS", status));
        assert_eq!(error.code(), Some("SF0410"), "{status}");
        assert!(error.remedy().is_some());
    }
    let words = r#""{\"kind\":\"limited\",\"message\":\"no slot\"}""#;
    let recipe = Recipe::default().define("ENTRY_STATUS", "1").define("ENTRY_ERROR", words);
    let error = refused(&recipe);
    assert_eq!((error.kind(), error.code()), (ErrorKind::Limited, Some("SF0423")));
    assert_eq!(
        (error.message(), error.remedy()),
        ("no slot", Some("report it to the plugin's author"))
    );
}

#[test]
fn a_plugin_that_opens_and_gives_no_session_breaks_the_contract() {
    let error =
        Loaded::new(&Recipe::default()).source(json!({"text": "no session"})).err().unwrap();
    assert_eq!(error.code(), Some("SF0410"));
    let message = "the plugin breaks the contract: it opened and gave no session";
    assert_eq!(error.message(), message);
}
