#![allow(unsafe_code)]

use std::path::Path;

use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};
use sqlflow_plugin_abi::{
    ABI_MAJOR, ABI_MINOR, Buf, DestinationApi, ENTRY_SYMBOL, Entry, MAGIC, PluginApi, STATUS_OK,
    SourceApi,
};
use sqlflow_plugin_sdk::{Descriptor, Error, ErrorKind, Manifest, Result};

use crate::{
    code,
    loaded::{call, table},
    services::{Hooks, services},
};

/// Not in libloading: the library stays mapped, since its threads and destructors may outlive
/// any handle (`dlfcn.h` of glibc).
const RTLD_NODELETE: i32 = 0x1000;

/// A loaded plugin. It is never unloaded.
#[derive(Debug)]
pub(crate) struct Plugin {
    pub(crate) descriptor: Descriptor,
    pub(crate) source: Option<SourceApi>,
    pub(crate) destination: Option<DestinationApi>,
    pub(crate) host: &'static sqlflow_plugin_abi::HostApi,
}

/// Loads a plugin whose file was verified and whose manifest was read.
///
/// # Errors
///
/// The contract versions differ, the system refuses the library, the plugin fails to start, or
/// it says something else than its manifest.
pub(crate) fn load(path: &Path, manifest: &Manifest, hooks: &Hooks) -> Result<Plugin> {
    check_abi(manifest)?;
    let entry = open(path)?;
    let host = services(&manifest.name, hooks);
    let mut api: *const PluginApi = std::ptr::null();
    call::status(&manifest.name, |err| {
        // SAFETY: the symbol has the type of the contract, and every argument is as it asks.
        unsafe { entry(host, &raw mut api, err) }
    })?;
    // SAFETY: a plugin that answered OK has written a table that lives as long as the process.
    let api = unsafe { table::plugin(api) }.ok_or_else(|| broken("it gave no table"))?;
    if api.magic != MAGIC || api.abi_major != ABI_MAJOR {
        return Err(broken("its table is not one of this version"));
    }
    let descriptor = describe(&api)?;
    if descriptor.manifest != *manifest {
        return Err(Error::new(ErrorKind::Bug, "the plugin's descriptor is not its manifest")
            .with_code(code::MANIFEST_MISMATCH)
            .with_remedy("build the plugin again"));
    }
    Ok(Plugin {
        descriptor,
        // SAFETY: both point to tables that live as long as the process, or are null.
        source: unsafe { table::source(api.source) },
        // SAFETY: as above.
        destination: unsafe { table::destination(api.destination) },
        host,
    })
}

fn check_abi(manifest: &Manifest) -> Result<()> {
    let needs_minor = match (version(&manifest.abi), version(&manifest.abi_min)) {
        (Some((ABI_MAJOR, _)), Some((ABI_MAJOR, minor))) => Some(minor),
        _ => None,
    };
    if needs_minor.is_some_and(|minor| (0..=ABI_MINOR).contains(&minor)) {
        return Ok(());
    }
    let message = format!(
        "the plugin speaks connector ABI {} and needs {} or newer, this host speaks \
         {ABI_MAJOR}.{ABI_MINOR}",
        manifest.abi, manifest.abi_min
    );
    Err(Error::new(ErrorKind::Unsupported, message)
        .with_code(code::ABI_MISMATCH)
        .with_remedy("rebuild the plugin with this host's sdk, or update sqlflow"))
}

fn version(text: &str) -> Option<(u32, u32)> {
    let (major, minor) = text.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

fn open(path: &Path) -> Result<Entry> {
    let failed = |error: libloading::Error| {
        Error::new(ErrorKind::Unavailable, "the system cannot load the plugin")
            .with_code(code::LOAD_FAILED)
            .caused_by(&error)
    };
    // SAFETY: loading runs the library's initialisers; the file was verified to be a plugin that
    // the user trusts, and it stays mapped.
    let library = unsafe { Library::open(Some(path), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE) };
    let library = library.map_err(failed)?;
    // SAFETY: the contract gives the symbol this type.
    let entry = unsafe { library.get::<Entry>(ENTRY_SYMBOL) }.map(|symbol| *symbol);
    let entry = entry.map_err(failed)?;
    std::mem::forget(library);
    Ok(entry)
}

fn describe(api: &PluginApi) -> Result<Descriptor> {
    let descriptor = api.descriptor.ok_or_else(|| broken("it has no descriptor"))?;
    let mut json = Buf::EMPTY;
    // SAFETY: the buffer holds nothing and is taken right after.
    let status = unsafe { descriptor(&raw mut json) };
    let json = call::take(json);
    if status != STATUS_OK {
        return Err(broken("it cannot describe itself"));
    }
    serde_json::from_slice(&json).map_err(|error| broken("its descriptor").caused_by(&error))
}

fn broken(what: &str) -> Error {
    Error::new(ErrorKind::Bug, format!("the plugin breaks the contract: {what}"))
        .with_code(code::CONTRACT_BROKEN)
        .with_remedy("report it to the plugin's author")
}
