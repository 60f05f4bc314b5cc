//! What shall happen where, as the environment of `sqlflow-crash` says.

use std::{
    collections::HashMap,
    fs::{File, OpenOptions},
    io::Write,
    os::unix::process::parent_id,
    process::id,
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, SystemTime},
};

use nix::sys::signal::{Signal, raise};
use sqlflow_fault::Hook;

use crate::kill;

/// The variable with the orders: `step.committed@2=kill; load.batch=delay:15ms`.
pub(crate) const FAULTS: &str = "SQLFLOW_FAULTS";
/// The variable with the times: `lease.lasts=600ms`.
pub(crate) const SPANS: &str = "SQLFLOW_SPANS";
/// The variable with the file that every passing is noted in: microseconds since 1970 and the name.
pub(crate) const PASSES: &str = "SQLFLOW_PASSES";

/// What is done at places, and how long times last.
#[derive(Debug, Default)]
pub struct Orders {
    orders: Vec<Order>,
    spans: HashMap<String, Duration>,
    passes: Option<File>,
}

#[derive(Debug)]
struct Order {
    place: String,
    /// At this passing, from 1; at every one where it is not said.
    at: Option<u32>,
    action: Action,
    passed: AtomicU32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Kill,
    KillParent,
    KillBoth,
    Stop,
    Panic,
    Delay(Duration),
}

impl Orders {
    /// The orders of the environment.
    ///
    /// # Panics
    ///
    /// They cannot be read.
    pub fn of_environment() -> Self {
        #[expect(clippy::disallowed_methods, reason = "the one way to tell a process of tests")]
        let value = |name: &str| std::env::var(name).unwrap_or_default();
        let passes = value(PASSES);
        let file = || OpenOptions::new().create(true).append(true).open(&passes);
        Self {
            orders: parts(&value(FAULTS))
                .map(|(place, action)| Order::new(place, action))
                .collect(),
            spans: parts(&value(SPANS)).map(|(name, span)| (name.to_owned(), time(span))).collect(),
            passes: (!passes.is_empty()).then(|| file().expect("the file of passings")),
        }
    }
}

impl Hook for Orders {
    fn pass(&self, place: &str) {
        if let Some(mut passes) = self.passes.as_ref() {
            let now = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_micros();
            // One write, so that threads do not mix their lines.
            let _ = passes.write_all(format!("{now} {place}\n").as_bytes());
        }
        self.orders.iter().filter(|order| order.place == place).for_each(Order::pass);
    }

    fn span(&self, name: &str, usual: Duration) -> Duration {
        self.spans.get(name).copied().unwrap_or(usual)
    }
}

impl Order {
    fn new(place: &str, action: &str) -> Self {
        let (place, at) = match place.split_once('@') {
            Some((place, at)) => (place, Some(at.parse().expect("a number behind `@`"))),
            None => (place, None),
        };
        Self { place: place.to_owned(), at, action: Action::of(action), passed: AtomicU32::new(0) }
    }

    fn pass(&self) {
        let passing = self.passed.fetch_add(1, Ordering::SeqCst) + 1;
        if self.at.is_none_or(|at| at == passing) {
            self.action.act(&self.place);
        }
    }
}

impl Action {
    fn of(text: &str) -> Self {
        match text {
            "kill" => Self::Kill,
            "kill-parent" => Self::KillParent,
            "kill-both" => Self::KillBoth,
            "stop" => Self::Stop,
            "panic" => Self::Panic,
            _ => Self::Delay(time(text.strip_prefix("delay:").expect("a known action"))),
        }
    }

    fn act(self, place: &str) {
        match self {
            Self::Kill => kill(id(), Signal::SIGKILL),
            Self::KillParent => kill(parent_id(), Signal::SIGKILL),
            Self::KillBoth => {
                kill(parent_id(), Signal::SIGKILL);
                kill(id(), Signal::SIGKILL);
            }
            // To this very thread, which would go on for a moment if another one took the signal.
            Self::Stop => raise(Signal::SIGSTOP).expect("a signal"),
            Self::Panic => panic!("ordered at {place}"),
            Self::Delay(delay) => thread::sleep(delay),
        }
    }
}

/// The pairs of `a=b; c=d`.
fn parts(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let parts = text.split(';').map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| part.split_once('=').expect("`name=value`"))
}

fn time(text: &str) -> Duration {
    let number = text.strip_suffix("ms").expect("a time in ms");
    Duration::from_millis(number.parse().expect("whole milliseconds"))
}
