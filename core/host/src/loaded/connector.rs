use std::{ptr, sync::Arc};

use serde_json::{Map, Value};
use sqlflow_plugin_abi::{Buf, DestinationApi, HostApi, Session, Slice, SourceApi, Status};
use sqlflow_plugin_sdk::{CancelToken, CheckReport, Error, Result};

use super::{
    call::{self, broken, lend, message},
    object::Object,
};
use crate::{Call, calls::Seat, library::Plugin};

type Open = unsafe extern "C" fn(*const HostApi, Slice, *mut *mut Session, *mut Buf) -> Status;
type Act = unsafe extern "C" fn(*mut Session);
type Check = unsafe extern "C" fn(*mut Session, *mut Buf, *mut Buf) -> Status;

/// What the tables of sources and destinations have in common.
pub(crate) trait Table: Copy {
    /// What opening it is called in an error.
    const OPENING: &str;

    fn open(&self) -> Option<Open>;
    fn close_and_cancel(&self) -> (Option<Act>, Option<Act>);
    fn check(&self) -> Option<Check>;
}

impl Table for SourceApi {
    const OPENING: &str = "opening a source";

    fn open(&self) -> Option<Open> {
        self.open
    }
    fn close_and_cancel(&self) -> (Option<Act>, Option<Act>) {
        (self.close, self.session_cancel)
    }
    fn check(&self) -> Option<Check> {
        self.check
    }
}

impl Table for DestinationApi {
    const OPENING: &str = "opening a destination";

    fn open(&self) -> Option<Open> {
        self.open
    }
    fn close_and_cancel(&self) -> (Option<Act>, Option<Act>) {
        (self.close, self.session_cancel)
    }
    fn check(&self) -> Option<Check> {
        self.check
    }
}

/// An opened source or destination of a loaded plugin.
pub(crate) struct Connector<A> {
    pub(super) api: A,
    pub(super) session: Arc<Object<Session>>,
    /// Whether its batches are looked through.
    pub(super) validate: bool,
}

impl<A: Table> Connector<A> {
    /// Opens it with a resolved config. Cancelling the token stops whatever it does.
    pub(crate) fn open(
        seat: Seat,
        plugin: &Plugin,
        api: A,
        config: &Map<String, Value>,
        cancel: &CancelToken,
    ) -> Result<Self> {
        let named = |error: Error| error.with_context("connector", seat.connector());
        let open = api.open().ok_or_else(|| named(Error::unsupported(A::OPENING)))?;
        let config = message(config)?;
        let mut session = ptr::null_mut();
        seat.call(Call::Open, || {
            call::status(seat.connector(), |err| {
                // SAFETY: the host's services live as long as the process; the rest outlives the call.
                unsafe { open(plugin.host, lend(&config), &raw mut session, err) }
            })
        })?;
        if session.is_null() {
            return Err(named(broken("it opened and gave no session")));
        }
        let session = Object::new(session, api.close_and_cancel(), seat, None);
        session.cancelled_by(cancel);
        Ok(Self { api, session, validate: plugin.validate })
    }

    pub(super) fn reach(&self) -> Result<CheckReport> {
        let check = self.session.entry(self.api.check(), "checking")?;
        // SAFETY: the session is open, the trait's `&mut` makes its calls one at a time, and the
        // places outlive the call.
        self.session.json(Call::Check, |session, out, err| unsafe { check(session, out, err) })
    }
}
