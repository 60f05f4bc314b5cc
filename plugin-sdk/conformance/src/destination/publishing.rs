use std::{
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
};

use sqlflow_plugin_sdk::{ErrorKind, WriteMode};

use crate::{
    Case, Needs, Outcome, Trial,
    failure::{During, broken, ensure, told},
    output::{Target, record},
    rows::Rows,
    values::{people, people_from},
};

/// The cases of this part.
pub(crate) const CASES: &[Case] = &[
    Case {
        name: "staged-rows-are-invisible",
        about: "until a write is committed, readers see what was there before",
        needs: Needs::AtomicPublish,
        run: invisible,
    },
    Case {
        name: "replace-is-atomic",
        about: "while a place is replaced, a reader sees the old rows or the new, never a part",
        needs: Needs::AtomicPublish,
        run: atomic,
    },
    Case {
        name: "abort-leaves-nothing",
        about: "an aborted write leaves what was there before, and no file of its own",
        needs: Needs::Destination,
        run: abort,
    },
    Case {
        name: "dropping-leaves-nothing",
        about: "a write that is dropped without a commit leaves what was there before",
        needs: Needs::Destination,
        run: dropped,
    },
];

/// Tries something on a place where nothing is, and on one that holds these rows.
fn on_new_and_old(
    trial: &Trial<'_>,
    check: impl Fn(&mut Target<'_>, Option<&Rows>) -> Outcome,
) -> Outcome {
    check(&mut trial.target("new")?, None).during("a new place")?;
    let old = Rows::of(&[people(30)]);
    let mut target = trial.target("old")?;
    target.publish(trial.first_mode()?, "old-1", &old.batches)?;
    check(&mut target, Some(&old)).during("a place with rows")
}

fn is_as_before(target: &Target<'_>, before: Option<&Rows>) -> Outcome {
    match before {
        None => target.trial.holds_nothing(&target.place),
        Some(rows) => target.holds(&rows.batches),
    }
}

fn invisible(trial: &Trial<'_>) -> Outcome {
    let mode = trial.first_mode()?;
    on_new_and_old(trial, |target, before| {
        let batches = [people_from(100, 2_000), people_from(9_000, 2_000)];
        let request = target.request(mode, "staged-2", batches[0].schema());
        let mut writer = target.destination.begin(&request)?;
        is_as_before(target, before).during("begun")?;
        for batch in &batches {
            writer.write(batch.clone())?;
            is_as_before(target, before).during("staged")?;
        }
        writer.abort()?;
        Ok(())
    })
}

/// How often the place is replaced under the reader's eyes.
const ROUNDS: usize = 12;

fn atomic(trial: &Trial<'_>) -> Outcome {
    let mode = WriteMode::Replace;
    if !trial.subject.manifest()?.destination.modes.contains(&mode) {
        return Ok(());
    }
    let versions = [people(3_000), people_from(50_000, 4_000)];
    let mut target = trial.target("watched")?;
    target.publish(mode, "watched-0", &versions[..1])?;
    for round in 1..=ROUNDS {
        let token = format!("watched-{round}");
        let batch = versions[round % 2].clone();
        let writer = target.stage(mode, &token, &[batch.clone()])?;
        let record = record(&token, &[batch]);
        watched(&target, &versions.each_ref().map(|v| v.num_rows()), || {
            writer.commit(&record).map(drop)
        })?;
    }
    Ok(())
}

/// Commits while another thread reads, from before the commit until after it.
fn watched(
    target: &Target<'_>,
    allowed: &[usize],
    commit: impl FnOnce() -> sqlflow_plugin_sdk::Result<()> + Send,
) -> Outcome {
    let (stop, reads) = (AtomicBool::new(false), AtomicUsize::new(0));
    let input = target.trial.back(&target.place.0)?;
    thread::scope(|scope| {
        let commit = scope.spawn(|| {
            while reads.load(Ordering::SeqCst) == 0 && !stop.load(Ordering::SeqCst) {
                thread::yield_now();
            }
            let done = commit();
            stop.store(true, Ordering::SeqCst);
            done
        });
        let mut seen = Ok(());
        while seen.is_ok() {
            let last = stop.load(Ordering::SeqCst);
            let read = target.trial.open(&input).and_then(|mut o| o.read(&o.request()));
            seen = judge(read, allowed);
            reads.fetch_add(1, Ordering::SeqCst);
            if last {
                break;
            }
        }
        stop.store(true, Ordering::SeqCst);
        match commit.join() {
            Ok(done) => done.during("committing")?,
            Err(_) => return broken("the thread that commits died"),
        }
        seen
    })
}

/// A reader may be told that what it reads has just been replaced; it may not be told that nothing
/// is there.
fn judge(read: sqlflow_plugin_sdk::Result<Rows>, allowed: &[usize]) -> Outcome {
    match read {
        Ok(rows) => ensure(allowed.contains(&rows.count()), || {
            format!("a reader saw {} rows, not {allowed:?}", rows.count())
        }),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Bug) => {
            broken(format!("a reader met {}", told(&error)))
        }
        Err(_) => Ok(()),
    }
}

fn abort(trial: &Trial<'_>) -> Outcome {
    leaves_nothing(trial, "aborted", |writer| writer.abort())
}

fn dropped(trial: &Trial<'_>) -> Outcome {
    leaves_nothing(trial, "dropped", |writer| {
        drop(writer);
        Ok(())
    })
}

fn leaves_nothing(
    trial: &Trial<'_>,
    token: &str,
    end: impl Fn(Box<dyn sqlflow_plugin_sdk::Writer>) -> sqlflow_plugin_sdk::Result<()>,
) -> Outcome {
    let mode = trial.first_mode()?;
    on_new_and_old(trial, |target, before| {
        let files = trial.files()?;
        end(target.stage(mode, token, &[people_from(500, 2_000)])?)?;
        is_as_before(target, before)?;
        let left: Vec<_> = trial.files()?.difference(&files).cloned().collect();
        ensure(left.is_empty(), || format!("files are left: {left:?}"))
    })
}
