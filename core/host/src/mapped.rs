//! The libraries this process has mapped. None is ever unloaded: threads and destructors of a
//! plugin may outlive every handle, so each file is mapped once and kept.
#![allow(unsafe_code)]

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};
use sqlflow_plugin_abi::{
    ENTRY_SYMBOL, Entry,
    layout::{self, HEADER_SYMBOL, HeaderRef, LayoutError},
};
use sqlflow_plugin_sdk::{Error, ErrorKind, Result};

use crate::{
    code,
    file::{Inode, PluginFile, changed},
    services::Services,
};

/// Not in libloading: the library stays mapped (`dlfcn.h` of glibc).
const RTLD_NODELETE: i32 = 0x1000;

/// A library in this process.
pub(crate) struct Mapped {
    /// Never closed: the system knows the library by the number of this descriptor, and would
    /// give it again for another file that gets the number.
    file: PluginFile,
    /// The plugin's entry, or why it is not called.
    pub(crate) entry: Result<Entry>,
    /// Whether the plugin shows layouts that this host cannot compare with its own.
    pub(crate) unknown_layout: bool,
    pub(crate) services: Services,
}

static MAPPED: Mutex<Option<HashMap<Inode, &'static Mapped>>> = Mutex::new(None);

/// Maps a file that was verified, by its descriptor; a file that is mapped already is the same
/// library again.
///
/// # Errors
///
/// The system refuses it, or the file changed since it was verified or mapped.
pub(crate) fn map(file: PluginFile) -> Result<&'static Mapped> {
    let mut mapped = MAPPED.lock().unwrap_or_else(PoisonError::into_inner);
    let mapped = mapped.get_or_insert_default();
    if let Some(known) = mapped.get(&file.inode()) {
        return if known.file.is_same(&file) { Ok(known) } else { Err(changed()) };
    }
    let library = open(&file)?;
    let (entry, unknown_layout) = match file.check_unchanged() {
        Ok(()) => find_entry(&library),
        Err(error) => (Err(error), false),
    };
    std::mem::forget(library);
    let new = Mapped { file, entry, unknown_layout, services: Services::default() };
    let new: &'static Mapped = Box::leak(Box::new(new));
    mapped.insert(new.file.inode(), new);
    Ok(new)
}

fn open(file: &PluginFile) -> Result<Library> {
    let path = file.descriptor_path();
    // SAFETY: loading runs the library's initialisers; the file was verified to be a plugin that
    // the user trusts, and it stays mapped.
    unsafe { Library::open(Some(path), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE) }
        .map_err(|error| load_failed(&error))
}

/// The entry by the layouts' header, else by the C symbol; and whether there are layouts that cannot be compared.
fn find_entry(library: &Library) -> (Result<Entry>, bool) {
    // SAFETY: by this name abi_stable exports its header, which says first that it is one.
    let header = unsafe { library.get::<HeaderRef>(HEADER_SYMBOL) };
    match header.map(|header| layout::verify(*header)) {
        Ok(Ok(entry)) => (Ok(entry), false),
        Ok(Err(LayoutError::Mismatch(what))) => (Err(layout_mismatch(&what)), false),
        Ok(Err(LayoutError::Unknown)) => (c_symbol(library), true),
        // There is nothing to compare, and nothing to tell: the plugin is not written in Rust.
        Err(_) => (c_symbol(library), false),
    }
}

fn c_symbol(library: &Library) -> Result<Entry> {
    // SAFETY: the contract gives the symbol this type.
    let entry = unsafe { library.get::<Entry>(ENTRY_SYMBOL) };
    entry.map(|symbol| *symbol).map_err(|error| load_failed(&error))
}

fn load_failed(error: &libloading::Error) -> Error {
    Error::new(ErrorKind::Unavailable, "the system cannot load the plugin")
        .with_code(code::LOAD_FAILED)
        .with_remedy("install what the library needs, or build the plugin on this system")
        .caused_by(error)
}

fn layout_mismatch(what: &str) -> Error {
    let message = "the plugin lays out the types of the boundary in another way than this host";
    Error::new(ErrorKind::Unsupported, message)
        .with_code(code::LAYOUT_MISMATCH)
        .with_context("differs", what)
        .with_remedy("build the plugin again with this host's sdk")
}
