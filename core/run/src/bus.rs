//! Those who watch a run, each on a thread of its own.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        mpsc::{self, Receiver, Sender},
    },
    thread::{self, JoinHandle},
};

use arrow::array::RecordBatch;
use sqlflow_state::Event;

use crate::{Observer, Progress};

/// Hands what happens to every observer, in order. None of them can hold up the run or another
/// one: each has a thread and takes its time, and one that panics is asked no more.
#[derive(Debug, Default)]
pub(crate) struct Bus(Vec<(Sender<Told>, JoinHandle<()>)>);

#[derive(Debug, Clone)]
enum Told {
    Event(Arc<Event>),
    Progress(Progress),
    FirstRows(String, RecordBatch),
}

impl Bus {
    /// Starts to hand out.
    pub(crate) fn new(observers: Vec<Box<dyn Observer>>) -> Self {
        Self(observers.into_iter().filter_map(start).collect())
    }

    pub(crate) fn event(&self, event: &Event) {
        self.tell(&Told::Event(Arc::new(event.clone())));
    }

    pub(crate) fn progress(&self, progress: &Progress) {
        self.tell(&Told::Progress(progress.clone()));
    }

    pub(crate) fn first_rows(&self, step: &str, rows: &RecordBatch) {
        self.tell(&Told::FirstRows(step.to_owned(), rows.clone()));
    }

    fn tell(&self, told: &Told) {
        for (observer, _) in &self.0 {
            // One that has panicked is gone.
            let _ = observer.send(told.clone());
        }
    }

    /// Waits until every observer has seen everything.
    pub(crate) fn drain(self) {
        for (sender, thread) in self.0 {
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
            Told::Event(event) => observer.event(&event),
            Told::Progress(progress) => observer.progress(&progress),
            Told::FirstRows(step, rows) => observer.first_rows(&step, &rows),
        }
    }
}
