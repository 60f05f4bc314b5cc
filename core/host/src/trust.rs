use std::path::Path;

use sqlflow_plugin_sdk::{Error, ErrorKind, Result};

use crate::code;

/// Whether a plugin may be loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// The user chose it or the folder it lies in.
    Trusted,
    /// It came with a project: nothing the user did names it.
    NotNamed,
    /// It lies in the user's plugin folder, whose lock does not name it.
    NotInstalled,
    /// Anybody on this machine may change it.
    WorldWritable,
    /// Another user may change it.
    ForeignOwner,
}

impl Trust {
    /// Whether nobody has vouched for it yet, so that another plugin of its name may be taken.
    pub(crate) fn is_missing(self) -> bool {
        matches!(self, Self::NotNamed | Self::NotInstalled)
    }

    /// Refuses the library at `path`, where it may not be loaded.
    pub(crate) fn check(self, path: &Path) -> Result<()> {
        let shown = path.display();
        let (code, message, remedy) = match self {
            Self::Trusted => return Ok(()),
            Self::NotNamed => (
                code::NOT_TRUSTED,
                "the plugin came with the project and was not named by you",
                format!(
                    "if you trust it, `sqlflow plugin install {shown}`, \
                     or run again with --plugin {shown}"
                ),
            ),
            Self::NotInstalled => (
                code::NOT_INSTALLED,
                "the plugin lies in your plugin folder, but was not installed",
                format!("if you trust it, `sqlflow plugin install {shown}`"),
            ),
            Self::WorldWritable => (
                code::WORLD_WRITABLE,
                "anybody on this machine may change the plugin or a folder it lies in",
                "take away the right of others to write there (chmod o-w)".to_owned(),
            ),
            Self::ForeignOwner => (
                code::FOREIGN_OWNER,
                "the plugin or a folder it lies in belongs to another user",
                "copy the plugin to a folder of yours, or become its owner".to_owned(),
            ),
        };
        Err(Error::new(ErrorKind::Permission, message)
            .with_code(code)
            .with_context("plugin", shown)
            .with_remedy(remedy))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_not_to_trust_has_its_code() {
        let check = |trust: Trust, expect: Option<&str>| {
            let error = trust.check(Path::new("a.so")).err();
            assert_eq!(error.as_ref().and_then(Error::code), expect, "{trust:?}");
        };
        check(Trust::Trusted, None);
        check(Trust::NotNamed, Some("SF0406"));
        check(Trust::WorldWritable, Some("SF0411"));
        check(Trust::ForeignOwner, Some("SF0412"));
        check(Trust::NotInstalled, Some("SF0413"));
    }
}
