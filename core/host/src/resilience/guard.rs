use std::{fmt, sync::Arc, time::Duration};

use serde_json::{Map, Value};
use sqlflow_plugin_sdk::{
    CancelToken, DestinationConnector, Error, ErrorKind, Result, Retry as Hint, SourceConnector,
};

use super::{
    Budgets, Clock, EventSink, Resilience, ResilienceEvent, Retry, budget::Budget,
    destination::ResilientDestination, session::Session, source::ResilientSource,
};
use crate::code;

/// How one use of a connection is protected.
#[derive(Clone)]
pub struct Protection {
    /// How much is done.
    pub policy: Resilience,
    /// Stops every call and every wait.
    pub cancel: CancelToken,
    /// Told what is done.
    pub events: EventSink,
}

/// Stands around the calls of one connection.
///
/// Clones share the connection's rate and breaker.
#[derive(Clone)]
pub struct Guard {
    connector: String,
    retry: Retry,
    /// Whether batches need the leave of the rate.
    with_batches: bool,
    budget: Arc<Budget>,
    cancel: CancelToken,
    events: EventSink,
}

impl Guard {
    /// A guard with a rate and a breaker of its own, on this clock.
    pub fn new(connector: &str, protection: &Protection, clock: Arc<dyn Clock>) -> Self {
        Self::with(connector, protection, Arc::new(Budget::new(&protection.policy, clock)))
    }

    /// The guard of a connection, whose budget it shares with all who use it.
    pub(crate) fn of_connection(
        connector: &str,
        config: &Map<String, Value>,
        protection: &Protection,
        budgets: &Budgets,
    ) -> Self {
        Self::with(connector, protection, budgets.of(connector, config, &protection.policy))
    }

    fn with(connector: &str, protection: &Protection, budget: Arc<Budget>) -> Self {
        let policy = &protection.policy;
        Self {
            connector: connector.to_owned(),
            retry: policy.retry.clone(),
            with_batches: policy.rate.as_ref().is_some_and(|rate| rate.with_batches),
            budget,
            cancel: protection.cancel.clone(),
            events: Arc::clone(&protection.events),
        }
    }

    /// Opens a source and stands around it from then on; `open` opens it, also again.
    /// `checkpoints` says whether its streams tell where to resume.
    ///
    /// # Errors
    ///
    /// It cannot be opened, however often that was tried.
    pub fn source(
        self,
        open: impl Fn() -> Result<Box<dyn SourceConnector>> + Send + Sync + 'static,
        checkpoints: bool,
    ) -> Result<Box<dyn SourceConnector>> {
        let session = Session::open(self, Arc::new(open))?;
        Ok(Box::new(ResilientSource { session, checkpoints }))
    }

    /// Opens a destination and stands around it from then on; `open` opens it, also again.
    ///
    /// # Errors
    ///
    /// It cannot be opened, however often that was tried.
    pub fn destination(
        self,
        open: impl Fn() -> Result<Box<dyn DestinationConnector>> + Send + Sync + 'static,
    ) -> Result<Box<dyn DestinationConnector>> {
        Ok(Box::new(ResilientDestination(Session::open(self, Arc::new(open))?)))
    }

    /// Makes a call: where the breaker lets it, at the rate, and again where that can help. `make`
    /// is told what the attempt before failed with.
    pub(super) fn call<T>(
        &self,
        call: &'static str,
        make: impl FnMut(Option<&Error>) -> Result<T>,
    ) -> Result<T> {
        self.admit()?;
        self.attempts((call, true), make)
    }

    /// As [`Guard::call`], for a batch of what was admitted before.
    pub(super) fn batch<T>(
        &self,
        call: &'static str,
        make: impl FnMut(Option<&Error>) -> Result<T>,
    ) -> Result<T> {
        self.attempts((call, self.with_batches), make)
    }

    fn attempts<T>(
        &self,
        (call, at_rate): (&'static str, bool),
        mut make: impl FnMut(Option<&Error>) -> Result<T>,
    ) -> Result<T> {
        let mut failed = None;
        for attempt in 1.. {
            if at_rate {
                self.wait_for_rate()?;
            }
            let error = match make(failed.as_ref()) {
                Ok(done) => {
                    self.tell_all(self.budget.breaker.as_ref().and_then(|b| b.succeeded()));
                    return Ok(done);
                }
                Err(error) => error,
            };
            let spread = fastrand::f64() * 2.0 - 1.0;
            let Some(delay) = self.retry.delay(attempt, &error, spread) else {
                return Err(self.given_up(error, attempt));
            };
            self.tell(&ResilienceEvent::Retried { call, attempt, delay, error: error.clone() });
            self.budget.clock.sleep(delay, &self.cancel)?;
            failed = Some(error);
        }
        Err(Error::new(ErrorKind::Bug, "a call was tried more often than can be counted"))
    }

    fn admit(&self) -> Result<()> {
        let Some(breaker) = &self.budget.breaker else { return Ok(()) };
        let change = breaker.admit(self.budget.now()).map_err(|left| self.open(left))?;
        self.tell_all(change);
        Ok(())
    }

    fn wait_for_rate(&self) -> Result<()> {
        let Some(rate) = &self.budget.rate else { return Ok(()) };
        while let Err(wait) = rate.take() {
            self.budget.clock.sleep(wait, &self.cancel)?;
        }
        Ok(())
    }

    /// Takes in that a call has failed for good.
    fn given_up(&self, error: Error, attempts: u64) -> Error {
        if let Some(breaker) = &self.budget.breaker {
            self.tell_all(match error.kind() {
                // Neither says anything of the other side.
                ErrorKind::Cancelled | ErrorKind::Bug => None,
                _ if is_outage(&error) => breaker.failed(self.budget.now()),
                _ => breaker.succeeded(),
            });
        }
        if attempts > 1 { error.with_context("attempts", attempts) } else { error }
    }

    fn open(&self, left: Duration) -> Error {
        let seconds = left.as_millis().div_ceil(1_000);
        let message = format!(
            "`{}` has failed too often and is not called for another {seconds} s",
            self.connector
        );
        Error::new(ErrorKind::Unavailable, message)
            .with_code(code::BREAKER_OPEN)
            .with_context("connector", &self.connector)
            .with_remedy("look whether the other side is up; the errors before this one say more")
            .with_retry(Hint::After(left))
    }

    /// The same, stopped by `cancel` besides.
    pub(super) fn stopped_by(&self, cancel: &CancelToken) -> Self {
        let stopped = cancel.clone();
        self.cancel.on_cancel(move || stopped.cancel());
        Self { cancel: cancel.clone(), ..self.clone() }
    }

    /// The same, for what must not be tried again.
    pub(super) fn once(&self) -> Self {
        Self { retry: Retry::never(), ..self.clone() }
    }

    pub(super) fn tries_again(&self) -> bool {
        self.retry.max_attempts > 1
    }

    pub(super) fn recovered(&self, what: &'static str) {
        self.tell(&ResilienceEvent::Recovered { what });
    }

    fn tell_all(&self, event: Option<ResilienceEvent>) {
        event.iter().for_each(|event| self.tell(event));
    }

    fn tell(&self, event: &ResilienceEvent) {
        (self.events)(event);
    }
}

/// Whether an error says that the other side did not answer, or not now.
pub(super) fn is_outage(error: &Error) -> bool {
    error.retry() != Hint::Never
        || matches!(error.kind(), ErrorKind::Unavailable | ErrorKind::Timeout)
}

impl fmt::Debug for Protection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Protection").field("policy", &self.policy).finish_non_exhaustive()
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard").field("connector", &self.connector).finish_non_exhaustive()
    }
}
