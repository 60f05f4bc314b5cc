use std::time::Duration;

/// How much is done about another side that is slow or down.
#[derive(Debug, Clone, PartialEq)]
pub struct Resilience {
    /// How often and when a call is tried again.
    pub retry: Retry,
    /// When calls are not even tried; `None`: they always are.
    pub breaker: Option<Breaker>,
    /// How many calls are made; `None`: as many as there are.
    pub rate: Option<Rate>,
}

/// How often and when a call is tried again.
#[derive(Debug, Clone, PartialEq)]
pub struct Retry {
    /// How often it is tried in all, at least once.
    pub max_attempts: u64,
    /// The time before the second attempt.
    pub first_delay: Duration,
    /// The longest time between two attempts, unless the other side asks for more.
    pub max_delay: Duration,
    /// By how much each delay is longer than the one before.
    pub factor: f64,
    /// The part of a delay, from 0 to 1, by which it is made shorter or longer at random.
    pub jitter: f64,
}

/// When calls are not even tried.
#[derive(Debug, Clone, PartialEq)]
pub struct Breaker {
    /// So many calls that fail one after the other open it: calls fail at once from then on.
    pub failures: u64,
    /// After this time calls are let through again, to see how they do.
    pub reset_after: Duration,
    /// So many of those that succeed close it; one that fails opens it again.
    pub successes: u64,
}

/// How many calls are made.
#[derive(Debug, Clone, PartialEq)]
pub struct Rate {
    /// Calls a minute.
    pub per_minute: u32,
    /// Calls that may be made at once after a rest.
    pub burst: u32,
    /// Whether a batch of rows that is read or written is such a call too.
    pub with_batches: bool,
}

/// A policy that has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// A database.
    Database,
    /// A service behind HTTP.
    Api,
    /// Files that are near.
    File,
}

impl Default for Resilience {
    fn default() -> Self {
        Self { retry: Retry::of(3, 1.0, 30.0), breaker: Breaker::of(5, 60), rate: None }
    }
}

impl Resilience {
    /// The policy of a connector where nobody says otherwise.
    pub fn of_connector(name: &str) -> Self {
        let (retry, breaker, rate) = match name {
            "csv" | "parquet" | "in_memory" | "json" => {
                let retry = Retry { factor: 1.5, ..Retry::of(2, 0.1, 1.0) };
                (retry, None, None)
            }
            "postgres" => (Retry::of(3, 0.5, 10.0), Breaker::of(3, 30), None),
            "s3" => (Retry::of(3, 1.0, 60.0), Breaker::of(3, 30), Rate::of(100, 5)),
            "rest" => (Retry::of(3, 1.0, 30.0), Breaker::of(5, 60), Rate::of(60, 10)),
            "sheets" => (Retry::of(3, 1.0, 30.0), Breaker::of(3, 60), Rate::of(100, 10)),
            "shopify" => (Retry::of(3, 1.0, 30.0), Breaker::of(3, 60), Rate::of(2_400, 20)),
            _ => return Self::default(),
        };
        Self { retry, breaker, rate }
    }

    /// The policy of a name.
    pub fn preset(preset: Preset) -> Self {
        let (retry, breaker, rate) = match preset {
            Preset::Database => {
                let retry = Retry { factor: 1.5, ..Retry::of(3, 0.5, 10.0) };
                (retry, Breaker::of(5, 30), Rate::of(300, 20))
            }
            Preset::Api => (Retry::of(5, 2.0, 60.0), Breaker::of(3, 60), Rate::of(60, 10)),
            Preset::File => (Retry::of(4, 0.5, 60.0), Breaker::of(10, 15), Rate::of(1_000, 100)),
        };
        Self { retry, breaker, rate }
    }

    /// No retry, no breaker, no rate.
    pub fn none() -> Self {
        Self { retry: Retry::never(), breaker: None, rate: None }
    }
}

impl Retry {
    /// One attempt.
    pub fn never() -> Self {
        Self::of(1, 0.0, 0.0)
    }

    fn of(max_attempts: u64, first_delay: f64, max_delay: f64) -> Self {
        Self {
            max_attempts,
            first_delay: Duration::from_secs_f64(first_delay),
            max_delay: Duration::from_secs_f64(max_delay),
            factor: 2.0,
            jitter: 0.1,
        }
    }
}

impl Default for Breaker {
    fn default() -> Self {
        Self { failures: 5, reset_after: Duration::from_secs(60), successes: 2 }
    }
}

impl Breaker {
    fn of(failures: u64, reset_after: u64) -> Option<Self> {
        let reset_after = Duration::from_secs(reset_after);
        Some(Self { failures, reset_after, ..Self::default() })
    }
}

impl Default for Rate {
    fn default() -> Self {
        Self { per_minute: 60, burst: 10, with_batches: true }
    }
}

impl Rate {
    /// A rate that was not asked for leaves batches alone: only the connector knows how many
    /// requests stand behind one.
    fn of(per_minute: u32, burst: u32) -> Option<Self> {
        Some(Self { per_minute, burst, with_batches: false })
    }
}
