use std::sync::Arc;

use sqlflow_plugin_sdk::{Error, ErrorKind, Result};

use super::Guard;

/// Opens a connector, as often as it takes.
pub(super) type Open<C> = Arc<dyn Fn() -> Result<Box<C>> + Send + Sync>;

/// An opened connector that is opened again after a failure that could be its connection's.
pub(super) struct Session<C: ?Sized> {
    pub(super) guard: Guard,
    pub(super) open: Open<C>,
    /// `None` between a failure and the next attempt.
    connector: Option<Box<C>>,
}

impl<C: ?Sized> Session<C> {
    pub(super) fn open(guard: Guard, open: Open<C>) -> Result<Self> {
        let connector = guard.call("open", |_| open())?;
        Ok(Self { guard, open, connector: Some(connector) })
    }

    /// Makes a call of the connector.
    pub(super) fn call<T>(
        &mut self,
        name: &'static str,
        mut call: impl FnMut(&mut C) -> Result<T>,
    ) -> Result<T> {
        let Self { guard, open, connector } = self;
        guard.call(name, |failed| {
            if failed.is_some_and(breaks_the_session) {
                *connector = None;
            }
            match connector {
                Some(connector) => call(connector),
                None => {
                    let opened = connector.insert(open()?);
                    guard.recovered("session");
                    call(opened)
                }
            }
        })
    }
}

/// Who was asked to come back later is still connected.
fn breaks_the_session(error: &Error) -> bool {
    error.kind() != ErrorKind::Limited
}
