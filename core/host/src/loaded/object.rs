use std::sync::{
    Arc, Weak,
    atomic::{AtomicBool, Ordering::Relaxed},
};

use serde::de::DeserializeOwned;
use sqlflow_plugin_abi::{Buf, STATUS_PANIC, Session, Status};
use sqlflow_plugin_sdk::{CancelToken, Error, ErrorKind, Result};

use super::call::{self, Answer};
use crate::{Call, calls::Seat, code};

type Act<T> = unsafe extern "C" fn(*mut T);

/// A session, reader or writer of a plugin: cancelled from any thread, closed when the last user
/// is gone, and only closed once the plugin has panicked in it.
pub(super) struct Object<T> {
    pointer: *mut T,
    close: Option<Act<T>>,
    cancel: Option<Act<T>>,
    /// Its place on the call board, and the plugin it belongs to.
    seat: Seat,
    panicked: AtomicBool,
    /// Nothing that a session opened may outlive it.
    _session: Option<Arc<Object<Session>>>,
}

// SAFETY: an object may move between threads; of its calls only `cancel` is made while another
// runs, which the contract allows at any time.
unsafe impl<T> Send for Object<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for Object<T> {}

impl<T: 'static> Object<T> {
    /// Takes over what a plugin opened. A null pointer stands for an object that needs no calls.
    pub(super) fn new(
        pointer: *mut T,
        (close, cancel): (Option<Act<T>>, Option<Act<T>>),
        seat: Seat,
        session: Option<Arc<Object<Session>>>,
    ) -> Arc<Self> {
        let panicked = AtomicBool::new(false);
        let object = Arc::new(Self { pointer, close, cancel, seat, panicked, _session: session });
        let weak = Arc::downgrade(&object);
        object.seat.on_late(move || cancel_open(&weak));
        object
    }

    /// Cancels the object when the token is cancelled, as long as somebody holds it.
    pub(super) fn cancelled_by(self: &Arc<Self>, token: &CancelToken) {
        let weak = Arc::downgrade(self);
        token.on_cancel(move || cancel_open(&weak));
    }

    /// The object's place on the call board, for calls that are not of its table.
    pub(super) fn seat(&self) -> &Seat {
        &self.seat
    }

    /// Whether there is nothing to call.
    pub(super) fn is_absent(&self) -> bool {
        self.pointer.is_null()
    }

    /// The entry of a table, where the plugin has it.
    pub(super) fn entry<F: Copy>(&self, entry: Option<F>, what: &str) -> Result<F> {
        entry.ok_or_else(|| self.named(Error::unsupported(what)))
    }

    /// Names the plugin in an error that the host found.
    pub(super) fn named(&self, error: Error) -> Error {
        let is_named = error.context().iter().any(|(key, _)| key == "connector");
        if is_named { error } else { error.with_context("connector", self.seat.connector()) }
    }

    /// Makes one call of the object.
    pub(super) fn status(
        &self,
        call: Call,
        work: impl FnOnce(*mut T, *mut Buf) -> Status,
    ) -> Result<()> {
        if self.panicked.load(Relaxed) {
            return Err(self.panicked_before());
        }
        self.seat.call(call, || {
            let answer = Answer::of(|err| work(self.pointer, err));
            self.panicked.fetch_or(answer.status == STATUS_PANIC, Relaxed);
            answer.result(self.seat.connector())
        })
    }

    /// As [`Object::status`], for a call that also writes a control message.
    pub(super) fn json<A: DeserializeOwned>(
        &self,
        call: Call,
        work: impl FnOnce(*mut T, *mut Buf, *mut Buf) -> Status,
    ) -> Result<A> {
        let mut out = Buf::EMPTY;
        let result = self.status(call, |object, err| work(object, &raw mut out, err));
        call::read_answer(out, result, self.seat.connector())
    }

    fn panicked_before(&self) -> Error {
        Error::new(ErrorKind::Bug, "the plugin panicked before and is not called again")
            .with_code(code::PANICKED_BEFORE)
            .with_context("connector", self.seat.connector())
            .with_remedy("report the first error to the plugin's author")
    }

    fn cancel(&self) {
        if let (Some(cancel), false, false) =
            (self.cancel, self.is_absent(), self.panicked.load(Relaxed))
        {
            // A seat of its own: the call that it stops is on the object's.
            self.seat.beside().watched(Call::Cancel, || {
                // SAFETY: the object is open as long as `self` is.
                unsafe { cancel(self.pointer) };
            });
        }
    }
}

impl<T> Drop for Object<T> {
    fn drop(&mut self) {
        if let (Some(close), false) = (self.close, self.pointer.is_null()) {
            self.seat.watched(Call::Close, || {
                // SAFETY: the plugin gave this object, nobody else holds it, and it is closed once.
                unsafe { close(self.pointer) };
            });
        }
    }
}

/// Cancels an object, as long as somebody holds it.
fn cancel_open<T: 'static>(object: &Weak<Object<T>>) {
    if let Some(open) = object.upgrade() {
        open.cancel();
    }
}
