use std::path::{Path, PathBuf};

use sqlflow_host::SearchPath;
use sqlflow_profile::{Environment, Profile};

/// Where plugins are looked for, in this order: by hand, the profile, the environment, the user's
/// data folder, the system's, beside the executable.
pub(crate) fn search_path(
    by_hand: &[PathBuf],
    profile: &Profile,
    environment: &Environment,
    executable: &Path,
) -> SearchPath {
    let value = |name| environment.get(name).map(|(value, _)| value).filter(|v| !v.is_empty());
    let listed: Vec<PathBuf> = value("SQLFLOW_PLUGIN_PATH").map(split).unwrap_or_default();
    let data = value("XDG_DATA_HOME")
        .map(PathBuf::from)
        .or_else(|| value("HOME").map(|home| PathBuf::from(home).join(".local/share")));
    SearchPath::new()
        .by_hand(by_hand)
        .profile(&profile.plugins.path)
        .environment(&listed)
        .installed(data.map(|data| data.join("sqlflow/plugins")))
        .beside(executable)
}

fn split(list: &str) -> Vec<PathBuf> {
    list.split(':').filter(|part| !part.is_empty()).map(PathBuf::from).collect()
}
