//! The names under which things are kept.

use crate::{RunId, Scope};

/// Every run, in the order in which they began.
pub(super) const RUNS: &str = "{sqlflow}:runs";
/// [`scope`] → epoch and lease.
pub(super) const LEASES: &str = "{sqlflow}:leases";

/// The events, in order.
pub(super) fn log(run: &RunId) -> String {
    format!("{{sqlflow}}:run:{run}:log")
}

/// The hash of the log's last event.
pub(super) fn head(run: &RunId) -> String {
    format!("{{sqlflow}}:run:{run}:head")
}

/// The run in a line.
pub(super) fn summary(run: &RunId) -> String {
    format!("{{sqlflow}}:run:{run}:summary")
}

/// Step → status.
pub(super) fn steps(run: &RunId) -> String {
    format!("{{sqlflow}}:run:{run}:steps")
}

/// Observer → the last place it has seen.
pub(super) fn seen(run: &RunId) -> String {
    format!("{{sqlflow}}:run:{run}:seen")
}

/// What all keys of a run have in common.
pub(super) const OF_A_RUN: &str = "{sqlflow}:run:";

/// The field of a pipeline's lease.
pub(super) fn scope(scope: &Scope) -> String {
    let Scope { project, pipeline } = scope;
    // A name may hold any character; its length says where it ends.
    format!("{}:{project}:{pipeline}", project.len())
}
