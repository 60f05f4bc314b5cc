use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::{Clock, Resilience, SystemClock, breaker::CircuitBreaker, rate::RateLimit};

/// The rate and the breaker of one connection, shared by all who use it.
#[derive(Debug)]
pub(super) struct Budget {
    pub(super) clock: Arc<dyn Clock>,
    pub(super) rate: Option<RateLimit>,
    pub(super) breaker: Option<CircuitBreaker>,
}

impl Budget {
    pub(super) fn new(policy: &Resilience, clock: Arc<dyn Clock>) -> Self {
        let rate = policy.rate.as_ref().map(|rate| RateLimit::new(rate, &clock));
        let breaker = policy.breaker.as_ref().map(CircuitBreaker::new);
        Self { clock, rate, breaker }
    }

    pub(super) fn now(&self) -> Duration {
        self.clock.now()
    }
}

/// The budgets of a process, one for each connector and config.
#[derive(Debug)]
pub(crate) struct Budgets {
    clock: Arc<dyn Clock>,
    known: Mutex<HashMap<[u8; 32], Arc<Budget>>>,
}

impl Default for Budgets {
    fn default() -> Self {
        Self { clock: Arc::new(SystemClock::new()), known: Mutex::default() }
    }
}

impl Budgets {
    /// The budget of a connection; another policy is another budget.
    pub(super) fn of(
        &self,
        connector: &str,
        config: &Map<String, Value>,
        policy: &Resilience,
    ) -> Arc<Budget> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let budget = known
            .entry(digest(connector, config, policy))
            .or_insert_with(|| Arc::new(Budget::new(policy, Arc::clone(&self.clock))));
        Arc::clone(budget)
    }
}

/// Tells connections apart and keeps none of their secrets.
fn digest(connector: &str, config: &Map<String, Value>, policy: &Resilience) -> [u8; 32] {
    let config = serde_json::to_string(config).unwrap_or_default();
    Sha256::digest(format!("{connector}\n{config}\n{policy:?}")).into()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Mutation tried: `digest` leaves out the config; red.
    #[test]
    fn one_connection_has_one_budget_and_another_has_its_own() {
        let (budgets, policy) = (Budgets::default(), Resilience::of_connector("rest"));
        let config = |host: &str| json!({"host": host}).as_object().cloned().unwrap();
        let of = |connector, host, policy| budgets.of(connector, &config(host), policy);
        let first = of("rest", "a", &policy);
        assert!(Arc::ptr_eq(&first, &of("rest", "a", &policy)));
        let others = [
            of("rest", "b", &policy),
            of("other", "a", &policy),
            of("rest", "a", &Resilience::of_connector("shopify")),
        ];
        assert!(others.iter().all(|other| !Arc::ptr_eq(&first, other)));
    }
}
