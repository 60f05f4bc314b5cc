//! One thread in each process that calls plugins: it cancels what is late.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, Once, PoisonError},
    thread,
    time::Instant,
};

use super::board::{LOOK, board};

pub(super) type Cancel = Arc<dyn Fn() + Send + Sync>;

/// What cancels the object at a slot.
static CANCELS: Mutex<Option<HashMap<usize, Cancel>>> = Mutex::new(None);

/// Starts the thread where it does not run yet.
pub(super) fn start() {
    static STARTED: Once = Once::new();
    STARTED.call_once(|| {
        // Where the system has no thread left, calls are made without deadlines.
        let _ = thread::Builder::new().name("sqlflow-watchdog".to_owned()).spawn(watch);
    });
}

/// Has `cancel` called when a call of the object at this slot is late.
pub(super) fn on_late(slot: usize, cancel: Cancel) {
    cancels().get_or_insert_default().insert(slot, cancel);
}

/// Forgets what cancels the object at this slot.
pub(super) fn forget(slot: usize) {
    let forgotten = cancels().get_or_insert_default().remove(&slot);
    drop(forgotten);
}

fn cancels() -> MutexGuard<'static, Option<HashMap<usize, Cancel>>> {
    CANCELS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn watch() {
    let mut last = Instant::now();
    loop {
        thread::sleep(LOOK);
        let now = Instant::now();
        if !board().is_supervised() {
            board().pass(now - last);
        }
        last = now;
        look();
    }
}

fn look() {
    let now = board().now();
    let late = board().open().filter(|(_, slot)| slot.mark_late(now));
    for (number, _) in late {
        // The lock is not held while the plugin is told: what it does may close objects.
        let cancel = cancels().as_ref().and_then(|cancels| cancels.get(&number).cloned());
        if let Some(cancel) = cancel {
            cancel();
        }
    }
}
