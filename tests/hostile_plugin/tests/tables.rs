//! Tables that are absent, of another size, of another version or of something else.
//!
//! A table that is shorter than its `struct_size` says, or a function's address that is none,
//! cannot be found out without trusting the pointer.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use serde_json::json;
use sqlflow_plugin_sdk::ErrorKind;
use support::{
    Ends, folder,
    liar::{Liar, MANIFEST},
    runs, the_next_run_is_green,
};

/// What is asked of a plugin with this table: its source, unless it is the destination's.
#[track_caller]
fn refused(name: &str, value: &str, expect: Ends) {
    let cell = format!("{name}={value}");
    check(&cell, &Liar::new().define(name, value), expect);
}

#[track_caller]
fn check(cell: &str, liar: &Liar, expect: Ends) {
    let folder = folder();
    let library = liar.build(folder.path());
    let error = if cell.starts_with("DESTINATION") {
        runs::destination(&library, "liar", json!({})).map(drop)
    } else {
        runs::source(&library, "liar", json!({})).map(drop)
    };
    let error = error.err().unwrap_or_else(|| panic!("{cell}: went well"));
    expect.check(cell, &error);
    the_next_run_is_green(cell);
}

#[test]
fn a_plugin_table_that_is_not_one_breaks_the_contract() {
    refused("PLUGIN", "NULL", Ends::broken("no table"));
    refused("MAGIC", "0", Ends::broken("not one of this version"));
    refused("MAJOR", "0", Ends::broken("not one of this version"));
    refused("MAJOR", "2", Ends::broken("not one of this version"));
    refused("PLUGIN_SIZE", "0", Ends::broken("not one of this version"));
    refused("PLUGIN_SIZE", "4", Ends::broken("not one of this version"));
    refused("PLUGIN_SIZE", "24", Ends::broken("no descriptor"));
}

#[test]
fn a_descriptor_that_is_none_breaks_the_contract() {
    refused("DESCRIBE", "NULL", Ends::broken("no descriptor"));
    refused("DESCRIBE", "mute", Ends::broken("its descriptor"));
    refused("DESCRIBE", "failing", Ends::broken("cannot describe itself"));
    refused("DESCRIBE", "vast", Ends::broken(""));
    for text in ["", "}{", "[]", "{\"name\":\"liar\"}"] {
        check(text, &Liar::new().describing(text), Ends::broken("its descriptor"));
    }
    let deep = "[".repeat(4000);
    check("deep", &Liar::new().describing(&deep), Ends::broken("its descriptor"));
}

#[test]
fn a_descriptor_that_is_not_the_manifest_is_refused() {
    let mismatch = Ends::with(ErrorKind::Bug, Some("SF0409"), "is not its manifest");
    for (honest, lie) in [
        ("'liar'", "'other'"),
        ("'0.1.0'", "'0.1.1'"),
        ("'source', ", ""),
        ("abi_min = '1.0'", "abi_min = '1.0'\n[source]\nfilters = true"),
    ] {
        let lied = sqlflow_plugin_sdk::Manifest::parse(&MANIFEST.replace(honest, lie)).unwrap();
        let liar = Liar::new().describing(&serde_json::to_string(&lied).unwrap());
        check(lie, &liar, mismatch);
    }
}

#[test]
fn a_role_without_a_table_is_not_there() {
    let no_source = Ends::with(ErrorKind::Unsupported, Some("SF0407"), "`liar` is no source");
    refused("SOURCE", "NULL", no_source);
    let no_role = Ends::with(ErrorKind::Unsupported, Some("SF0407"), "`liar` is no destination");
    refused("DESTINATION", "NULL", no_role);
}

/// Mutation tried: the host copies a table to the byte; half a pointer at size 12 ends the process.
#[test]
fn a_table_too_short_for_an_entry_lacks_it() {
    let absent = Ends::with(ErrorKind::Unsupported, None, "does not support");
    for size in ["0", "4", "8", "12"] {
        refused("SOURCE_SIZE", size, absent);
        refused("DESTINATION_SIZE", size, absent);
    }
    refused("SOURCE_SIZE", "offsetof(sqlflow_source_api,read)", absent);
    refused("DESTINATION_SIZE", "offsetof(sqlflow_destination_api,begin)", absent);
}

#[test]
fn a_table_of_any_greater_size_is_read_as_far_as_it_is_known() {
    for name in ["PLUGIN_SIZE", "SOURCE_SIZE", "DESTINATION_SIZE"] {
        let folder = folder();
        let library = Liar::new().define(name, "SIZE_MAX").build(folder.path());
        assert_eq!(runs::source(&library, "liar", json!({})).unwrap(), 9);
        assert_eq!(runs::destination(&library, "liar", json!({})).unwrap(), 1);
    }
}

#[test]
fn an_entry_that_fails_is_a_refused_load() {
    for status in ["1", "2", "99", "-1", "INT_MIN"] {
        refused("ENTRY_STATUS", status, Ends::broken("status"));
    }
    let other = Ends::with(ErrorKind::Unsupported, Some("SF0405"), "another connector ABI");
    refused("ENTRY_STATUS", "4", other);
}
