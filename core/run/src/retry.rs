//! When a step that failed is tried again.

use std::time::Duration;

use sqlflow_plan::Step;
use sqlflow_state::{RunId, StepError, Timestamp};
use uuid::Uuid;

const FIRST_DELAY: Duration = Duration::from_secs(1);
const MAX_DELAY: Duration = Duration::from_secs(60);
const MAX_ATTEMPTS: u64 = 3;
const FACTOR: f64 = 2.0;
const JITTER: f64 = 0.1;

/// When the next attempt of a step may begin, after `failures` attempts have failed, this error
/// being the last one; none where it is not tried again.
///
/// Calls of connectors were tried again already, each by itself; this is about the whole step.
pub(crate) fn next_attempt(
    run: RunId,
    step: &Step,
    failures: u32,
    error: &StepError,
    now: Timestamp,
) -> Option<Timestamp> {
    let retry = step.options.retry.as_ref()?;
    let most = retry.max_attempts.unwrap_or(MAX_ATTEMPTS);
    if u64::from(failures) >= most || !error.can_be_retried {
        return None;
    }
    let asked = error.retry_after_us.map(Duration::from_micros);
    let delay = asked.unwrap_or_else(|| {
        let first = retry.first_delay.unwrap_or(FIRST_DELAY).as_secs_f64();
        let exponent = i32::try_from(failures.saturating_sub(1)).unwrap_or(i32::MAX);
        let grown = first * retry.factor.unwrap_or(FACTOR).powi(exponent);
        let capped = grown.min(retry.max_delay.unwrap_or(MAX_DELAY).as_secs_f64());
        let spread = retry.jitter.unwrap_or(JITTER) * (2.0 * chance(run, &step.id, failures) - 1.0);
        Duration::try_from_secs_f64(capped * (1.0 + spread)).unwrap_or(MAX_DELAY)
    });
    Some(now.checked_add(delay).unwrap_or(Timestamp::MAX))
}

/// A number from 0 to 1 that differs from run to run and from attempt to attempt, so that steps
/// that failed together are not tried again together.
fn chance(run: RunId, step: &str, failures: u32) -> f64 {
    let name = format!("{run} {step} {failures}");
    let hash = Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()).as_u128();
    // The lowest 32 bits are free of the version and variant of the UUID.
    f64::from((hash & u128::from(u32::MAX)) as u32) / f64::from(u32::MAX)
}
