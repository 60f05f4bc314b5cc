//! The options that every statement takes.

use std::time::Duration;

use serde_json::{Map, Value};

/// What a statement's options say of its step. `None` where nothing is said.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StepOptions {
    /// How long the step may take before it is stopped.
    pub timeout: Option<Duration>,
    /// How often and when it is tried again.
    pub retry: Option<Retry>,
    /// What its failure means for steps that do not depend on it.
    pub on_failure: Option<OnFailure>,
    /// How much its failure matters.
    pub criticality: Option<Criticality>,
    /// How long it usually takes; one that takes longer is told.
    pub expected_duration: Option<Duration>,
    /// Whether rows keep the order they come in.
    pub ordered: Option<bool>,
    /// What becomes of columns that the table does not have, or has in another type.
    pub schema_policy: Option<SchemaPolicy>,
    /// What becomes of a row that cannot be read.
    pub bad_rows: Option<BadRows>,
    /// How many rows may be bad before the step fails all the same.
    pub max_bad_rows: Option<u64>,
}

/// How often and when a step is tried again. `None` where nothing is said.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Retry {
    /// How often it is tried in all, at least once.
    pub max_attempts: Option<u64>,
    /// The time before the second attempt.
    pub first_delay: Option<Duration>,
    /// The longest time between two attempts.
    pub max_delay: Option<Duration>,
    /// By how much each delay is longer than the one before, at least 1.
    pub factor: Option<f64>,
    /// The part of a delay, from 0 to 1, by which it is made shorter or longer at random.
    pub jitter: Option<f64>,
}

/// What a step's failure means for steps that do not depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OnFailure {
    /// `stop`: they are not begun.
    Stop,
    /// `continue`: they run.
    Continue,
}

/// How much a step's failure matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Criticality {
    /// `low`
    Low,
    /// `normal`
    Normal,
    /// `high`
    High,
    /// `critical`
    Critical,
}

/// What becomes of columns that the table does not have, or has in another type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SchemaPolicy {
    /// `evolve`: columns are added to the table, and types made wider.
    Evolve,
    /// `freeze`: the step fails.
    Freeze,
    /// `discard_column`: the column is left out.
    DiscardColumn,
    /// `discard_row`: rows that have a value in it are left out and counted.
    DiscardRow,
    /// `quarantine`: those rows are left out and kept aside.
    Quarantine,
}

/// What becomes of a row that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BadRows {
    /// `fail`: the step fails.
    Fail,
    /// `skip`: it is left out and counted.
    Skip,
    /// `quarantine`: it is left out and kept aside.
    Quarantine,
}

impl StepOptions {
    /// What is said, by the names of the options; times in seconds.
    pub(crate) fn shown(&self) -> Map<String, Value> {
        let word = |name: &str| Value::from(name);
        given([
            ("timeout", self.timeout.map(seconds)),
            ("retry", self.retry.as_ref().map(|retry| Value::Object(retry.shown()))),
            ("on_failure", self.on_failure.map(|said| word(said.name()))),
            ("criticality", self.criticality.map(|said| word(said.name()))),
            ("expected_duration", self.expected_duration.map(seconds)),
            ("ordered", self.ordered.map(Value::from)),
            ("schema_policy", self.schema_policy.map(|said| word(said.name()))),
            ("bad_rows", self.bad_rows.map(|said| word(said.name()))),
            ("max_bad_rows", self.max_bad_rows.map(Value::from)),
        ])
    }
}

impl Retry {
    fn shown(&self) -> Map<String, Value> {
        given([
            ("max_attempts", self.max_attempts.map(Value::from)),
            ("first_delay", self.first_delay.map(seconds)),
            ("max_delay", self.max_delay.map(seconds)),
            ("factor", self.factor.map(Value::from)),
            ("jitter", self.jitter.map(Value::from)),
        ])
    }
}

fn given<const N: usize>(entries: [(&str, Option<Value>); N]) -> Map<String, Value> {
    entries.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

/// Whole seconds as a whole number.
fn seconds(time: Duration) -> Value {
    match time.subsec_nanos() {
        0 => time.as_secs().into(),
        _ => time.as_secs_f64().into(),
    }
}

impl OnFailure {
    /// Every value.
    pub const ALL: [Self; 2] = [Self::Stop, Self::Continue];

    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Continue => "continue",
        }
    }
}

impl Criticality {
    /// Every value, from the lowest.
    pub const ALL: [Self; 4] = [Self::Low, Self::Normal, Self::High, Self::Critical];

    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl SchemaPolicy {
    /// Every value.
    pub const ALL: [Self; 5] =
        [Self::Evolve, Self::Freeze, Self::DiscardColumn, Self::DiscardRow, Self::Quarantine];

    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Evolve => "evolve",
            Self::Freeze => "freeze",
            Self::DiscardColumn => "discard_column",
            Self::DiscardRow => "discard_row",
            Self::Quarantine => "quarantine",
        }
    }
}

impl BadRows {
    /// Every value.
    pub const ALL: [Self; 3] = [Self::Fail, Self::Skip, Self::Quarantine];

    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Skip => "skip",
            Self::Quarantine => "quarantine",
        }
    }
}
