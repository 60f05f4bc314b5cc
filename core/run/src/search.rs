use std::path::{Path, PathBuf};

use sqlflow_host::{InstallFolder, SearchPath};
use sqlflow_profile::{Environment, Origin};

/// Where plugins are looked for, in this order: by hand, the profile, the environment, the user's
/// data folder, the system's, beside the executable.
pub(crate) fn search_path(
    by_hand: &[PathBuf],
    profile: &[PathBuf],
    environment: &Environment,
    executable: &Path,
) -> SearchPath {
    let listed = of_process(environment, "SQLFLOW_PLUGIN_PATH").map(split).unwrap_or_default();
    let installed = install_folder(environment).map(|folder| folder.path().to_owned());
    SearchPath::new()
        .by_hand(by_hand)
        .profile(profile)
        .environment(&listed)
        .installed(installed)
        .beside(executable)
}

/// The folder of the user's own plugins, where the environment names a home.
pub fn install_folder(environment: &Environment) -> Option<InstallFolder> {
    let absolute =
        |name| of_process(environment, name).map(PathBuf::from).filter(|p| p.is_absolute());
    let data = absolute("XDG_DATA_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".local/share")));
    data.map(|data| InstallFolder::new(data.join("sqlflow/plugins")))
}

/// A variable that says whose code is run: `.env` comes with a project and may not.
fn of_process<'a>(environment: &'a Environment, name: &str) -> Option<&'a str> {
    let (value, origin) = environment.get(name)?;
    (origin == Origin::Environment && !value.is_empty()).then_some(value)
}

fn split(list: &str) -> Vec<PathBuf> {
    list.split(':').filter(|part| !part.is_empty()).map(PathBuf::from).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    /// Mutation tried: `of_process` does not look at the origin; red.
    #[test]
    fn what_a_projects_dotenv_says_of_plugins_is_not_heard() {
        let project = tempfile::tempdir().unwrap();
        let dotenv = "SQLFLOW_PLUGIN_PATH=/evil\nXDG_DATA_HOME=/evil\nHOME=/evil\n";
        std::fs::write(project.path().join(".env"), dotenv).unwrap();
        let environment = Environment::with_dotenv(project.path(), [("HOME", "/h")]).unwrap();
        let search = search_path(&[], &[], &environment, Path::new("/bin/sqlflow"));
        let paths: Vec<&Path> = search.folders().iter().map(|f| f.path.as_path()).collect();
        assert!(paths.iter().all(|path| !path.starts_with("/evil")), "{paths:?}");
        assert!(paths.contains(&Path::new("/h/.local/share/sqlflow/plugins")), "{paths:?}");
    }

    #[test]
    fn a_relative_data_folder_is_not_taken() {
        let folder = |pairs: &[(&str, &str)]| {
            install_folder(&Environment::of(pairs.to_vec())).map(|found| found.path().to_owned())
        };
        let home = Some(PathBuf::from("/h/.local/share/sqlflow/plugins"));
        assert_eq!(folder(&[("XDG_DATA_HOME", "data"), ("HOME", "/h")]), home);
        assert_eq!(folder(&[("XDG_DATA_HOME", ""), ("HOME", "/h")]), home);
        assert_eq!(
            folder(&[("XDG_DATA_HOME", "/d"), ("HOME", "/h")]),
            Some("/d/sqlflow/plugins".into())
        );
        assert_eq!(folder(&[("HOME", "h")]), None);
    }
}
