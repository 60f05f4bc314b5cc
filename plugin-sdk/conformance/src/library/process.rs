use crate::{
    Outcome, Trial,
    failure::{broken, ensure},
    scenes,
    suite::words_of,
};

pub(super) fn left_alone(trial: &Trial<'_>) -> Outcome {
    // What the suite needs may be missing; that is told by the same words here as there.
    trial_has_inputs(trial)?;
    let played = trial.subject.elsewhere(scenes::USE, trial.scratch)?;
    let (printed, reason) = words_of(&played.stdout);
    ensure(printed.is_empty(), || format!("it wrote to standard output: {printed:?}"))?;
    match reason {
        Some(reason) => broken(reason),
        None if played.succeeded => Ok(()),
        None => broken(format!("using the connector ended the process: {}", played.stderr)),
    }
}

fn trial_has_inputs(trial: &Trial<'_>) -> Outcome {
    let manifest = trial.subject.manifest()?;
    for role in manifest.kinds {
        super::configs::good_config(trial, role)?;
    }
    Ok(())
}
