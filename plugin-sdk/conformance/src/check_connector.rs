use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

/// Runs the suite on the connector of a crate, from one of its own tests: the built library of
/// the profile that the test runs in, tried by the `sqlflow` beside it with the crate's
/// `conformance.toml`. Prints one line a case.
///
/// # Errors
///
/// A case is not green, or the binary or the library is not built.
pub fn check_connector(crate_folder: &str, connector: &str) -> Result<(), String> {
    let built = built()?;
    let library = present(built.join(format!("libsqlflow_connector_{connector}.so")))?;
    let fixture = Path::new(crate_folder).join("conformance.toml");
    let mut command = Command::new(present(built.join("sqlflow"))?);
    command.args(["plugin", "test"]).arg(library).arg("--fixture").arg(fixture);
    let status = command.status().map_err(|error| format!("sqlflow cannot be started: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("cases are not green: {status}")) }
}

/// The folder of the profile: the running test stands in its `deps`.
fn built() -> Result<PathBuf, String> {
    let test = env::current_exe().map_err(|error| format!("the test has no path: {error}"))?;
    test.ancestors().nth(2).map(Path::to_owned).ok_or_else(|| "the test has no folder".to_owned())
}

fn present(path: PathBuf) -> Result<PathBuf, String> {
    if path.is_file() {
        return Ok(path);
    }
    Err(format!("{} is missing: cargo build --release --workspace comes first", path.display()))
}
