use sqlflow_plugin_sdk::{CancelToken, ConnectorKind, ErrorKind, Result};

use crate::{
    Outcome, Trial,
    failure::{During, broken, ensure, told},
    input::Ready,
    output::{Target, record},
    values,
};

/// Entries that answer with an error, and those that have no answer to give.
const SOURCE: [&[&str]; 2] = [
    &[
        "source.open",
        "source.check",
        "source.discover",
        "source.schema",
        "source.plan",
        "source.read",
        "stream.get_schema",
        "stream.get_next",
        "reader.checkpoint",
    ],
    &["source.close", "source.session_cancel", "reader.cancel", "reader.close", "stream.release"],
];
const DESTINATION: [&[&str]; 2] = [
    &[
        "destination.open",
        "destination.check",
        "destination.describe",
        "destination.apply",
        "destination.begin",
        "writer.write",
        "writer.commit",
        "writer.abort",
        "destination.committed",
        "destination.recover",
    ],
    &["destination.close", "destination.session_cancel", "writer.cancel", "writer.close"],
];

pub(super) fn become_errors(trial: &Trial<'_>) -> Outcome {
    descriptor(trial)?;
    for role in trial.subject.manifest()?.kinds {
        match role {
            ConnectorKind::Source => {
                let input = trial.main()?;
                try_each(trial, SOURCE, &|| walk_source(trial, &input))?;
            }
            ConnectorKind::Destination => {
                try_each(trial, DESTINATION, &|| walk_destination(trial))?;
            }
        }
    }
    Ok(())
}

/// Asked once, while the library is loaded.
fn descriptor(trial: &Trial<'_>) -> Outcome {
    const ENTRY: &str = "plugin.descriptor";
    let copy = trial.subject.copy()?;
    copy.fail_at(Some(ENTRY));
    let described = copy.descriptor();
    let struck = copy.asked().iter().any(|entry| entry == ENTRY);
    ensure(described.is_err() || !struck, || format!("a panic at {ENTRY} went unnoticed"))?;
    trial.subject.descriptor().map(drop).during(format!("after a panic at {ENTRY}"))
}

type Walk<'a> = &'a dyn Fn() -> Outcome<Result<()>>;

/// A plugin that does not ask at an entry, such as one in C, has no panic to show there.
fn try_each(trial: &Trial<'_>, [answering, silent]: [&[&str]; 2], walk: Walk<'_>) -> Outcome {
    walk()?.during("without a fault")?;
    let asked = trial.subject.asked();
    let entries = answering.iter().map(|e| (*e, true)).chain(silent.iter().map(|e| (*e, false)));
    for (entry, answers) in entries.filter(|(entry, _)| asked.iter().any(|a| a == entry)) {
        trial.subject.fail_at(Some(entry));
        let ended = walk();
        trial.subject.fail_at(None);
        judge(ended, answers).during(format!("a panic at {entry}"))?;
        walk()?.during(format!("after a panic at {entry}"))?;
    }
    Ok(())
}

fn judge(ended: Outcome<Result<()>>, answers: bool) -> Outcome {
    match ended? {
        Ok(()) => ensure(!answers, || "it went unnoticed".to_owned()),
        Err(error) if !answers => broken(format!("it ends in {}", told(&error))),
        Err(error) if error.kind() == ErrorKind::Bug => Ok(()),
        Err(error) => broken(format!("it is told as {}", told(&error))),
    }
}

/// Goes through every entry of a source.
fn walk_source(trial: &Trial<'_>, input: &Ready) -> Outcome<Result<()>> {
    Ok((|| {
        let mut opened = trial.open(input)?;
        opened.source.check()?;
        opened.source.discover()?;
        opened.schema()?;
        let request = opened.request();
        let plan = opened.plan(&request)?;
        for partition in plan.partitions.iter().take(1) {
            let mut stream = opened.source.read(&request, partition)?;
            stream.next_batch()?;
            stream.checkpoint()?;
            stream.cancel_token().cancel();
        }
        opened.cancel.cancel();
        Ok(())
    })())
}

/// Goes through every entry of a destination.
fn walk_destination(trial: &Trial<'_>) -> Outcome<Result<()>> {
    let mode = trial.first_mode()?;
    let config = trial.config(ConnectorKind::Destination, &trial.destination()?.config, &[])?;
    let place = trial.place("faults")?;
    let (cancel, batches) = (CancelToken::new(), [values::people(10)]);
    Ok((|| {
        let destination = trial.subject.open_destination(&config, &cancel)?;
        let mut target = Target { trial, destination, place };
        target.destination.check()?;
        unless_absent(target.destination.describe(&target.place).map(drop))?;
        unless_absent(target.destination.apply(&target.place, &[]))?;
        target.stage(mode, "fault-1", &batches)?.abort()?;
        let writer = target.stage(mode, "fault-2", &batches)?;
        writer.commit(&record("fault-2", &batches))?;
        let cancelled = target.stage(mode, "fault-3", &batches)?;
        cancelled.cancel_token().cancel();
        drop(cancelled);
        let token = target.request(mode, "fault-2", values::people_schema()).token;
        unless_absent(target.destination.committed(&token).map(drop))?;
        target.destination.recover(&target.place, &[])?;
        cancel.cancel();
        Ok(())
    })())
}

/// A call that the connector does not have is no failure.
fn unless_absent(result: Result<()>) -> Result<()> {
    match result {
        Err(error) if error.kind() == ErrorKind::Unsupported => Ok(()),
        other => other,
    }
}
