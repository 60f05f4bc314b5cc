//! Those who watch a run, each on a thread of its own.

mod durable;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        mpsc::{self, Receiver, Sender},
    },
    thread::{self, JoinHandle},
};

use arrow::array::RecordBatch;
use sqlflow_state::{Event, RunId, RunState, RunStore};

use self::durable::Couriers;
pub use self::durable::DurableObserver;
use crate::{Observer, Progress};

/// Hands what happens to every observer, in order. None of them can hold up the run or another
/// one: each has a thread and takes its time, and one that panics is asked no more.
#[derive(Debug)]
pub(crate) struct Bus {
    observers: Vec<(Sender<Told>, JoinHandle<()>)>,
    couriers: Couriers,
}

#[derive(Debug, Clone)]
enum Told {
    TakenUp(RunId, Arc<RunState>),
    Event(Arc<Event>),
    Progress(Progress),
    FirstRows(String, RecordBatch),
}

impl Bus {
    /// Starts to hand out.
    pub(crate) fn new(
        observers: Vec<Box<dyn Observer>>,
        store: &Arc<dyn RunStore>,
        durable: Vec<DurableObserver>,
    ) -> Self {
        Self {
            observers: observers.into_iter().filter_map(start).collect(),
            couriers: Couriers::send(store, durable),
        }
    }

    pub(crate) fn taken_up(&self, run: RunId, state: RunState) {
        self.tell(&Told::TakenUp(run, Arc::new(state)));
    }

    /// Hands out an event, which is in the log.
    pub(crate) fn event(&self, event: &Event) {
        self.tell(&Told::Event(Arc::new(event.clone())));
        self.couriers.wake(event.run_id);
    }

    pub(crate) fn progress(&self, progress: &Progress) {
        self.tell(&Told::Progress(progress.clone()));
    }

    pub(crate) fn first_rows(&self, step: &str, rows: &RecordBatch) {
        self.tell(&Told::FirstRows(step.to_owned(), rows.clone()));
    }

    fn tell(&self, told: &Told) {
        for (observer, _) in &self.observers {
            // One that has panicked is gone.
            let _ = observer.send(told.clone());
        }
    }

    /// Waits until every observer has seen everything. A durable one that takes longer than a
    /// moment gets the rest when SQLFlow runs the next time.
    pub(crate) fn drain(self) {
        self.couriers.call_back();
        for (sender, thread) in self.observers {
            drop(sender);
            let _ = thread.join();
        }
    }
}

fn start(mut observer: Box<dyn Observer>) -> Option<(Sender<Told>, JoinHandle<()>)> {
    let (sender, told) = mpsc::channel();
    let thread = thread::Builder::new().name("sqlflow-observer".to_owned());
    let watching = thread.spawn(move || {
        let _ = catch_unwind(AssertUnwindSafe(|| watch(observer.as_mut(), &told)));
    });
    Some((sender, watching.ok()?))
}

fn watch(observer: &mut dyn Observer, told: &Receiver<Told>) {
    for told in told {
        match told {
            Told::TakenUp(run, state) => observer.taken_up(run, &state),
            Told::Event(event) => observer.event(&event),
            Told::Progress(progress) => observer.progress(&progress),
            Told::FirstRows(step, rows) => observer.first_rows(&step, &rows),
        }
    }
}
