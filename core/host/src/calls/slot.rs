use std::{
    sync::atomic::{
        AtomicU32, AtomicU64,
        Ordering::{AcqRel, Acquire, Relaxed, Release},
    },
    time::Duration,
};

use super::{Call, text::Text};

const FREE: u32 = 0;
const TAKEN: u32 = 1;
const OPEN: u32 = 2;

/// Marks the call of a slot as late: it was cancelled.
const LATE: u64 = 1 << 63;

/// The place of one open object on the board. All zeros are a free one.
#[repr(C, align(64))]
pub(super) struct Slot {
    state: AtomicU32,
    call: AtomicU32,
    limit_ms: AtomicU32,
    /// By the board's clock, in milliseconds; 0 where no call is under way.
    due: AtomicU64,
    connector: Text<8>,
    step: Text<16>,
}

impl Slot {
    pub(super) const fn new() -> Self {
        Self {
            state: AtomicU32::new(FREE),
            call: AtomicU32::new(0),
            limit_ms: AtomicU32::new(0),
            due: AtomicU64::new(0),
            connector: Text::empty(),
            step: Text::empty(),
        }
    }

    /// Takes a free slot; `false` where it is not free.
    pub(super) fn take(&self, connector: &str, step: Option<&str>) -> bool {
        if self.state.compare_exchange(FREE, TAKEN, Acquire, Relaxed).is_err() {
            return false;
        }
        self.connector.write(connector);
        self.step.write(step.unwrap_or_default());
        self.state.store(OPEN, Release);
        true
    }

    pub(super) fn free(&self) {
        self.due.store(0, Relaxed);
        self.state.store(FREE, Release);
    }

    pub(super) fn is_open(&self) -> bool {
        self.state.load(Acquire) == OPEN
    }

    /// Writes down a call that is due at this time.
    pub(super) fn enter(&self, call: Call, limit_ms: u32, due: u64) {
        self.call.store(call as u32, Relaxed);
        self.limit_ms.store(limit_ms, Relaxed);
        self.due.store(due, Release);
    }

    /// Ends the call. Says whether it was marked as late.
    pub(super) fn leave(&self) -> bool {
        self.due.swap(0, AcqRel) & LATE != 0
    }

    /// Marks the call as late where it is due by now and is not marked yet. A call that ended
    /// meanwhile is not marked, nor is the one that followed it: that one is due later.
    pub(super) fn mark_late(&self, now: u64) -> bool {
        let due = self.due.load(Acquire);
        let overdue = due != 0 && due & LATE == 0 && due <= now;
        overdue && self.due.compare_exchange(due, due | LATE, AcqRel, Relaxed).is_ok()
    }

    /// When the call under way is due; `None` where there is none.
    pub(super) fn due(&self) -> Option<u64> {
        Some(self.due.load(Acquire) & !LATE).filter(|due| *due != 0)
    }

    pub(super) fn call(&self) -> Option<Call> {
        Call::numbered(self.call.load(Relaxed))
    }

    pub(super) fn limit(&self) -> Duration {
        Duration::from_millis(u64::from(self.limit_ms.load(Relaxed)))
    }

    pub(super) fn connector(&self) -> String {
        self.connector.read().unwrap_or_default()
    }

    pub(super) fn step(&self) -> Option<String> {
        self.step.read()
    }
}
