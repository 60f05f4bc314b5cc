use std::path::Path;

use sqlflow_plugin_sdk::{Error, ErrorKind, Manifest, Result};

use crate::{Entry, Lock, Pin, code, file::PluginFile};

/// What the project says of the plugins it runs with.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pins {
    pub(crate) project: Option<Lock>,
    /// Whether a plugin that the project does not pin is refused.
    pub(crate) locked: bool,
}

impl Pins {
    /// Compares a plugin with what was installed and with what the project pins. It is hashed only
    /// where a lock names it. Says whether the project pins it.
    ///
    /// # Errors
    ///
    /// It is not the one, or `--locked` asks for a pin and there is none.
    pub(crate) fn check(
        &self,
        entry: &Entry,
        file: &PluginFile,
        manifest: &Manifest,
    ) -> Result<bool> {
        let project = self.project.as_ref();
        let pinned = project.and_then(|lock| Some((lock.path(), lock.pin(&manifest.name)?)));
        if pinned.is_none() && self.locked {
            return Err(not_pinned(&manifest.name));
        }
        let installed = entry.installed.as_ref();
        let lock = entry.path.with_file_name(Lock::FILE);
        let installed = installed.map(|pin| (lock.as_path(), pin));
        let mut wanted = installed.into_iter().chain(pinned).peekable();
        if wanted.peek().is_some() {
            let found = Pin {
                name: manifest.name.clone(),
                version: manifest.version.clone(),
                sha256: file.sha256()?,
            };
            wanted.try_for_each(|(lock, pin)| compare(lock, pin, &found))?;
        }
        Ok(pinned.is_some())
    }
}

fn compare(lock: &Path, wanted: &Pin, found: &Pin) -> Result<()> {
    if wanted == found {
        return Ok(());
    }
    let message = format!("the library is not the one that {} pins", lock.display());
    let told = |pin: &Pin| format!("{} {} sha256:{}", pin.name, pin.version, pin.sha256);
    Err(Error::new(ErrorKind::Permission, message)
        .with_code(code::PIN_MISMATCH)
        .with_context("pinned", told(wanted))
        .with_context("found", told(found))
        .with_remedy(format!(
            "if you trust the new one, `sqlflow plugin install` its library; else get {} {} back",
            wanted.name, wanted.version
        )))
}

fn not_pinned(name: &str) -> Error {
    Error::new(ErrorKind::Permission, format!("--locked: the project does not pin `{name}`"))
        .with_code(code::NOT_PINNED)
        .with_remedy(format!("pin it in {} by `sqlflow plugin install` of its library", Lock::FILE))
}
