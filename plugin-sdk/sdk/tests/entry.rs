//! The exported entry of a plugin, called as a host calls it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(unsafe_code, reason = "the entry is C")]

mod support;

use std::ptr;

use serde_json::{Value, json};
use sqlflow_plugin_abi::{
    ABI_MAJOR, ABI_MINOR, HostApi, MAGIC, PluginApi, STATUS_ABI, STATUS_ERROR, STATUS_OK,
    STATUS_PANIC,
};
use sqlflow_plugin_sdk::{
    ConfigSpec, OpenSource,
    export::{Embedded, destination_table, enter, source_table},
};
use support::{Answer, call, host, host_of, scripted};

const SOURCE_ONLY: &[u8] = b"version = '1.2.3'\nabi = '1.0'\nname = 'numbers'\n\
    kinds = ['source']\nabi_min = '1.0'\n";

fn plugin(manifest: &'static [u8]) -> Embedded {
    Embedded {
        manifest,
        source: Some(source_table::<scripted::Source>()),
        destination: None,
        source_spec: Some(<scripted::Source as OpenSource>::spec),
        destination_spec: None,
    }
}

fn entered(host: *const HostApi, embedded: Embedded) -> (Answer, Option<&'static PluginApi>) {
    let mut api = ptr::null();
    // SAFETY: the services are leaked, and the places are written to during the call only.
    let answer = call(|_, err| unsafe { enter(host, &raw mut api, err, embedded) });
    // SAFETY: null, or a table that lives as long as the process.
    (answer, unsafe { api.as_ref() })
}

fn refused(host: *const HostApi, embedded: Embedded) -> Answer {
    let (answer, api) = entered(host, embedded);
    assert!(api.is_none(), "a plugin that refuses gives no table");
    answer
}

/// Only this test lets the entry succeed: a process holds one plugin per copy of the sdk.
#[test]
fn the_entry_gives_a_table_that_describes_the_manifest_and_the_spec() {
    let (answer, api) = entered(host().0, plugin(SOURCE_ONLY));
    assert_eq!((answer.status, &answer.error), (STATUS_OK, &None));
    let api = api.unwrap();
    assert_eq!((api.magic, api.abi_major, api.abi_minor), (MAGIC, ABI_MAJOR, ABI_MINOR));
    assert_eq!(api.struct_size, size_of::<PluginApi>());
    assert!(!api.source.is_null() && api.destination.is_null());
    // SAFETY: the table's own function, with a place to write to.
    let descriptor = call(|out, _| unsafe { api.descriptor.unwrap()(out) }).json();
    assert_eq!(descriptor["name"], json!("numbers"));
    assert_eq!(descriptor["version"], json!("1.2.3"));
    assert_eq!(descriptor["kinds"], json!(["source"]));
    assert_eq!(descriptor["source_config"]["properties"]["panics"]["type"], json!("string"));
    assert_eq!(descriptor["destination_config"], Value::Null);
}

/// Mutation tried: `enter` does not look at the major version; red.
#[test]
fn a_host_of_another_major_version_is_refused() {
    for major in [0, ABI_MAJOR + 1] {
        let answer = refused(host_of(major).0, plugin(SOURCE_ONLY));
        let text = format!("the plugin speaks connector ABI 1.0, the host {major}.0");
        assert_eq!(answer.failure(), (STATUS_ABI, text.as_str()));
        let error = answer.error.unwrap();
        assert_eq!(error.code(), Some("SF0405"));
        assert_eq!(error.remedy(), Some("rebuild the plugin with this host's sdk"));
    }
}

#[test]
fn a_host_without_services_is_refused() {
    let answer = refused(ptr::null(), plugin(SOURCE_ONLY));
    assert_eq!(answer.failure(), (STATUS_ERROR, "the host gave no services"));
}

/// Mutation tried: `describe` does not compare the kinds; red.
#[test]
fn a_plugin_whose_kinds_are_not_what_it_exports_is_refused_with_that_reason() {
    let check = |embedded: Embedded| {
        let answer = refused(host().0, embedded);
        let text = "connector.toml's `kinds` are not what export_plugin! exports";
        assert_eq!(answer.failure(), (STATUS_ERROR, text));
    };
    check(Embedded { source: None, ..plugin(SOURCE_ONLY) });
    let both = destination_table::<scripted::Destination>();
    check(Embedded { destination: Some(both), ..plugin(SOURCE_ONLY) });
}

#[test]
fn a_manifest_that_cannot_be_read_is_an_error() {
    for manifest in [&b"name = "[..], b"name = 'numbers'", b"\xff\xfe"] {
        let answer = refused(host().0, plugin(manifest));
        let text = "the connector's manifest cannot be read";
        assert_eq!(answer.failure(), (STATUS_ERROR, text));
    }
}

#[test]
fn a_spec_that_panics_becomes_an_error_with_its_text() {
    fn broken() -> ConfigSpec {
        panic!("boom in spec")
    }
    let answer = refused(host().0, Embedded { source_spec: Some(broken), ..plugin(SOURCE_ONLY) });
    assert_eq!(answer.failure(), (STATUS_PANIC, "the plugin panicked: boom in spec"));
}
