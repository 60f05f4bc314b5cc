//! Where a new connector's crate takes the sdk from.

use std::env;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use crate::code;
use crate::failure::Failure;

/// Where the sdk lies in a checkout.
const IN_CHECKOUT: &str = "plugin-sdk/sdk";

/// Where a new connector's crate takes the sdk from.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum SdkPlace {
    /// A checkout of SQLFlow.
    Checkout(PathBuf),
    /// The registry, in this program's version.
    Registry,
}

impl SdkPlace {
    /// The place named, else the checkout around this program, around the current folder or that
    /// this program was built in, else the registry.
    pub(super) fn find(named: Option<&Path>) -> Result<Self, Failure> {
        if let Some(named) = named {
            return checkout_around(named).map(Self::Checkout).ok_or_else(|| no_sdk(named));
        }
        let built_in = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let places = [env::current_exe(), env::current_dir(), Ok(built_in)];
        let found = places.iter().flatten().find_map(|place| checkout_around(place));
        Ok(found.map_or(Self::Registry, Self::Checkout))
    }

    /// The dependency's line in Cargo.toml.
    pub(super) fn dependency(&self, asynchronous: bool) -> String {
        let features = if asynchronous { ", features = [\"runtime\"]" } else { "" };
        let place = match self {
            // The escapes of a JSON string are those of a TOML string.
            Self::Checkout(root) => format!("path = {}", quoted(&root.join(IN_CHECKOUT))),
            Self::Registry => format!("version = \"{}\"", env!("CARGO_PKG_VERSION")),
        };
        format!("sqlflow-plugin-sdk = {{ {place}{features} }}")
    }

    /// The checkout's Cargo.lock.
    pub(super) fn lock(&self) -> Option<Vec<u8>> {
        match self {
            Self::Checkout(root) => fs::read(root.join("Cargo.lock")).ok(),
            Self::Registry => None,
        }
    }
}

impl fmt::Display for SdkPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Checkout(root) => write!(f, "the sdk in {}", root.join(IN_CHECKOUT).display()),
            Self::Registry => write!(f, "the sdk {} of the registry", env!("CARGO_PKG_VERSION")),
        }
    }
}

/// The checkout that a path lies in.
fn checkout_around(path: &Path) -> Option<PathBuf> {
    let path = path.canonicalize().ok()?;
    let holds_sdk = |folder: &&Path| folder.join(IN_CHECKOUT).join("Cargo.toml").is_file();
    path.ancestors().find(holds_sdk).map(Path::to_owned)
}

fn quoted(path: &Path) -> String {
    serde_json::Value::from(path.to_string_lossy()).to_string()
}

fn no_sdk(named: &Path) -> Failure {
    let message = format!("{} is not in a checkout of SQLFlow", named.display());
    Failure::usage(code::NO_SDK, message, format!("name the folder that holds {IN_CHECKOUT}"))
}
