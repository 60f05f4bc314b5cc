//! `sqlflow plugin new`.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::sdk_place::SdkPlace;
use super::template::Template;
use crate::code;
use crate::exit;
use crate::failure::{Failure, Outcome};
use crate::render::clean::clean_line;

/// The most characters of a connector's name.
const LONGEST: usize = 32;

/// The options of `sqlflow plugin new`.
#[derive(Debug, Args)]
pub(crate) struct PluginNewArgs {
    /// The connector's name, the word behind TYPE; also the new folder's
    name: String,

    /// The roles it plays
    #[arg(long, value_enum, default_value_t, value_name = "KIND")]
    kind: Kind,

    /// Write the source with async functions; the sdk brings the runtime
    #[arg(long = "async")]
    asynchronous: bool,

    /// Checkout of SQLFlow whose sdk is used [default: the one around this program or folder]
    #[arg(long, value_name = "PATH")]
    sdk: Option<PathBuf>,
}

/// The roles of a new connector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Kind {
    /// Rows come from it
    #[default]
    Source,
    /// Rows go to it
    Destination,
    /// Both
    Both,
}

/// Makes a connector's crate that compiles and works at once.
pub(super) fn new(args: &PluginNewArgs) -> Outcome {
    check_name(&args.name)?;
    if args.asynchronous && args.kind == Kind::Destination {
        let message = "only sources can be written with async functions";
        let remedy = "leave out --async: a destination is called from a thread of its own";
        return Err(Failure::usage(code::NO_TEMPLATE, message, remedy));
    }
    let sdk = SdkPlace::find(args.sdk.as_deref())?;
    let template =
        Template { name: &args.name, kind: args.kind, asynchronous: args.asynchronous, sdk: &sdk };
    let folder = Path::new(&args.name);
    make(folder)?;
    let mut told = format!("created {}\n", args.name);
    for (path, text) in template.files() {
        write(&folder.join(&path), text.as_bytes())?;
        told.push_str(&format!("  {path}\n"));
    }
    if let Some(lock) = sdk.lock() {
        // The versions that the sdk is tested with; cargo strikes out those that are not needed.
        write(&folder.join("Cargo.lock"), &lock)?;
        told.push_str("  Cargo.lock\n");
    }
    told.push_str(&format!("\nuses {}\n", clean_line(&sdk.to_string())));
    told.push_str(&format!("\nnext:\n  cd {}\n  sqlflow plugin build\n", args.name));
    io::stdout().write_all(told.as_bytes())?;
    Ok(exit::OK)
}

fn check_name(name: &str) -> Result<(), Failure> {
    let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let fits = name.len() <= LONGEST && name.chars().all(letters);
    if fits && name.starts_with(|c: char| c.is_ascii_lowercase()) {
        return Ok(());
    }
    let message = format!("`{}` cannot be a connector's name", clean_line(name));
    let remedy = "take small letters, digits and `_`, a letter first, at most 32: `acme_orders`";
    Err(Failure::usage(code::CONNECTOR_NAME, message, remedy))
}

fn make(folder: &Path) -> Result<(), Failure> {
    fs::create_dir(folder).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Failure::usage(
            code::FOLDER_EXISTS,
            format!("{} is there already; nothing was written", folder.display()),
            "take another name, or go to another folder",
        ),
        _ => unwritable(folder, &error),
    })
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let written = fs::create_dir_all(folder).and_then(|()| fs::write(path, bytes));
    written.map_err(|error| unwritable(path, &error))
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    let message = format!("{} cannot be written: {error}", path.display());
    Failure::usage(code::CANNOT_WRITE, message, "go to a folder where you may write")
}
