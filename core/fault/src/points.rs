//! The places, in the order in which a run passes them.

macro_rules! points {
    ($($(#[doc = $meaning:literal])+ $constant:ident = $name:literal;)+) => {
        $($(#[doc = $meaning])+ pub const $constant: &str = $name;)+
        /// Every place there is.
        pub const ALL: &[&str] = &[$($name),+];
    };
}

points! {
    /// The lease is ours and nothing of the run is written.
    RUN_LEASED = "run.leased";
    /// The run's first event is in the log.
    RUN_STARTED = "run.started";
    /// A step is to be started.
    STEP_STARTING = "step.starting";
    /// The step's start is in the log, its work has not begun.
    STEP_STARTED = "step.started";
    /// The step's transaction is open.
    STEP_BEGUN = "step.begun";
    /// The step is known not to have committed before.
    STEP_UNMARKED = "step.unmarked";
    /// The step's work is done inside the transaction.
    STEP_WORKED = "step.worked";
    /// The marker stands in the transaction.
    STEP_MARKED = "step.marked";
    /// What dead attempts left at the place of an export is swept.
    EXPORT_SWEPT = "export.swept";
    /// The destination has begun the write.
    EXPORT_BEGUN = "export.begun";
    /// A batch is staged.
    EXPORT_WRITING = "export.writing";
    /// All batches are staged and nothing is published.
    EXPORT_WRITTEN = "export.written";
    /// The transaction is committed, or the export published, and the log does not say so.
    STEP_COMMITTED = "step.committed";
    /// The step's outcome is to be told.
    STEP_CONCLUDING = "step.concluding";
    /// The step's outcome is in the log.
    STEP_CONCLUDED = "step.concluded";
    /// Every step has ended, the log does not say so of the run.
    RUN_FINISHING = "run.finishing";
    /// The run's end is in the log.
    RUN_FINISHED = "run.finished";
}
