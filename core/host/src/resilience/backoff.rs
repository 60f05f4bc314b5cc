use std::time::Duration;

use sqlflow_plugin_sdk::{Error, Retry as Hint};

use super::Retry;

/// Nobody waits longer than this for another side that asks to be left alone: the call fails, and
/// says what was asked for.
const PATIENCE: Duration = Duration::from_secs(15 * 60);

impl Retry {
    /// The time until the next attempt after `attempt` of them, from 1; `None` where there is none.
    /// `spread` is a number from -1 to 1, by chance.
    pub(super) fn delay(&self, attempt: u64, error: &Error, spread: f64) -> Option<Duration> {
        if attempt >= self.max_attempts {
            return None;
        }
        match error.retry() {
            Hint::Never => None,
            Hint::Now => Some(self.backoff(attempt, spread)),
            Hint::After(time) => (time <= PATIENCE).then_some(time),
        }
    }

    fn backoff(&self, attempt: u64, spread: f64) -> Duration {
        let longer = self.factor.powf(attempt.saturating_sub(1) as f64);
        let longest = self.max_delay.as_secs_f64();
        let delay = (self.first_delay.as_secs_f64() * longer).min(longest);
        let delay = (delay * (1.0 + self.jitter * spread)).clamp(0.0, longest);
        Duration::try_from_secs_f64(delay).unwrap_or(self.max_delay)
    }
}

#[cfg(test)]
mod tests {
    use sqlflow_plugin_sdk::ErrorKind;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn retry() -> Retry {
        Retry {
            max_attempts: 6,
            first_delay: SECOND,
            max_delay: 10 * SECOND,
            factor: 2.0,
            jitter: 0.1,
        }
    }

    fn error(hint: Hint) -> Error {
        Error::new(ErrorKind::Unavailable, "down").with_retry(hint)
    }

    /// Mutation tried: `attempt` in place of `attempt - 1`; red.
    #[test]
    fn delays_grow_by_the_factor_up_to_the_longest() {
        let delays = (1..=6).map(|attempt| retry().delay(attempt, &error(Hint::Now), 0.0));
        let seconds: Vec<Option<u64>> =
            delays.map(|delay| delay.map(|delay| delay.as_secs())).collect();
        assert_eq!(seconds, [Some(1), Some(2), Some(4), Some(8), Some(10), None]);
    }

    /// Mutations tried: the spread left out; no `min(longest)`; no clamp; red.
    #[test]
    fn chance_moves_a_delay_by_its_jitter_and_not_beyond_the_longest() {
        let delay = |attempt, spread| retry().delay(attempt, &error(Hint::Now), spread);
        let millis = |attempt, spread| delay(attempt, spread).unwrap().as_millis();
        assert_eq!((millis(1, -1.0), millis(1, 1.0)), (900, 1_100));
        assert_eq!((millis(3, -1.0), millis(3, 1.0)), (3_600, 4_400));
        assert_eq!((millis(5, -1.0), millis(5, 1.0)), (9_000, 10_000));
    }

    /// Mutation tried: the shorter of the two times is taken; red.
    #[test]
    fn what_the_other_side_asks_for_wins_over_the_backoff() {
        for asked in [Duration::ZERO, SECOND / 2, 30 * SECOND, PATIENCE] {
            assert_eq!(retry().delay(1, &error(Hint::After(asked)), 1.0), Some(asked));
        }
        assert_eq!(retry().delay(1, &error(Hint::After(PATIENCE + SECOND)), 1.0), None);
    }

    /// Mutation tried: `Never` waits as `Now` does; red.
    #[test]
    fn what_cannot_help_is_not_tried_again() {
        assert_eq!(retry().delay(1, &error(Hint::Never), 0.0), None);
    }
}
