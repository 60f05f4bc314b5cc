#![allow(unsafe_code)]

use sqlflow_fault as fault;
use sqlflow_plugin_abi::{
    ABI_MAJOR, ABI_MINOR, Buf, DestinationApi, HostApi, MAGIC, PluginApi, STATUS_OK, SourceApi,
};
use sqlflow_plugin_sdk::{Descriptor, Error, ErrorKind, Manifest, Result};

use crate::{
    Entry, Notice, Origin, code,
    file::PluginFile,
    loaded::{
        call::{self, broken},
        table,
    },
    mapped::{self, Mapped},
    pins::Pins,
    places,
    services::Hooks,
};

const WARNING: i32 = 2;

/// A loaded plugin. It is never unloaded.
#[derive(Debug)]
pub(crate) struct Plugin {
    pub(crate) descriptor: Descriptor,
    pub(crate) source: Option<SourceApi>,
    pub(crate) destination: Option<DestinationApi>,
    pub(crate) host: &'static HostApi,
    /// Whether every batch is looked through, as the plugin did not come with the program.
    pub(crate) validate: bool,
}

/// A plugin's file that may be mapped.
#[derive(Debug)]
pub(crate) struct Admitted {
    file: PluginFile,
    /// Whether the project pins it.
    pinned: bool,
}

/// Verifies a plugin from the one descriptor by which it is mapped then. None of its code runs.
///
/// # Errors
///
/// Others may change it, it is no longer what was listed, it is not what a lock pins, or it speaks
/// another version of the contract.
pub(crate) fn admit(entry: &Entry, pins: &Pins) -> Result<Admitted> {
    entry.check_trust()?;
    let file = PluginFile::open(&entry.path)?;
    places::judge(&entry.path).check(&entry.path)?;
    let manifest = file.manifest()?;
    if entry.manifest.as_ref() != Ok(&manifest) {
        return Err(replaced());
    }
    let pinned = pins.check(entry, &file, &manifest)?;
    check_abi(&manifest)?;
    Ok(Admitted { file, pinned })
}

/// Loads the plugin of an entry.
///
/// # Errors
///
/// As [`admit`]; or the system refuses the library, it lays out its types in another way, fails to
/// start or says something else than its manifest.
pub(crate) fn load(
    entry: &Entry,
    manifest: &Manifest,
    pins: &Pins,
    hooks: &Hooks,
) -> Result<Plugin> {
    let Admitted { file, pinned } = admit(entry, pins)?;
    fault::point(fault::PLUGIN_LOADING);
    let mapped = mapped::map(file)?;
    if entry.origin == Origin::ByHand && !pinned {
        let message =
            format!("loaded from {}, as --plugin says; no lock pins it", entry.path.display());
        tell(manifest, hooks, message);
    }
    if mapped.unknown_layout {
        let message = "built with an sdk whose types cannot be compared with this host's";
        tell(manifest, hooks, message.to_owned());
    }
    let plugin = start(mapped, manifest, hooks, !entry.origin.is_first_party());
    fault::point(fault::PLUGIN_LOADED);
    plugin
}

fn tell(manifest: &Manifest, hooks: &Hooks, message: String) {
    hooks.tell(Notice { connector: manifest.name.clone(), level: WARNING, message });
}

fn start(
    mapped: &'static Mapped,
    manifest: &Manifest,
    hooks: &Hooks,
    validate: bool,
) -> Result<Plugin> {
    let entry = mapped.entry.clone()?;
    let host = mapped.services.of(&manifest.name, hooks);
    let mut api: *const PluginApi = std::ptr::null();
    call::status(&manifest.name, |err| {
        // SAFETY: the symbol has the type of the contract, and every argument is as it asks.
        unsafe { entry(host, &raw mut api, err) }
    })
    .map_err(did_not_start)?;
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
        validate,
    })
}

/// That a plugin of this manifest and this host understand each other.
pub(crate) fn check_abi(manifest: &Manifest) -> Result<()> {
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

fn describe(api: &PluginApi) -> Result<Descriptor> {
    let descriptor = api.descriptor.ok_or_else(|| broken("it has no descriptor"))?;
    let mut json = Buf::EMPTY;
    // SAFETY: the buffer holds nothing and is taken right after.
    let status = unsafe { descriptor(&raw mut json) };
    let json = call::take(json);
    if status != STATUS_OK {
        return Err(broken("it cannot describe itself"));
    }
    serde_json::from_slice(&json?).map_err(|error| broken("its descriptor").caused_by(&error))
}

/// What the plugin says of itself counts; what it leaves open is filled in.
fn did_not_start(error: Error) -> Error {
    if error.code().is_some() {
        return error;
    }
    let error = error.with_code(code::START_FAILED);
    match error.remedy() {
        Some(_) => error,
        None => error.with_remedy("report it to the plugin's author"),
    }
}

fn replaced() -> Error {
    Error::new(ErrorKind::Unavailable, "the plugin was replaced after it was listed")
        .with_code(code::FILE_CHANGED)
        .with_remedy("run it again")
}
