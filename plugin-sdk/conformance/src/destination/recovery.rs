use std::{collections::BTreeSet, path::PathBuf};

use sqlflow_plugin_sdk::CommitToken;

use crate::{
    Case, Needs, Outcome, Trial,
    failure::{During, broken, ensure},
    scenes::{ABANDON, ABANDONED},
    values::people,
};

/// The cases of this part.
pub(crate) const CASES: &[Case] = &[
    Case {
        name: "recovery-sweeps-dead-writes",
        about: "what a killed process left at a place is swept, and the place is as before",
        needs: Needs::Destination,
        run: sweeps,
    },
    Case {
        name: "recovery-spares-live-writes",
        about: "what belongs to a token that is still alive is not swept",
        needs: Needs::Destination,
        run: spares,
    },
    Case {
        name: "killed-write-can-be-repeated",
        about: "after a process was killed, the same write under the same token succeeds",
        needs: Needs::Destination,
        run: repeated,
    },
];

/// Lets a process die in the middle of a write; returns the files it left and those before it.
fn abandon(trial: &Trial<'_>) -> Outcome<[BTreeSet<PathBuf>; 2]> {
    let mut target = trial.target(ABANDONED)?;
    target.publish(trial.first_mode()?, "before-1", &[people(30)])?;
    let before = trial.files()?;
    let played = trial.subject.elsewhere(ABANDON, trial.scratch)?;
    let (_, reason) = crate::suite::words_of(&played.stdout);
    if let Some(reason) = reason {
        return broken(format!("the write that was to be abandoned failed: {reason}"));
    }
    let after = trial.files()?;
    Ok([after.difference(&before).cloned().collect(), before])
}

fn sweeps(trial: &Trial<'_>) -> Outcome {
    let [left, before] = abandon(trial)?;
    let mut target = trial.target(ABANDONED)?;
    target.destination.recover(&target.place, &[])?;
    let still = trial.files()?;
    ensure(still == before, || {
        let kept: Vec<_> = still.intersection(&left).collect();
        format!("of {left:?}, {kept:?} is left")
    })?;
    target.holds(&[people(30)])
}

fn spares(trial: &Trial<'_>) -> Outcome {
    let [left, _] = abandon(trial)?;
    let mut target = trial.target(ABANDONED)?;
    target.destination.recover(&target.place, &[CommitToken(ABANDONED.to_owned())])?;
    let files = trial.files()?;
    let gone: Vec<_> = left.difference(&files).collect();
    ensure(gone.is_empty(), || format!("{gone:?} was swept"))?;
    target.holds(&[people(30)])
}

fn repeated(trial: &Trial<'_>) -> Outcome {
    abandon(trial)?;
    let mode = trial.first_mode()?;
    let mut target = trial.target(ABANDONED)?;
    target.publish(mode, ABANDONED, &[people(2_000)]).during("the same write")?;
    match mode {
        // The rows of the first write are among those of the second.
        sqlflow_plugin_sdk::WriteMode::Append => target.holds(&[people(30), people(2_000)]),
        _ => target.holds(&[people(2_000)]),
    }
}
