use std::{
    fmt, thread,
    time::{Duration, Instant},
};

use sqlflow_plugin_sdk::{CancelToken, Result};

/// The time, as far as rates, breakers and delays need it; a test has one of its own.
pub trait Clock: fmt::Debug + Send + Sync {
    /// The time since some moment that stays the same.
    fn now(&self) -> Duration;

    /// Waits this long.
    ///
    /// # Errors
    ///
    /// [`sqlflow_plugin_sdk::Error::cancelled`], within a tenth of a second of the cancel.
    fn sleep(&self, time: Duration, cancel: &CancelToken) -> Result<()>;
}

/// How often a cancel is looked for.
const TICK: Duration = Duration::from_millis(50);

/// The clock of the machine, which no change of its date disturbs.
#[derive(Debug)]
pub struct SystemClock(Instant);

impl SystemClock {
    /// A clock that begins now.
    pub fn new() -> Self {
        Self(Instant::now())
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, time: Duration, cancel: &CancelToken) -> Result<()> {
        let begun = Instant::now();
        loop {
            cancel.check()?;
            let left = time.saturating_sub(begun.elapsed());
            if left.is_zero() {
                return Ok(());
            }
            thread::sleep(left.min(TICK));
        }
    }
}
