use std::{sync::Arc, time::Duration};

use sqlflow_plugin_sdk::Error;

/// What was done about another side that is slow or down.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResilienceEvent {
    /// A call failed and is made again.
    Retried {
        /// The call, such as `plan`.
        call: &'static str,
        /// The attempt that failed, from 1.
        attempt: u64,
        /// The time until the next one.
        delay: Duration,
        /// What it failed with.
        error: Error,
    },
    /// What had failed is whole again.
    Recovered {
        /// What it is: `session`, `stream` or `commit`.
        what: &'static str,
    },
    /// Calls fail at once from now on.
    BreakerOpened {
        /// The time after which they are let through again.
        reset_after: Duration,
    },
    /// Calls are let through again, to see how they do.
    BreakerHalfOpen,
    /// Calls are made as ever.
    BreakerClosed,
}

/// Takes what happens; called from any thread that makes a call, and must not wait.
pub type EventSink = Arc<dyn Fn(&ResilienceEvent) + Send + Sync>;
