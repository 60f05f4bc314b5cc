//! The places, in the order in which a run passes them.

macro_rules! points {
    ($($(#[doc = $meaning:literal])+ $constant:ident = $name:literal;)+) => {
        $($(#[doc = $meaning])+ pub const $constant: &str = $name;)+
        /// Every place there is.
        pub const ALL: &[&str] = &[$($name),+];
    };
}

points! {
    /// The lease is to be asked for.
    LEASE_ASKING = "lease.asking";
    /// The lease is known to be free and not yet taken.
    LEASE_ACQUIRING = "lease.acquiring";
    /// The lease is known to be ours and not yet longer.
    LEASE_RENEWING = "lease.renewing";
    /// An append's transaction is open and holds nothing.
    STORE_INSERTING = "store.inserting";
    /// The append is whole in its transaction, which is not committed.
    STORE_INSERTED = "store.inserted";
    /// The append is committed, its caller does not know.
    STORE_APPENDED = "store.appended";
    /// The store's own log is to be moved into its file.
    STORE_CHECKPOINTING = "store.checkpointing";
    /// The store's own log is moved into its file.
    STORE_CHECKPOINTED = "store.checkpointed";
    /// The lease is ours and nothing of the run is written.
    RUN_LEASED = "run.leased";
    /// The lease is to be renewed.
    LEASE_BEATING = "lease.beating";
    /// The database is to be opened, and made where it is missing.
    WAREHOUSE_OPENING = "warehouse.opening";
    /// The database is open, its tables of ours may be missing.
    WAREHOUSE_OPENED = "warehouse.opened";
    /// The database has its tables of ours.
    WAREHOUSE_READY = "warehouse.ready";
    /// The library of a plugin is to be mapped.
    PLUGIN_LOADING = "plugin.loading";
    /// A plugin is loaded and has described itself.
    PLUGIN_LOADED = "plugin.loaded";
    /// Sources are bound, and no row has moved.
    RUN_CHECKED = "run.checked";
    /// The run that died is to be cancelled, in favour of a new one.
    RUN_GIVING_UP = "run.giving_up";
    /// The run that died is cancelled in its log.
    RUN_GIVEN_UP = "run.given_up";
    /// The lease says which run it is used for.
    LEASE_NOTED = "lease.noted";
    /// Events are decided and not in the log.
    LOG_TELLING = "log.telling";
    /// Events are in the log and nobody has seen them.
    LOG_TOLD = "log.told";
    /// The run's first event is in the log.
    RUN_STARTED = "run.started";
    /// The log says that a run that died goes on.
    RUN_TAKEN_UP = "run.taken_up";
    /// A step is to be started.
    STEP_STARTING = "step.starting";
    /// The step's start is in the log, its work has not begun.
    STEP_STARTED = "step.started";
    /// The source can be read, and is not.
    LOAD_MOUNTED = "load.mounted";
    /// The step's transaction is open.
    STEP_BEGUN = "step.begun";
    /// The step has committed before, which the log did not know.
    STEP_RECOVERED = "step.recovered";
    /// The step is known not to have committed before.
    STEP_UNMARKED = "step.unmarked";
    /// The source is to be opened.
    LOAD_OPENING = "load.opening";
    /// The source has said what there is to read.
    LOAD_PLANNED = "load.planned";
    /// A batch came from the plugin and waits for the engine.
    FEED_PULLED = "feed.pulled";
    /// A partition has ended.
    FEED_ENDED = "feed.ended";
    /// A batch goes to the engine.
    LOAD_BATCH = "load.batch";
    /// Rows are handed to the engine's statement.
    SCAN_HANDED = "scan.handed";
    /// Every batch is with the engine.
    LOAD_ENDED = "load.ended";
    /// The load's statement is done.
    LOAD_WRITTEN = "load.written";
    /// The table is noted as this pipeline's.
    LOAD_OWNED = "load.owned";
    /// There is nothing where a table is to be made, or what there is may be replaced.
    TABLE_CLEARED = "table.cleared";
    /// The table or view is made.
    TABLE_MADE = "table.made";
    /// The table or view is noted as this pipeline's.
    TABLE_OWNED = "table.owned";
    /// The step's work is done inside the transaction.
    STEP_WORKED = "step.worked";
    /// The marker stands in the transaction.
    STEP_MARKED = "step.marked";
    /// Nobody has taken over the pipeline, and the transaction is open.
    STEP_FENCED = "step.fenced";
    /// The engine is to commit.
    ENGINE_COMMITTING = "engine.committing";
    /// The engine has committed and nobody knows it.
    ENGINE_COMMITTED = "engine.committed";
    /// The destination is open.
    EXPORT_OPENED = "export.opened";
    /// The export was published before, which the log did not know.
    EXPORT_RECOVERED = "export.recovered";
    /// The rows to export begin to come.
    EXPORT_QUERIED = "export.queried";
    /// What dead attempts left at the place of an export is to be swept.
    EXPORT_SWEEPING = "export.sweeping";
    /// What dead attempts left at the place of an export is swept.
    EXPORT_SWEPT = "export.swept";
    /// The destination has begun the write.
    EXPORT_BEGUN = "export.begun";
    /// A batch is staged.
    EXPORT_WRITING = "export.writing";
    /// No more batch comes, and who may publish is to be asked.
    EXPORT_STAGED = "export.staged";
    /// All batches are staged and nothing is published.
    EXPORT_WRITTEN = "export.written";
    /// The transaction is committed, or the export published, and the log does not say so.
    STEP_COMMITTED = "step.committed";
    /// The destination's count is right.
    EXPORT_RECONCILED = "export.reconciled";
    /// The step's outcome is to be told.
    STEP_CONCLUDING = "step.concluding";
    /// The step's outcome is in the log.
    STEP_CONCLUDED = "step.concluded";
    /// Every step has ended, the log does not say so of the run.
    RUN_FINISHING = "run.finishing";
    /// The run's end is in the log.
    RUN_FINISHED = "run.finished";
    /// The database is closed.
    WAREHOUSE_CLOSED = "warehouse.closed";
    /// The lease is known to be ours and not yet given back.
    LEASE_RELEASING = "lease.releasing";
    /// The lease is given back.
    LEASE_RELEASED = "lease.released";
    /// What is kept beside a log is made again inside the transaction.
    STORE_REBUILDING = "store.rebuilding";
    /// A run is to be removed.
    STORE_REMOVING = "store.removing";
}
