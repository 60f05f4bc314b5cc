use std::{num::NonZeroU32, sync::Arc, time::Duration};

use governor::{
    Quota, RateLimiter, clock, middleware::NoOpMiddleware, nanos::Nanos, state::InMemoryState,
    state::NotKeyed,
};

use super::{Clock, Rate};

type Limiter = RateLimiter<NotKeyed, InMemoryState, Ticks, NoOpMiddleware<Nanos>>;

/// Lets so many calls through a minute, and some at once after a rest.
#[derive(Debug)]
pub(super) struct RateLimit(Limiter);

/// Our clock, as the limiter reads it.
#[derive(Debug, Clone)]
struct Ticks(Arc<dyn Clock>);

impl clock::Clock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        self.0.now().into()
    }
}

impl RateLimit {
    pub(super) fn new(rate: &Rate, clock: &Arc<dyn Clock>) -> Self {
        let count = |number: u32| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_minute(count(rate.per_minute)).allow_burst(count(rate.burst));
        Self(RateLimiter::direct_with_clock(quota, Ticks(Arc::clone(clock))))
    }

    /// Takes leave for a call; where there is none now, the time after which to ask again.
    pub(super) fn take(&self) -> Result<(), Duration> {
        let clock = self.0.clock();
        self.0.check().map_err(|not| not.wait_time_from(clock::Clock::now(clock)))
    }
}
