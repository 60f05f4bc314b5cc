use std::{sync::mpsc, thread, time::Duration};

use sqlflow_plugin_sdk::{BatchStream, ErrorKind, Result};

use crate::{
    Case, Needs, Outcome, Trial,
    failure::{broken, ensure, told},
    input::{Opened, Ready},
    process::held,
    within::{CANCELLED, PATIENCE, receive, within},
};

/// The cases of this part.
pub(crate) const CASES: &[Case] = &[
    Case {
        name: "cancel-ends-a-read",
        about: "a read that is cancelled ends within a second, also while it waits",
        needs: Needs::Source,
        run: cancel_read,
    },
    Case {
        name: "cancel-ends-every-call",
        about: "once the source is cancelled, each of its calls ends within a second",
        needs: Needs::Source,
        run: cancel_source,
    },
    Case {
        name: "reads-leave-nothing-behind",
        about: "a hundred reads dropped half-way keep no memory, thread or descriptor",
        needs: Needs::Source,
        run: leaks,
    },
];

fn cancel_read(trial: &Trial<'_>) -> Outcome {
    let waits = trial.source()?.waiting.is_some();
    let input = match waits {
        true => trial.input("source.waiting", |source| source.waiting.as_ref())?,
        false => trial.main()?,
    };
    let mut opened = trial.open(&input)?;
    let mut request = opened.request();
    request.batch_rows = 1_000;
    let stream = opened.first_stream(&request)?;
    let token = stream.cancel_token();
    let (tell, told_of) = mpsc::channel();
    thread::spawn(move || pull(stream, &tell));
    match waits {
        true => until_it_waits(&told_of)?,
        false => drop(receive(&told_of, PATIENCE, "no first batch came")?),
    }
    token.cancel();
    opened.cancel.cancel();
    loop {
        match receive(&told_of, CANCELLED, "the cancelled read did not end")? {
            Pulled::Batch => {}
            Pulled::Ended(Err(error)) if error.kind() != ErrorKind::Cancelled => {
                return broken(format!("it ended in {}", told(&error)));
            }
            Pulled::Ended(Ok(())) if waits => return broken("it ended as if it were complete"),
            Pulled::Ended(_) => return Ok(()),
        }
    }
}

/// A read that gives nothing for this long is waiting.
const WAITING: Duration = Duration::from_millis(200);

fn until_it_waits(told_of: &mpsc::Receiver<Pulled>) -> Outcome {
    loop {
        match told_of.recv_timeout(WAITING) {
            Ok(Pulled::Batch) => {}
            Ok(Pulled::Ended(_)) => return broken("the read of `source.waiting` does not wait"),
            Err(_) => return Ok(()),
        }
    }
}

enum Pulled {
    Batch,
    Ended(Result<()>),
}

/// Pulls to the end and tells of each batch.
fn pull(mut stream: Box<dyn BatchStream>, tell: &mpsc::Sender<Pulled>) {
    loop {
        let pulled = match stream.next_batch() {
            Ok(Some(_)) => Pulled::Batch,
            Ok(None) => Pulled::Ended(Ok(())),
            Err(error) => Pulled::Ended(Err(error)),
        };
        let ended = matches!(pulled, Pulled::Ended(_));
        // Nobody listens where the case has failed.
        if tell.send(pulled).is_err() || ended {
            return;
        }
    }
}

type Call = fn(Opened) -> Result<()>;

fn cancel_source(trial: &Trial<'_>) -> Outcome {
    let input = trial.main()?;
    let calls: [(&str, Call); 4] = [
        ("check", |mut opened| opened.source.check().map(drop)),
        ("discover", |mut opened| opened.source.discover().map(drop)),
        ("schema", |mut opened| opened.schema().map(drop)),
        ("plan", |mut opened| opened.plan(&opened.request()).map(drop)),
    ];
    for (name, call) in calls {
        let opened = trial.open(&input)?;
        opened.cancel.cancel();
        let ended = within(CANCELLED, &format!("{name} did not end"), move || call(opened))?;
        match ended {
            Err(error) if error.kind() == ErrorKind::Bug => {
                return broken(format!("{name} ended in {}", told(&error)));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Reads before anything is measured: what is built once is no leak.
const WARM_UP: usize = 30;
const READS: usize = 100;
/// A pool of threads, such as tokio's for files, may grow while it is tried; not with every read.
const POOL: usize = READS / 10;
/// What the allocator may keep for itself.
const SLACK: u64 = 16 << 20;

fn leaks(trial: &Trial<'_>) -> Outcome {
    let input = trial.main()?;
    keeps_nothing(&|| half_a_read(trial, &input))
}

fn half_a_read(trial: &Trial<'_>, input: &Ready) -> Outcome {
    let mut opened = trial.open(input)?;
    let mut request = opened.request();
    request.batch_rows = 1_000;
    let mut stream = opened.first_stream(&request)?;
    stream.next_batch()?;
    Ok(())
}

/// Fails where doing something a hundred times leaves more behind than doing it thirty times.
pub(crate) fn keeps_nothing(work: &dyn Fn() -> Outcome) -> Outcome {
    for _ in 0..WARM_UP {
        work()?;
    }
    let before = held()?;
    for _ in 0..READS {
        work()?;
    }
    let after = settled(before.threads + POOL)?;
    let grown = after.bytes.saturating_sub(before.bytes);
    ensure(after.threads <= before.threads + POOL, || {
        format!("{} threads before, {} after", before.threads, after.threads)
    })?;
    ensure(after.descriptors <= before.descriptors, || {
        format!("{} descriptors before, {} after", before.descriptors, after.descriptors)
    })?;
    ensure(grown <= SLACK, || format!("{} KiB more memory after {READS} rounds", grown >> 10))
}

/// What the process holds once its threads are back to `threads`, or after a while: a thread that
/// was told to end takes its time.
fn settled(threads: usize) -> Outcome<crate::process::Held> {
    let start = std::time::Instant::now();
    loop {
        let now = held()?;
        if now.threads <= threads || start.elapsed() > CANCELLED {
            return Ok(now);
        }
        thread::yield_now();
    }
}
