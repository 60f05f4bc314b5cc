use std::fmt;

use serde_json::json;
use sqlflow_plugin_abi::{HostApi, Slice};

use crate::CancelToken;

/// The host, as a connector sees it: told to stop through it, heard through it.
#[derive(Clone)]
pub struct Host {
    cancel: CancelToken,
    services: Option<HostApi>,
}

impl Host {
    /// A host that hears nothing and stops nobody; for a connector's own unit tests.
    pub fn detached() -> Self {
        Self { cancel: CancelToken::new(), services: None }
    }

    pub(crate) fn connected(services: Option<HostApi>, cancel: CancelToken) -> Self {
        Self { cancel, services }
    }

    /// The token that stops everything this connector does.
    pub fn cancel_token(&self) -> CancelToken {
        self.cancel.clone()
    }

    /// Tells the user something that is not an error but matters to the result.
    pub fn warn(&self, message: &str) {
        self.event(json!({"kind": "warning", "message": message}));
    }

    fn event(&self, event: serde_json::Value) {
        let Some((services, send)) = self.services.and_then(|s| Some((s, s.event?))) else {
            return;
        };
        crate::export::call_event(&services, send, event.to_string().as_bytes());
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host").field("connected", &self.services.is_some()).finish_non_exhaustive()
    }
}

pub(crate) fn slice(bytes: &[u8]) -> Slice {
    Slice { ptr: bytes.as_ptr(), len: bytes.len() }
}
