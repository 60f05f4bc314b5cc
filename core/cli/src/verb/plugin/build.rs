//! `sqlflow plugin build`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;
use sqlflow_host::Inspection;
use sqlflow_plugin_sdk::Manifest;

use super::connector_crate::{ConnectorCrate, by_hand};
use crate::exit;
use crate::failure::Outcome;
use crate::format::Format;
use crate::render::clean::clean;
use crate::render::place::shown;
use crate::render::quantity::bytes;
use crate::screen::Screen;

/// The most stray symbols that are named.
const NAMED: usize = 5;

/// The options of `sqlflow plugin build`.
#[derive(Debug, Args)]
pub(crate) struct PluginBuildArgs {
    /// Folder of the connector's crate
    #[arg(default_value = ".")]
    path: PathBuf,

    /// Output format
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(super) format: Format,
}

/// Builds a connector's crate and tells what its library is; none of its code runs.
pub(super) fn build(args: &PluginBuildArgs) -> Outcome {
    let library = ConnectorCrate::at(&args.path)?.build()?;
    let (_, manifest) = by_hand(&library, &Screen::new(false))?;
    let inspection = Inspection::of(&library)?;
    let text = match args.format {
        Format::Text => text(&library, &manifest, &inspection),
        Format::Json => json(&library, &manifest, &inspection),
    };
    io::stdout().write_all(text.as_bytes())?;
    Ok(exit::OK)
}

fn text(library: &Path, manifest: &Manifest, inspection: &Inspection) -> String {
    let kinds: Vec<String> = manifest.kinds.iter().map(|kind| word(&json!(kind))).collect();
    let glibc = inspection.glibc.as_deref().unwrap_or("no version of it");
    let stray = &inspection.stray_exports;
    let exports = match stray.len() {
        0 => "only what a plugin exports".to_owned(),
        count => {
            let first: Vec<&str> = stray.iter().take(NAMED).map(String::as_str).collect();
            let more = if count > NAMED { ", …" } else { "" };
            format!("{count} symbols that it need not: {}{more}", first.join(", "))
        }
    };
    clean(&format!(
        "built {}\n  connector  {} {} ({}), ABI {}\n  size       {}\n  glibc      {glibc}\n  \
         exports    {exports}\n",
        shown(library),
        manifest.name,
        manifest.version,
        kinds.join(", "),
        manifest.abi,
        bytes(inspection.size),
    ))
}

fn json(library: &Path, manifest: &Manifest, inspection: &Inspection) -> String {
    let document = json!({
        "library": library,
        "manifest": manifest,
        "bytes": inspection.size,
        "glibc": inspection.glibc,
        "stray_exports": inspection.stray_exports,
    });
    format!("{document:#}\n")
}

fn word(value: &serde_json::Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
