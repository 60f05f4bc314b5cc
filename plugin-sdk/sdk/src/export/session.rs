//! What the sessions of sources and destinations have in common: they are opened, checked,
//! cancelled and closed alike.

use serde_json::{Map, Value};
use sqlflow_plugin_abi::{Buf, HostApi, Session, Slice, Status};

use super::{
    buffers::{read_json, write_json},
    faults::Faults,
    guard::{entry, entry_of, silent},
    services,
};
use crate::{CancelToken, CheckReport, Error, Host, Result};

/// A connector in one of its roles, with the names of its entries.
pub(super) trait Role {
    const OPEN: &'static str;
    const CLOSE: &'static str;
    const CANCEL: &'static str;
    const CHECK: &'static str;

    fn check_role(&mut self) -> Result<CheckReport>;
}

/// A type that opens as a connector of a role.
pub(super) trait OpenAs<R: Role + ?Sized> {
    fn open_as(config: &Map<String, Value>, host: Host) -> Result<Box<R>>;
}

struct Opened<R: ?Sized> {
    connector: Box<R>,
    cancel: CancelToken,
    faults: Faults,
    panicked: Option<Error>,
}

// SAFETY of every entry below: the host follows the rules of the ABI crate, so that a session is
// one that `open` gave for the same role and is not closed yet, is used by one thread at a time but
// for its token, slices are valid for the call, and places to write to are writable. A connector
// and its token are separate fields: `cancel` borrows the token alone.

pub(super) unsafe extern "C" fn open<R: Role + ?Sized, T: OpenAs<R>>(
    host: *const HostApi,
    config: Slice,
    out: *mut *mut Session,
    err: *mut Buf,
) -> Status {
    // SAFETY: see above.
    unsafe {
        let services = services::read(host);
        let faults = Faults::of(services);
        entry(faults.at(R::OPEN), err, || {
            let config: Map<String, Value> = read_json(config)?;
            let cancel = CancelToken::new();
            let connector = T::open_as(&config, Host::connected(services, cancel.clone()))?;
            let opened = Box::new(Opened { connector, cancel, faults, panicked: None });
            out.write(Box::into_raw(opened).cast::<Session>());
            Ok(())
        })
    }
}

pub(super) unsafe extern "C" fn close<R: Role + ?Sized>(session: *mut Session) {
    // SAFETY: see above.
    let opened = unsafe { Box::from_raw(session.cast::<Opened<R>>()) };
    silent(opened.faults.at(R::CLOSE), || drop(opened));
}

pub(super) unsafe extern "C" fn cancel<R: Role + ?Sized>(session: *mut Session) {
    // SAFETY: see above.
    let (cancel, faults) = unsafe {
        let opened = session.cast::<Opened<R>>();
        (&(*opened).cancel, (*opened).faults)
    };
    silent(faults.at(R::CANCEL), || cancel.cancel());
}

pub(super) unsafe extern "C" fn check<R: Role + ?Sized>(
    session: *mut Session,
    out: *mut Buf,
    err: *mut Buf,
) -> Status {
    // SAFETY: see above.
    unsafe {
        call_with(session, R::CHECK, err, |connector: &mut R, _| {
            write_json(out, &connector.check_role()?)
        })
    }
}

/// Runs the entry of this name with the session's connector. What the call opens asks the host for
/// faults as the session does.
///
/// # Safety
///
/// See above.
pub(super) unsafe fn call_with<R: Role + ?Sized>(
    session: *mut Session,
    name: &'static str,
    err: *mut Buf,
    call: impl FnOnce(&mut R, Faults) -> Result<()>,
) -> Status {
    let opened = session.cast::<Opened<R>>();
    // SAFETY: see above; the fields are borrowed apart.
    unsafe {
        let faults = (*opened).faults;
        entry_of(&mut (*opened).panicked, faults.at(name), err, || {
            call((*opened).connector.as_mut(), faults)
        })
    }
}
