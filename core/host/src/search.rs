use std::{
    fmt,
    path::{Path, PathBuf},
};

use serde::{Serialize, Serializer};

use crate::{Lock, Trust, pins::Pins};

/// Where plugins are looked for, first hit by name wins. Never the current folder and never
/// `LD_LIBRARY_PATH`.
#[derive(Debug, Clone, Default)]
pub struct SearchPath {
    folders: Vec<Folder>,
    pub(crate) pins: Pins,
}

/// One place of the search path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// A folder, or one library.
    pub path: PathBuf,
    /// Why it is searched.
    pub origin: Origin,
}

/// Why a place is searched; shown in the user's words, such as `--plugin`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The user named it on the command line.
    ByHand,
    /// The profile lists it.
    Profile,
    /// `SQLFLOW_PLUGIN_PATH` lists it.
    Environment,
    /// What the user installed.
    Installed,
    /// What the machine's administrator installed.
    System,
    /// It lies beside the program.
    BesideExecutable,
}

impl Origin {
    /// How far what lies there is trusted, where nobody else may change it.
    pub(crate) fn trust(self) -> Trust {
        match self {
            Self::Profile => Trust::NotNamed,
            Self::Installed => Trust::NotInstalled,
            Self::ByHand | Self::Environment | Self::System | Self::BesideExecutable => {
                Trust::Trusted
            }
        }
    }

    /// Whether what lies there came with the program.
    pub(crate) fn is_first_party(self) -> bool {
        self == Self::BesideExecutable
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ByHand => "--plugin",
            Self::Profile => "the profile's `plugins.path`",
            Self::Environment => "SQLFLOW_PLUGIN_PATH",
            Self::Installed => "your plugin folder",
            Self::System => "the system's plugin folder",
            Self::BesideExecutable => "beside the executable",
        })
    }
}

impl Serialize for Origin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl SearchPath {
    /// A path that finds nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds what the user named on the command line: a library, or a folder of them.
    #[must_use]
    pub fn by_hand(self, paths: &[PathBuf]) -> Self {
        self.with(paths, Origin::ByHand)
    }

    /// Adds the folders of the profile; what lies there is listed but not loaded.
    #[must_use]
    pub fn profile(self, paths: &[PathBuf]) -> Self {
        self.with(paths, Origin::Profile)
    }

    /// Adds the folders of the environment variable `SQLFLOW_PLUGIN_PATH`.
    #[must_use]
    pub fn environment(self, paths: &[PathBuf]) -> Self {
        self.with(paths, Origin::Environment)
    }

    /// Adds the folder of the user's own plugins, of which what was installed may be loaded, and
    /// those of the system.
    #[must_use]
    pub fn installed(self, user: Option<PathBuf>) -> Self {
        let user: Vec<PathBuf> = user.into_iter().collect();
        let system = ["/usr/local/lib/sqlflow/plugins", "/usr/lib/sqlflow/plugins"];
        self.with(&user, Origin::Installed).with(&system.map(PathBuf::from), Origin::System)
    }

    /// Adds the folder of the executable, and `../lib/sqlflow/plugins` from there.
    #[must_use]
    pub fn beside(self, executable: &Path) -> Self {
        let Some(folder) = executable.parent() else { return self };
        let paths = [folder.to_owned(), folder.join("../lib/sqlflow/plugins")];
        self.with(&paths, Origin::BesideExecutable)
    }

    /// Refuses every library that is not the one this lock pins and, where `locked`, every plugin
    /// that it does not pin. What it pins is not trusted for that.
    #[must_use]
    pub fn pinned_by(mut self, project: Lock, locked: bool) -> Self {
        self.pins = Pins { project: Some(project), locked };
        self
    }

    /// The places in the order of the search.
    pub fn folders(&self) -> &[Folder] {
        &self.folders
    }

    fn with(mut self, paths: &[PathBuf], origin: Origin) -> Self {
        self.folders.extend(paths.iter().map(|path| Folder { path: path.clone(), origin }));
        self
    }
}
