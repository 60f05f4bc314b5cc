use std::sync::OnceLock;

use sqlflow_plugin_abi::{
    ABI_MAJOR, ABI_MINOR, Buf, DestinationApi, HostApi, MAGIC, PluginApi, STATUS_ABI, SourceApi,
    Status,
};

use super::{buffers, faults::Faults, guard, logs, services};
use crate::{ConfigSpec, ConnectorKind, Descriptor, Error, ErrorKind, Manifest, Result};

/// What the export macro gathers of one plugin.
#[derive(Debug, Clone, Copy)]
pub struct Embedded {
    /// The bytes of the manifest section.
    pub manifest: &'static [u8],
    /// The calls of the source.
    pub source: Option<&'static SourceApi>,
    /// The calls of the destination.
    pub destination: Option<&'static DestinationApi>,
    /// The spec of the source.
    pub source_spec: Option<fn() -> ConfigSpec>,
    /// The spec of the destination.
    pub destination_spec: Option<fn() -> ConfigSpec>,
}

struct Loaded {
    api: PluginApi,
    embedded: Embedded,
}

static LOADED: OnceLock<Loaded> = OnceLock::new();

/// The body of the exported entry.
///
/// # Safety
///
/// `host` points to a table that lives as long as the process, `out` to a place for a pointer,
/// `err` to a buffer that holds nothing.
pub unsafe fn enter(
    host: *const HostApi,
    out: *mut *const PluginApi,
    err: *mut Buf,
    embedded: Embedded,
) -> Status {
    // SAFETY: by this function's contract.
    let host = unsafe { services::read(host) };
    let call = || {
        let host = host.ok_or_else(|| Error::new(ErrorKind::Bug, "the host gave no services"))?;
        if host.abi_major != ABI_MAJOR {
            return Ok(Some(wrong_host(&host)));
        }
        services::remember(host);
        logs::forward();
        describe(&embedded)?;
        let loaded = LOADED.get_or_init(|| load(embedded));
        // SAFETY: by this function's contract.
        unsafe { out.write(&raw const loaded.api) };
        Ok(None)
    };
    let mut refused = None;
    // SAFETY: by this function's contract.
    let status = unsafe {
        guard::entry(Faults::of(None).at("plugin.entry"), err, || {
            call().map(|refusal| refused = refusal)
        })
    };
    match refused {
        None => status,
        Some(error) => {
            // SAFETY: by this function's contract; nothing was written yet.
            unsafe { buffers::fill(err, error.to_json()) };
            STATUS_ABI
        }
    }
}

fn wrong_host(host: &HostApi) -> Error {
    let (major, minor) = (host.abi_major, host.abi_minor);
    let message = format!(
        "the plugin speaks connector ABI {ABI_MAJOR}.{ABI_MINOR}, the host {major}.{minor}"
    );
    Error::new(ErrorKind::Unsupported, message)
        .with_code("SF0405")
        .with_remedy("rebuild the plugin with this host's sdk")
}

fn load(embedded: Embedded) -> Loaded {
    let api = PluginApi {
        magic: MAGIC,
        struct_size: size_of::<PluginApi>(),
        abi_major: ABI_MAJOR,
        abi_minor: ABI_MINOR,
        descriptor: Some(descriptor),
        source: embedded.source.map_or(std::ptr::null(), std::ptr::from_ref),
        destination: embedded.destination.map_or(std::ptr::null(), std::ptr::from_ref),
    };
    Loaded { api, embedded }
}

unsafe extern "C" fn descriptor(out: *mut Buf) -> Status {
    // SAFETY: the host gives a buffer that holds nothing; the table it called through exists,
    // so the plugin is loaded.
    unsafe {
        let at = Faults::of(services::latest()).at("plugin.descriptor");
        guard::entry(at, std::ptr::null_mut(), || {
            let loaded = LOADED.get().ok_or_else(|| Error::new(ErrorKind::Bug, "not loaded"))?;
            buffers::write_json(out, &describe(&loaded.embedded)?)
        })
    }
}

fn describe(embedded: &Embedded) -> Result<Descriptor> {
    let manifest = Manifest::parse(&String::from_utf8_lossy(embedded.manifest))?;
    let declared = |kind, present| manifest.plays(kind) == present;
    if !declared(ConnectorKind::Source, embedded.source.is_some())
        || !declared(ConnectorKind::Destination, embedded.destination.is_some())
    {
        let message = "connector.toml's `kinds` are not what export_plugin! exports";
        return Err(Error::new(ErrorKind::Bug, message));
    }
    let schema = |spec: Option<fn() -> ConfigSpec>| spec.map(|spec| spec().to_json_schema());
    Ok(Descriptor {
        manifest,
        source_config: schema(embedded.source_spec),
        destination_config: schema(embedded.destination_spec),
    })
}
