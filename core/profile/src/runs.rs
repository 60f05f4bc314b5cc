//! The `runs` section: how runs are kept and carried out.

use std::time::Duration;

use sqlflow_syntax::Spanned;

use crate::node::Entry;
use crate::reader::{Reader, given};
use crate::{code, time};

/// The keys of `runs`.
pub(crate) const KEYS: &[&str] =
    &["store", "max_parallel", "on_failure", "call_timeout", "stall_timeout"];
/// The stores that have a name; another is a URL of Redis.
pub(crate) const STORES: &[&str] = &["sqlite", "memory"];
/// How a URL of Redis begins.
pub(crate) const REDIS: &[&str] = &["redis://", "rediss://"];
/// What is done when a step fails.
pub(crate) const ON_FAILURE: &[&str] = &["stop", "continue"];

/// The settings of runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunSettings {
    /// Where the history of runs is kept: `sqlite`, `memory` or the template of a Redis URL.
    pub store: Option<String>,
    /// How many steps may run at a time.
    pub max_parallel: Option<usize>,
    /// Whether independent steps go on when one fails.
    pub on_failure: Option<OnFailure>,
    /// How long a call of a connector may take that moves no rows.
    pub call_timeout: Option<Duration>,
    /// How long a connector may take for the next batch that it yields or takes.
    pub stall_timeout: Option<Duration>,
}

/// What is done when a step fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OnFailure {
    /// The run ends.
    Stop,
    /// Steps that do not depend on it go on.
    Continue,
}

impl RunSettings {
    pub(crate) fn read(entries: &[Entry], reader: &mut Reader<'_>) -> Self {
        let key = |name: &str| format!("`runs.{name}`");
        let max_parallel = given(entries, "max_parallel");
        let mut time = |name: &str| time::read(given(entries, name)?, &key(name), reader);
        let (call_timeout, stall_timeout) = (time("call_timeout"), time("stall_timeout"));
        let on_failure = given(entries, "on_failure")
            .and_then(|node| reader.choice(node, &key("on_failure"), ON_FAILURE));
        Self {
            store: store(entries, reader),
            max_parallel: max_parallel.and_then(|node| reader.count(node, &key("max_parallel"))),
            on_failure: on_failure.map(|word| match word {
                "continue" => OnFailure::Continue,
                _ => OnFailure::Stop,
            }),
            call_timeout,
            stall_timeout,
        }
    }
}

/// The store, still a template: a URL may hold a secret that need not be set before it is used.
fn store(entries: &[Entry], reader: &mut Reader<'_>) -> Option<String> {
    let store = reader.template(given(entries, "store")?, "`runs.store`")?;
    if store.value.contains("${") || is_store(&store) {
        return Some(store.value);
    }
    let message = "`runs.store` is no place that runs can be kept in";
    let help = "write `sqlite`, `memory` or a URL such as redis://localhost:6379";
    reader.error(code::INVALID_VALUE, message, store.span, help);
    None
}

fn is_store(store: &Spanned<String>) -> bool {
    STORES.contains(&store.value.as_str())
        || REDIS.iter().any(|begin| store.value.strip_prefix(begin).is_some_and(|r| !r.is_empty()))
}
