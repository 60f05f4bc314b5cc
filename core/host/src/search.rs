use std::path::{Path, PathBuf};

/// Where plugins are looked for, first hit by name wins. Never the current folder and never
/// `LD_LIBRARY_PATH`.
#[derive(Debug, Clone, Default)]
pub struct SearchPath {
    folders: Vec<Folder>,
}

/// One place of the search path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// A folder, or one library.
    pub path: PathBuf,
    /// Why it is searched, in the user's words: ``--plugin``, ``the profile's `plugins.path` ``.
    pub origin: &'static str,
    /// Whether the user chose what lies there. A cloned project's folder is not trusted.
    pub trusted: bool,
}

impl SearchPath {
    /// A path that finds nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds what the user named on the command line: a library, or a folder of them.
    #[must_use]
    pub fn by_hand(self, paths: &[PathBuf]) -> Self {
        self.with(paths, "--plugin", true)
    }

    /// Adds the folders of the profile; what lies there is listed but not loaded.
    #[must_use]
    pub fn profile(self, paths: &[PathBuf]) -> Self {
        self.with(paths, "the profile's `plugins.path`", false)
    }

    /// Adds the folders of the environment variable `SQLFLOW_PLUGIN_PATH`.
    #[must_use]
    pub fn environment(self, paths: &[PathBuf]) -> Self {
        self.with(paths, "SQLFLOW_PLUGIN_PATH", true)
    }

    /// Adds the folder of the user's own plugins and those of the system.
    #[must_use]
    pub fn installed(self, user: Option<PathBuf>) -> Self {
        let user: Vec<PathBuf> = user.into_iter().collect();
        let system = ["/usr/local/lib/sqlflow/plugins", "/usr/lib/sqlflow/plugins"];
        self.with(&user, "your plugin folder", true).with(
            &system.map(PathBuf::from),
            "the system's plugin folder",
            true,
        )
    }

    /// Adds the folder of the executable, and `../lib/sqlflow/plugins` from there.
    #[must_use]
    pub fn beside(self, executable: &Path) -> Self {
        let Some(folder) = executable.parent() else { return self };
        let paths = [folder.to_owned(), folder.join("../lib/sqlflow/plugins")];
        self.with(&paths, "beside the executable", true)
    }

    /// The places in the order of the search.
    pub fn folders(&self) -> &[Folder] {
        &self.folders
    }

    fn with(mut self, paths: &[PathBuf], origin: &'static str, trusted: bool) -> Self {
        let folder = |path: &PathBuf| Folder { path: path.clone(), origin, trusted };
        self.folders.extend(paths.iter().map(folder));
        self
    }
}
