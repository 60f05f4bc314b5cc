use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::Relaxed},
};

use serde::de::DeserializeOwned;
use sqlflow_plugin_abi::{Buf, STATUS_PANIC, Session, Status};
use sqlflow_plugin_sdk::{CancelToken, Error, ErrorKind, Result};

use super::call::{self, Answer};
use crate::code;

type Act<T> = unsafe extern "C" fn(*mut T);

/// A session, reader or writer of a plugin: cancelled from any thread, closed when the last user
/// is gone, and only closed once the plugin has panicked in it.
pub(super) struct Object<T> {
    pointer: *mut T,
    close: Option<Act<T>>,
    cancel: Option<Act<T>>,
    connector: Arc<str>,
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
        connector: &str,
        session: Option<Arc<Object<Session>>>,
    ) -> Arc<Self> {
        let panicked = AtomicBool::new(false);
        let connector = connector.into();
        Arc::new(Self { pointer, close, cancel, connector, panicked, _session: session })
    }

    /// Cancels the object when the token is cancelled, as long as somebody holds it.
    pub(super) fn cancelled_by(self: &Arc<Self>, token: &CancelToken) {
        let weak = Arc::downgrade(self);
        token.on_cancel(move || {
            if let Some(open) = weak.upgrade() {
                open.cancel();
            }
        });
    }

    /// The plugin it belongs to.
    pub(super) fn connector(&self) -> &str {
        &self.connector
    }

    /// Whether there is nothing to call.
    pub(super) fn is_absent(&self) -> bool {
        self.pointer.is_null()
    }

    /// Makes one call of the object.
    pub(super) fn status(&self, call: impl FnOnce(*mut T, *mut Buf) -> Status) -> Result<()> {
        if self.panicked.load(Relaxed) {
            return Err(self.panicked_before());
        }
        let answer = Answer::of(|err| call(self.pointer, err));
        self.panicked.fetch_or(answer.status == STATUS_PANIC, Relaxed);
        answer.result(&self.connector)
    }

    /// As [`Object::status`], for a call that also writes a control message.
    pub(super) fn json<A: DeserializeOwned>(
        &self,
        call: impl FnOnce(*mut T, *mut Buf, *mut Buf) -> Status,
    ) -> Result<A> {
        let mut out = Buf::EMPTY;
        let result = self.status(|object, err| call(object, &raw mut out, err));
        call::read_answer(out, result, &self.connector)
    }

    fn panicked_before(&self) -> Error {
        Error::new(ErrorKind::Bug, "the plugin panicked before and is not called again")
            .with_code(code::PANICKED_BEFORE)
            .with_context("connector", &self.connector)
            .with_remedy("report the first error to the plugin's author")
    }

    fn cancel(&self) {
        if let (Some(cancel), false, false) =
            (self.cancel, self.is_absent(), self.panicked.load(Relaxed))
        {
            // SAFETY: the object is open as long as `self` is.
            unsafe { cancel(self.pointer) };
        }
    }
}

impl<T> Drop for Object<T> {
    fn drop(&mut self) {
        if let (Some(close), false) = (self.close, self.pointer.is_null()) {
            // SAFETY: the plugin gave this object, nobody else holds it, and it is closed once.
            unsafe { close(self.pointer) };
        }
    }
}
