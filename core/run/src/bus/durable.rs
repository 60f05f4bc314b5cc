//! Those who are told of everything that happens to runs, whichever process is alive to tell it.

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    thread,
    time::{Duration, Instant},
};

use sqlflow_state::{Event, RunId, RunStore, StoreError};

use crate::standing;

/// How long the end of a run waits for observers, in all.
const MOMENT: Duration = Duration::from_millis(60);

/// Takes an event; one that it fails to take it gets again.
type Take = Box<dyn FnMut(&Event) -> Result<(), Box<dyn Error + Send + Sync>> + Send>;

/// Is told of every event of every run at least once, and of those of a run in their order.
///
/// How far it has come is kept in the run store under its name. What a process could not deliver,
/// because it died or the observer failed, panicked or took too long, is delivered by the next one
/// that runs a pipeline with an observer of that name. Whatever it does, the run goes on.
pub struct DurableObserver {
    name: String,
    with_history: bool,
    take: Take,
}

impl DurableObserver {
    /// An observer of this name. The first time that a store hears of the name, it gets none of
    /// the runs that have ended by then.
    pub fn new(
        name: impl Into<String>,
        take: impl FnMut(&Event) -> Result<(), Box<dyn Error + Send + Sync>> + Send + 'static,
    ) -> Self {
        Self { name: name.into(), with_history: false, take: Box::new(take) }
    }

    /// The same, which gets the runs that have ended before it was heard of, too.
    #[must_use]
    pub fn with_history(self) -> Self {
        Self { with_history: true, ..self }
    }
}

impl fmt::Debug for DurableObserver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DurableObserver").field("name", &self.name).finish_non_exhaustive()
    }
}

/// One thread for each observer, which reads the log and not the coordinator's lips.
#[derive(Debug)]
pub(crate) struct Couriers(Vec<(Sender<RunId>, Receiver<()>)>);

impl Couriers {
    /// Sends the couriers off. What they find was begun before this process runs its own.
    pub(crate) fn send(store: &Arc<dyn RunStore>, observers: Vec<DurableObserver>) -> Self {
        Self(observers.into_iter().filter_map(|observer| start(store, observer)).collect())
    }

    /// Says that the log of a run has grown.
    pub(crate) fn wake(&self, run: RunId) {
        for (wake, _) in &self.0 {
            // One whose observer has panicked is gone.
            let _ = wake.send(run);
        }
    }

    /// Lets them finish what takes a moment, and leaves the others behind.
    pub(crate) fn call_back(self) {
        let end = Instant::now() + MOMENT;
        let (wakes, done): (Vec<_>, Vec<_>) = self.0.into_iter().unzip();
        drop(wakes);
        for courier in done {
            let left = end.saturating_duration_since(Instant::now());
            // It never sends: it is done when its end is gone.
            let _: Result<(), RecvTimeoutError> = courier.recv_timeout(left);
        }
    }
}

fn start(
    store: &Arc<dyn RunStore>,
    observer: DurableObserver,
) -> Option<(Sender<RunId>, Receiver<()>)> {
    let ((wake, woken), (is_done, done)) = (channel(), channel());
    let courier = Courier::new(Arc::clone(store), observer).ok()?;
    let thread = thread::Builder::new().name("sqlflow-durable-observer".to_owned());
    let started = thread.spawn(move || {
        let _ = catch_unwind(AssertUnwindSafe(|| courier.go(&woken)));
        drop(is_done);
    });
    started.is_ok().then_some((wake, done))
}

struct Courier {
    store: Arc<dyn RunStore>,
    observer: DurableObserver,
    /// The last place seen of each run that is not seen to its end.
    seen: BTreeMap<RunId, u64>,
}

impl Courier {
    /// Finds out what there is to deliver before anything new happens.
    fn new(store: Arc<dyn RunStore>, observer: DurableObserver) -> Result<Self, StoreError> {
        let mut seen = BTreeMap::new();
        let skips_old = !observer.with_history && !store.knows(&observer.name)?;
        for (run, seq) in store.unseen(&observer.name)? {
            let summary = store.summary(&run)?;
            if skips_old && summary.status.is_terminal() {
                store.saw(&observer.name, &run, summary.last_seq)?;
            } else if !standing::is_live(store.as_ref(), &summary)? {
                seen.insert(run, seq);
            }
        }
        Ok(Self { store, observer, seen })
    }

    fn go(mut self, woken: &Receiver<RunId>) {
        let mut grown: BTreeSet<RunId> = self.seen.keys().copied().collect();
        loop {
            for run in grown {
                // It stays undelivered, and is tried again when the run goes on or the next begins.
                let _ = self.deliver(run);
            }
            let Ok(run) = woken.recv() else { return };
            grown = woken.try_iter().chain([run]).collect();
        }
    }

    /// Delivers what a run's log has more, as far as the observer takes it.
    fn deliver(&mut self, run: RunId) -> Result<(), StoreError> {
        let name = &self.observer.name;
        let last = self.seen.get(&run).copied();
        if last.is_none() {
            // From now on the store knows the name.
            self.store.saw(name, &run, 0)?;
        }
        let before = last.unwrap_or(0);
        let events = self.store.load(&run, before)?;
        let taken = events.iter().take_while(|event| (self.observer.take)(event).is_ok()).count();
        let seen = taken.checked_sub(1).map_or(before, |at| events[at].seq);
        if seen > before {
            self.store.saw(name, &run, seen)?;
        }
        self.seen.insert(run, seen);
        Ok(())
    }
}
