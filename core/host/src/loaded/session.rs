use std::sync::{Arc, Weak};

use sqlflow_plugin_abi::Session;
use sqlflow_plugin_sdk::CancelToken;

type Act = unsafe extern "C" fn(*mut Session);

/// An opened connector of a plugin, closed when the last user is gone.
pub(crate) struct OpenSession {
    session: *mut Session,
    close: Option<Act>,
    cancel: Option<Act>,
}

// SAFETY: a session may move between threads; of its calls only `cancel` is made while another
// runs, which the contract allows at any time.
unsafe impl Send for OpenSession {}
// SAFETY: as above.
unsafe impl Sync for OpenSession {}

impl OpenSession {
    /// Takes over a session that `open` gave. Cancelling the token cancels the session.
    pub(crate) fn new(
        session: *mut Session,
        close: Option<Act>,
        cancel: Option<Act>,
        token: &CancelToken,
    ) -> Arc<Self> {
        let open = Arc::new(Self { session, close, cancel });
        let weak: Weak<Self> = Arc::downgrade(&open);
        token.on_cancel(move || {
            if let Some(open) = weak.upgrade() {
                open.cancel();
            }
        });
        open
    }

    pub(crate) fn pointer(&self) -> *mut Session {
        self.session
    }

    fn cancel(&self) {
        if let Some(cancel) = self.cancel {
            // SAFETY: the session is open as long as `self` is.
            unsafe { cancel(self.session) };
        }
    }
}

impl Drop for OpenSession {
    fn drop(&mut self) {
        if let Some(close) = self.close {
            // SAFETY: `open` gave this session, nobody else holds it, and it is closed once.
            unsafe { close(self.session) };
        }
    }
}
