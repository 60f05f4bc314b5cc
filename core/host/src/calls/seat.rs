use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    time::Duration,
};

use sqlflow_plugin_sdk::{Error, ErrorKind, Result};

use super::{
    Call, Deadlines,
    board::{LOOK, board},
    slot::Slot,
    step::Step,
    watchdog,
};
use crate::code;

/// No call has been late.
const IN_TIME: u32 = u32::MAX;

/// The seat of one open object of a plugin on the call board; it makes one call at a time.
pub(crate) struct Seat {
    connector: Arc<str>,
    step: Step,
    deadlines: Deadlines,
    /// None where the board is full: then calls are made without being watched.
    slot: Option<(usize, &'static Slot)>,
    /// The first call that was late and so cancelled the object.
    late: AtomicU32,
}

impl Seat {
    /// Takes a seat for an object of this connector that is opened for a step.
    pub(crate) fn take(connector: &str, step: Step, deadlines: Deadlines) -> Self {
        Self::new(connector.into(), step, deadlines)
    }

    /// Takes a seat for what this object opens.
    pub(crate) fn beside(&self) -> Self {
        Self::new(Arc::clone(&self.connector), self.step.clone(), self.deadlines)
    }

    fn new(connector: Arc<str>, step: Step, deadlines: Deadlines) -> Self {
        watchdog::start();
        let slot = board().take(&connector, step.id());
        Self { connector, step, deadlines, slot, late: AtomicU32::new(IN_TIME) }
    }

    /// The connector that is called.
    pub(crate) fn connector(&self) -> &str {
        &self.connector
    }

    /// Has `cancel` called where a call is late.
    pub(crate) fn on_late(&self, cancel: impl Fn() + Send + Sync + 'static) {
        if let Some((number, _)) = self.slot {
            watchdog::on_late(number, Arc::new(cancel));
        }
    }

    /// Makes a call. One that fails after it was late, or because one before it was, is a timeout.
    pub(crate) fn call<T>(&self, call: Call, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let result = self.watched(call, work);
        result.map_err(|error| self.explained(error))
    }

    /// Makes a call that answers nothing.
    pub(crate) fn watched<T>(&self, call: Call, work: impl FnOnce() -> T) -> T {
        let Some((_, slot)) = self.slot else { return work() };
        let _under_way = UnderWay::begin(self, slot, call);
        work()
    }

    /// Why an object fails that was cancelled for being late.
    pub(crate) fn explained(&self, error: Error) -> Error {
        let Some(call) = Call::numbered(self.late.load(Relaxed)) else { return error };
        let late = late(&self.connector, call, self.deadlines.of(call));
        // That it was cancelled is what a deadline does.
        if error.kind() == ErrorKind::Cancelled { late } else { late.caused_by(&error) }
    }
}

fn late(connector: &str, call: Call, limit: Duration) -> Error {
    let setting = if call.moves_rows() { "stall_timeout" } else { "call_timeout" };
    let message = format!("the call `{call}` gave no answer within {} s", limit.as_secs_f64());
    let remedy = format!(
        "look whether the other side can be reached, or raise `{setting}` under `runs` in the profile"
    );
    Error::new(ErrorKind::Timeout, message)
        .with_code(code::CALL_TIMED_OUT)
        .with_context("connector", connector)
        .with_remedy(remedy)
}

impl Drop for Seat {
    fn drop(&mut self) {
        if let Some((number, slot)) = self.slot {
            watchdog::forget(number);
            slot.free();
        }
    }
}

/// A call that is on the board.
struct UnderWay<'a> {
    seat: &'a Seat,
    slot: &'a Slot,
    call: Call,
}

impl<'a> UnderWay<'a> {
    fn begin(seat: &'a Seat, slot: &'a Slot, call: Call) -> Self {
        let limit = seat.deadlines.of(call);
        // The clock may be a look behind: no call shall have less than its limit.
        let due = board().now() + millis(limit + LOOK);
        slot.enter(call, u32::try_from(millis(limit)).unwrap_or(u32::MAX), due);
        Self { seat, slot, call }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        if self.slot.leave() {
            // The first one stays: it has cancelled the object.
            let late = &self.seat.late;
            let _ = late.compare_exchange(IN_TIME, self.call as u32, Relaxed, Relaxed);
        }
    }
}
