//! What is durable about a run: its event log, and the fold over it.
//!
//! [`decide`] turns a [`Command`] into [`Fact`]s or refuses it; a [`RunStore`] appends the facts as
//! [`Event`]s; [`apply`] folds each event into the [`RunState`], which is all that status queries
//! read (A7). `decide` and `apply` are pure: time enters only where a store stamps an event, and a
//! run's id only where it is asked for.
//!
//! ```
//! use sqlflow_state::{Command, MemoryStore, RunId, RunStarted, RunState, RunStatus};
//! use sqlflow_state::{RunStore, apply, decide};
//!
//! let (run, store) = (RunId::new(), MemoryStore::default());
//! let mut state = RunState::default();
//! for command in [Command::StartRun(RunStarted::default()), Command::FinishRun] {
//!     let facts = decide(&state, command)?;
//!     state = store.append(&run, state.last_seq(), None, facts)?.iter().fold(state, apply);
//! }
//! assert_eq!(state.status(), RunStatus::Succeeded);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod apply;
pub mod code;
mod command;
mod decide;
mod event;
mod event_body;
mod fact;
mod lease;
mod open;
mod rejected;
mod run_id;
mod run_started;
mod run_state;
mod status;
mod step_error;
mod step_result;
mod step_state;
mod store;
mod summary;

pub use jiff::Timestamp;

pub use apply::apply;
pub use command::Command;
pub use decide::decide;
pub use event::{EVENT_VERSION, Event};
pub use event_body::{
    EventBody, Failure, Recovered, RetryScheduled, RunFailed, SkipCause, StepSkipped,
};
pub use fact::Fact;
pub use lease::{Lease, LeaseRequest, Scope};
pub use open::{StoreKind, open_store};
pub use rejected::Rejected;
pub use run_id::{InvalidRunId, RunId};
pub use run_started::{OnFailure, PlannedStep, RunResumed, RunStarted, StepKind};
pub use run_state::RunState;
pub use status::{RunStatus, StepStatus};
pub use step_error::{SourcePlace, StepError};
pub use step_result::{Column, Criticality, InputSchema, StepResult, Waits};
pub use step_state::StepState;
pub use store::{MemoryStore, RedisStore, RunStore, SqliteStore, StoreError};
pub use summary::{HistoryQuery, RunSummary};
