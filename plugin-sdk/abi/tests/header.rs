//! The C header and the Rust types are one contract: every size and offset is compared.
//!
//! Mutation tried: two fields of `SourceApi` swapped turns
//! `header_and_rust_types_have_the_same_layout` red.

use std::{fmt::Write, mem::offset_of, path::Path, process::Command};

use sqlflow_plugin_abi::{
    ArrowArray, ArrowArrayStream, ArrowSchema, Buf, DestinationApi, HostApi, PluginApi, Slice,
    SourceApi,
};

macro_rules! layout {
    ($($rust:ident = $c:literal { $($field:ident),* $(,)? })*) => {
        vec![$(
            (format!("sizeof({})", $c), size_of::<$rust>()),
            $((format!("offsetof({}, {})", $c, stringify!($field)), offset_of!($rust, $field)),)*
        )*]
    };
}

fn rust_layout() -> Vec<(String, usize)> {
    layout! {
        ArrowSchema = "struct ArrowSchema" {
            format, name, metadata, flags, n_children, children, dictionary, release, private_data,
        }
        ArrowArray = "struct ArrowArray" {
            length, null_count, offset, n_buffers, n_children, buffers, children, dictionary,
            release, private_data,
        }
        ArrowArrayStream = "struct ArrowArrayStream" {
            get_schema, get_next, get_last_error, release, private_data,
        }
        Slice = "sqlflow_slice" { ptr, len }
        Buf = "sqlflow_buf" { ptr, len, cap, release }
        HostApi = "sqlflow_host_api" { struct_size, abi_major, abi_minor, ctx, log, event, is_cancelled, fault }
        SourceApi = "sqlflow_source_api" {
            struct_size, open, close, session_cancel, check, discover, schema, plan, read,
            reader_checkpoint, reader_cancel, reader_close,
        }
        DestinationApi = "sqlflow_destination_api" {
            struct_size, open, close, session_cancel, check, describe, apply, begin, write, commit,
            abort, writer_cancel, writer_close, committed, recover,
        }
        PluginApi = "sqlflow_plugin_api" {
            magic, struct_size, abi_major, abi_minor, descriptor, source, destination,
        }
    }
}

#[test]
fn header_and_rust_types_have_the_same_layout() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("layout");
    let code = folder.path().join("layout.c");
    let rust = rust_layout();
    let mut text = String::from(
        "#include <stdio.h>\n#include \"arrow_c_data.h\"\n#include \"sqlflow_abi_v1.h\"\nint main(void) {\n",
    );
    for (expression, _) in &rust {
        writeln!(text, "printf(\"%zu\\n\", {expression});").unwrap();
    }
    text.push_str("return 0; }\n");
    std::fs::write(&code, text).unwrap();
    let include = Path::new(env!("CARGO_MANIFEST_DIR")).join("include");
    let compiled = Command::new("cc")
        .args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-pedantic", "-I"])
        .args([&include, &code])
        .arg("-o")
        .arg(&program)
        .status()
        .expect("cc, which cargo links with, compiles the header");
    assert!(compiled.success());
    let printed = String::from_utf8(Command::new(&program).output().unwrap().stdout).unwrap();
    let c: Vec<usize> = printed.lines().map(|line| line.parse().unwrap()).collect();
    assert_eq!(c.len(), rust.len());
    for ((expression, ours), theirs) in rust.iter().zip(c) {
        assert_eq!(*ours, theirs, "{expression}");
    }
}
