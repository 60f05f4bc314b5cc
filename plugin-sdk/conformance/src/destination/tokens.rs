use sqlflow_plugin_sdk::{CommitStatus, CommitToken, ErrorKind};

use crate::{
    Case, Needs, Outcome, Trial,
    failure::{During, broken, ensure, told},
    values::people,
};

/// The cases of this part.
pub(crate) const CASES: &[Case] = &[
    Case {
        name: "commit-twice-is-once",
        about: "a write committed again under its token, as after a crash, publishes every row once",
        needs: Needs::Once,
        run: twice,
    },
    Case {
        name: "commits-are-remembered",
        about: "asked on resume, a transactional destination knows which tokens it has committed",
        needs: Needs::Transactional,
        run: remembered,
    },
    Case {
        name: "unknown-commits-are-unknown",
        about: "a token that was never committed is not told as committed",
        needs: Needs::Destination,
        run: unknown,
    },
];

fn twice(trial: &Trial<'_>) -> Outcome {
    for mode in trial.subject.manifest()?.destination.modes {
        let name = format!("twice_{}", mode.name());
        let rows = [people(40)];
        let mut target = trial.target(&name)?;
        target.publish(mode, &name, &rows)?;
        target.publish(mode, &name, &rows).during("in the same session")?;
        target.holds(&rows).during(format!("{} in the same session", mode.name()))?;
        let mut again = trial.target(&name)?;
        again.publish(mode, &name, &rows).during("in another session")?;
        again.holds(&rows).during(format!("{} in another session", mode.name()))?;
    }
    Ok(())
}

fn remembered(trial: &Trial<'_>) -> Outcome {
    let mode = trial.first_mode()?;
    let mut target = trial.target("remembered")?;
    target.publish(mode, "remembered-1", &[people(40)])?;
    let token = CommitToken("remembered-1".to_owned());
    for (session, destination) in
        [("the same", target.destination), ("another", trial.open_destination()?)]
    {
        let mut destination = destination;
        let status = destination.committed(&token)?;
        ensure(status == CommitStatus::Committed, || format!("{session} session: {status:?}"))?;
    }
    Ok(())
}

fn unknown(trial: &Trial<'_>) -> Outcome {
    let mut target = trial.target("unknown")?;
    target.publish(trial.first_mode()?, "known-1", &[people(5)])?;
    match target.destination.committed(&CommitToken("never-1".to_owned())) {
        Ok(CommitStatus::Committed) => broken("it is told as committed"),
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::Unsupported => Ok(()),
        Err(error) => broken(told(&error)),
    }
}
