//! How much is done about the other side of a connection, out of what is said of it and the
//! connector's default.

use std::sync::Arc;

use sqlflow_host::{Breaker, EventSink, Preset, Protection, Rate, Resilience, Retry};
use sqlflow_plan::{
    BreakerParams, Connected, RateParams, ResilienceParams, ResiliencePreset, Retry as RetryParams,
    Setting,
};
use sqlflow_plugin_sdk::CancelToken;

/// How a use of this connection is protected.
pub(crate) fn protection(
    connected: &Connected,
    cancel: &CancelToken,
    events: EventSink,
) -> Protection {
    let policy = policy(&connected.connector, &connected.resilience);
    Protection { policy, cancel: cancel.clone(), events }
}

/// As [`protection`], where nobody counts what is done.
pub(crate) fn unwatched(connected: &Connected, cancel: &CancelToken) -> Protection {
    protection(connected, cancel, Arc::new(|_| {}))
}

fn policy(connector: &str, params: &ResilienceParams) -> Resilience {
    let default = match params.preset {
        Some(preset) => Resilience::preset(host_preset(preset)),
        None => Resilience::of_connector(connector),
    };
    let retry = match &params.retry {
        Some(Setting::Off) => Retry::never(),
        Some(Setting::On(params)) => retry(params, default.retry),
        None => default.retry,
    };
    Resilience {
        retry,
        breaker: said(&params.breaker, default.breaker, breaker),
        rate: said(&params.rate, default.rate, rate),
    }
}

fn host_preset(preset: ResiliencePreset) -> Preset {
    match preset {
        ResiliencePreset::Database => Preset::Database,
        ResiliencePreset::Api => Preset::Api,
        ResiliencePreset::File => Preset::File,
    }
}

/// What is left unsaid of a part is the default's, or where that has none, anybody's.
fn said<P, T: Default>(
    setting: &Option<Setting<P>>,
    default: Option<T>,
    set: impl FnOnce(&P, T) -> T,
) -> Option<T> {
    match setting {
        None => default,
        Some(Setting::Off) => None,
        Some(Setting::On(params)) => Some(set(params, default.unwrap_or_default())),
    }
}

/// A delay that is set alone moves the other: the longest is never shorter than the first.
fn retry(params: &RetryParams, default: Retry) -> Retry {
    let first_delay = params.first_delay.unwrap_or(default.first_delay);
    let max_delay = params.max_delay.unwrap_or(default.max_delay.max(first_delay));
    Retry {
        max_attempts: params.max_attempts.unwrap_or(default.max_attempts),
        first_delay: first_delay.min(max_delay),
        max_delay,
        factor: params.factor.unwrap_or(default.factor),
        jitter: params.jitter.unwrap_or(default.jitter),
    }
}

fn breaker(params: &BreakerParams, default: Breaker) -> Breaker {
    Breaker {
        failures: params.failures.unwrap_or(default.failures),
        reset_after: params.reset_after.unwrap_or(default.reset_after),
        successes: params.successes.unwrap_or(default.successes),
    }
}

/// A rate that was asked for is held for batches too.
fn rate(params: &RateParams, default: Rate) -> Rate {
    Rate {
        per_minute: params.per_minute.unwrap_or(default.per_minute),
        burst: params.burst.unwrap_or(default.burst),
        with_batches: true,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// (attempts, first and longest delay in ms, factor), (failures, reset s), (a minute, burst)
    type Row = (u64, u128, u128, f64, Option<(u64, u64)>, Option<(u32, u32)>);

    fn row(policy: &Resilience) -> Row {
        let Retry { max_attempts, first_delay, max_delay, factor, .. } = policy.retry;
        let breaker = policy.breaker.as_ref().map(|b| (b.failures, b.reset_after.as_secs()));
        let rate = policy.rate.as_ref().map(|rate| (rate.per_minute, rate.burst));
        (max_attempts, first_delay.as_millis(), max_delay.as_millis(), factor, breaker, rate)
    }

    /// The table of SQLFlow's profiles of resilience.
    ///
    /// Mutation: `s3` with the row of `rest`.
    #[test]
    fn every_connector_has_its_default() {
        let file = (2, 100, 1_000, 1.5, None, None);
        for (name, expect) in [
            ("csv", file),
            ("parquet", file),
            ("in_memory", file),
            ("json", file),
            ("postgres", (3, 500, 10_000, 2.0, Some((3, 30)), None)),
            ("s3", (3, 1_000, 60_000, 2.0, Some((3, 30)), Some((100, 5)))),
            ("rest", (3, 1_000, 30_000, 2.0, Some((5, 60)), Some((60, 10)))),
            ("sheets", (3, 1_000, 30_000, 2.0, Some((3, 60)), Some((100, 10)))),
            ("shopify", (3, 1_000, 30_000, 2.0, Some((3, 60)), Some((2_400, 20)))),
            ("anybody's", (3, 1_000, 30_000, 2.0, Some((5, 60)), None)),
        ] {
            let policy = policy(name, &ResilienceParams::default());
            assert_eq!(row(&policy), expect, "{name}");
            assert!((policy.retry.jitter - 0.1).abs() < 1e-9, "{name}");
            assert!(policy.breaker.is_none_or(|breaker| breaker.successes == 2), "{name}");
        }
    }

    #[test]
    fn a_preset_takes_the_place_of_the_default() {
        for (preset, expect) in [
            (ResiliencePreset::Database, (3, 500, 10_000, 1.5, Some((5, 30)), Some((300, 20)))),
            (ResiliencePreset::Api, (5, 2_000, 60_000, 2.0, Some((3, 60)), Some((60, 10)))),
            (ResiliencePreset::File, (4, 500, 60_000, 2.0, Some((10, 15)), Some((1_000, 100)))),
        ] {
            let params = ResilienceParams { preset: Some(preset), ..ResilienceParams::default() };
            assert_eq!(row(&policy("csv", &params)), expect, "{}", preset.name());
        }
    }

    /// Mutation: `Off` is the default; what is unsaid is not the default's.
    #[test]
    fn what_is_said_wins_and_what_is_not_said_stays() {
        let second = Duration::from_secs(1);
        let params = ResilienceParams {
            preset: None,
            retry: Some(Setting::On(RetryParams {
                first_delay: Some(90 * second),
                ..RetryParams::default()
            })),
            breaker: Some(Setting::Off),
            rate: Some(Setting::On(RateParams { per_minute: Some(30), burst: None })),
        };
        let rest = policy("rest", &params);
        assert_eq!(row(&rest), (3, 90_000, 90_000, 2.0, None, Some((30, 10))));
        assert!(rest.rate.is_some_and(|rate| rate.with_batches), "asked for, so held throughout");
        let breaker = BreakerParams { failures: Some(1), ..BreakerParams::default() };
        let breaker = Some(Setting::On(breaker));
        let params =
            ResilienceParams { retry: Some(Setting::Off), breaker, ..ResilienceParams::default() };
        assert_eq!(row(&policy("csv", &params)), (1, 0, 0, 2.0, Some((1, 60)), None));
    }
}
