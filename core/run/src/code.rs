//! The stable codes of what can go wrong while a plan is checked or run. A code keeps its meaning
//! for ever; a retired one (SF0802) is not given out again.

/// SQL that the engine cannot bind: a wrong column, table, type or function.
pub const DOES_NOT_BIND: &str = "SF0501";
/// The database is held by another process.
pub const DATABASE_HELD: &str = "SF0502";
/// The database cannot be opened or is none.
pub const DATABASE_UNUSABLE: &str = "SF0503";
/// SQL touches what the lock-down forbids.
pub const FORBIDDEN: &str = "SF0504";
/// Memory or disk is exhausted.
pub const OUT_OF_RESOURCES: &str = "SF0505";
/// The engine failed in another way.
pub const ENGINE: &str = "SF0506";
/// A table of this name is there and was not made by this pipeline.
pub const NOT_OURS: &str = "SF0507";
/// Rows read and rows written differ.
pub const NOT_RECONCILED: &str = "SF0508";
/// A connector yields other columns or types than it announced.
pub const SCHEMA_CHANGED: &str = "SF0509";
/// A connector failed.
pub const CONNECTOR: &str = "SF0601";
/// A step took longer than its `timeout`.
pub const STEP_TIMEOUT: &str = "SF0510";
/// Steps are left of which none can run.
pub const STALLED: &str = "SF0511";
/// No run has such an id.
pub const NO_SUCH_RUN: &str = "SF0512";
/// Several runs have an id that begins so.
pub const AMBIGUOUS_RUN: &str = "SF0513";
/// The pipeline of a run is there no more.
pub const PIPELINE_GONE: &str = "SF0514";
/// The worker process died of a signal or was ended by a plugin.
pub const WORKER_DIED: &str = "SF0810";
/// The worker process was ended, as a call of a plugin went on after its deadline.
pub const WORKER_HUNG: &str = "SF0811";
/// The system ended the worker process for want of memory.
pub const WORKER_STARVED: &str = "SF0812";
/// The pipeline's file cannot be read.
pub const PIPELINE_UNREADABLE: &str = "SF0801";
/// There is nothing to look at.
pub const NOTHING_THERE: &str = "SF0803";
/// A mistake in SQLFlow.
pub const BUG: &str = "SF0899";

/// Whether a run that failed with this code failed because its process died.
pub(crate) fn is_death(code: &str) -> bool {
    [WORKER_DIED, WORKER_HUNG, WORKER_STARVED].contains(&code)
}
