use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{Breaker, ResilienceEvent};

/// Whether calls are let through.
#[derive(Debug)]
pub(super) struct CircuitBreaker {
    rule: Breaker,
    state: Mutex<State>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Calls are made; so many in a row have failed.
    Closed(u64),
    /// None are made until this time.
    Open(Duration),
    /// Calls are made to see how they do; so many have succeeded.
    HalfOpen(u64),
}

/// What a change of its state is told as.
type Change = Option<ResilienceEvent>;

impl CircuitBreaker {
    pub(super) fn new(rule: &Breaker) -> Self {
        Self { rule: rule.clone(), state: Mutex::new(State::Closed(0)) }
    }

    /// Lets a call through, or says how long none will be.
    pub(super) fn admit(&self, now: Duration) -> Result<Change, Duration> {
        let mut state = self.state();
        match *state {
            State::Open(until) if now < until => Err(until - now),
            State::Open(_) => {
                *state = State::HalfOpen(0);
                Ok(Some(ResilienceEvent::BreakerHalfOpen))
            }
            State::Closed(_) | State::HalfOpen(_) => Ok(None),
        }
    }

    /// Takes in that a call was answered.
    pub(super) fn succeeded(&self) -> Change {
        let mut state = self.state();
        let (next, change) = match *state {
            State::Closed(_) => (State::Closed(0), None),
            State::HalfOpen(good) if good + 1 >= self.rule.successes => {
                (State::Closed(0), Some(ResilienceEvent::BreakerClosed))
            }
            State::HalfOpen(good) => (State::HalfOpen(good + 1), None),
            // It was let through before.
            State::Open(until) => (State::Open(until), None),
        };
        *state = next;
        change
    }

    /// Takes in that a call was not answered.
    pub(super) fn failed(&self, now: Duration) -> Change {
        let mut state = self.state();
        match *state {
            State::Closed(bad) if bad + 1 < self.rule.failures => *state = State::Closed(bad + 1),
            State::Closed(_) | State::HalfOpen(_) => {
                let reset_after = self.rule.reset_after;
                *state = State::Open(now.saturating_add(reset_after));
                return Some(ResilienceEvent::BreakerOpened { reset_after });
            }
            State::Open(_) => {}
        }
        None
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);
    const SECOND: Duration = Duration::from_secs(1);

    fn breaker() -> CircuitBreaker {
        CircuitBreaker::new(&Breaker { failures: 3, reset_after: MINUTE, successes: 2 })
    }

    /// A breaker that opened at the start of time.
    fn opened() -> CircuitBreaker {
        let breaker = breaker();
        let changes: Vec<Change> = (0..3).map(|_| breaker.failed(Duration::ZERO)).collect();
        let opened = ResilienceEvent::BreakerOpened { reset_after: MINUTE };
        assert_eq!(changes, [None, None, Some(opened)]);
        breaker
    }

    /// Mutation tried: `succeeded` leaves the count of a closed one; red.
    #[test]
    fn only_failures_in_a_row_open_it() {
        let breaker = breaker();
        for _ in 0..10 {
            breaker.failed(SECOND);
            breaker.failed(SECOND);
            breaker.succeeded();
        }
        assert_eq!(breaker.admit(SECOND), Ok(None));
    }

    /// Mutation tried: `admit` lets calls through while it is open; red.
    #[test]
    fn an_open_one_lets_nothing_through_and_says_for_how_long() {
        let breaker = opened();
        assert_eq!(breaker.admit(Duration::ZERO), Err(MINUTE));
        assert_eq!(breaker.admit(MINUTE - SECOND), Err(SECOND));
    }

    /// Mutations tried: one success closes it; `failed` while half open is not heard; red.
    #[test]
    fn it_half_opens_then_closes_after_successes_or_opens_again_after_a_failure() {
        let breaker = opened();
        assert_eq!(breaker.admit(MINUTE), Ok(Some(ResilienceEvent::BreakerHalfOpen)));
        assert_eq!(breaker.succeeded(), None);
        let again = ResilienceEvent::BreakerOpened { reset_after: MINUTE };
        assert_eq!(breaker.failed(MINUTE), Some(again));
        assert_eq!(breaker.admit(MINUTE + SECOND), Err(MINUTE - SECOND));
        assert_eq!(breaker.admit(2 * MINUTE), Ok(Some(ResilienceEvent::BreakerHalfOpen)));
        assert_eq!(breaker.succeeded(), None);
        assert_eq!(breaker.succeeded(), Some(ResilienceEvent::BreakerClosed));
        assert_eq!(breaker.admit(2 * MINUTE), Ok(None));
    }

    #[test]
    fn a_call_that_was_let_through_before_it_opened_changes_nothing() {
        let breaker = opened();
        assert_eq!((breaker.succeeded(), breaker.failed(SECOND)), (None, None));
        assert_eq!(breaker.admit(MINUTE - SECOND), Err(SECOND));
    }
}
