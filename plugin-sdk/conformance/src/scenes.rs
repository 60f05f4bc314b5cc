//! What cases let happen in a process of its own.

use sqlflow_plugin_sdk::{CancelToken, ConnectorKind};

use crate::{
    Outcome, Trial,
    failure::{broken, ensure},
    process::handled_signals,
    values,
};

/// Abandons a write half-way: the process dies.
pub(crate) const ABANDON: &str = "abandon-a-write";
/// Uses the connector as a run does.
pub(crate) const USE: &str = "use-the-connector";
/// The place and the token of [`ABANDON`].
pub(crate) const ABANDONED: &str = "abandoned";

/// Plays the scene of this name; `None` where there is none.
pub fn play(scene: &str, trial: &Trial<'_>) -> Option<Outcome> {
    match scene {
        ABANDON => Some(abandon(trial)),
        USE => Some(use_connector(trial)),
        _ => None,
    }
}

fn abandon(trial: &Trial<'_>) -> Outcome {
    let mut target = trial.target(ABANDONED)?;
    let mode = trial.first_mode()?;
    let _writer = target.stage(mode, ABANDONED, &[values::people(2_000)])?;
    std::process::abort()
}

/// Fails where the plugin changes what belongs to the whole process.
fn use_connector(trial: &Trial<'_>) -> Outcome {
    let before = surroundings()?;
    let manifest = trial.subject.manifest()?;
    trial.subject.descriptor()?;
    if manifest.plays(ConnectorKind::Source) {
        let mut opened = trial.open_main()?;
        opened.source.check()?;
        opened.read(&opened.request())?;
    }
    if manifest.plays(ConnectorKind::Destination) {
        let config = trial.config(ConnectorKind::Destination, &trial.destination()?.config, &[])?;
        trial.subject.open_destination(&config, &CancelToken::new())?.check()?;
        let mut target = trial.target("used")?;
        let mode = trial.first_mode()?;
        target.publish(mode, "used-1", &[values::people(10)])?;
    }
    let after = surroundings()?;
    for ((what, before), (_, after)) in before.into_iter().zip(after) {
        ensure(before == after, || format!("the plugin changed {what} from {before} to {after}"))?;
    }
    Ok(())
}

fn surroundings() -> Outcome<[(&'static str, String); 3]> {
    let folder = std::env::current_dir().map(|folder| folder.display().to_string());
    let Ok(folder) = folder else { return broken("the process has no working directory") };
    #[expect(clippy::disallowed_methods, reason = "looks for what a plugin changes; keeps nothing")]
    let variables: Vec<_> = std::env::vars_os().map(|(name, _)| name).collect();
    Ok([
        ("the working directory", folder),
        ("the environment", format!("{variables:?}")),
        ("the signal handlers", handled_signals()?),
    ])
}
