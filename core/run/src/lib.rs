//! Executes a plan: [`Workspace::open`] → [`compile`] → [`check`] → [`run`].
//!
//! The coordinator decides and tells in events only; whoever shows a run is an [`Observer`] of
//! them. A step kind is one file under `step/` and one line in its registry.

mod audit;
mod bus;
mod check;
pub mod code;
mod commits;
mod compile;
mod connection;
mod coordinator;
mod deadline;
mod environment_use;
mod errors;
mod glance;
mod known_tables;
mod lease;
mod lineage;
mod look;
mod meter;
mod new_connection;
mod observer;
mod order;
mod planned;
mod process;
mod resilience;
mod retry;
mod run_store;
mod scan;
mod search;
mod service;
mod standing;
mod step;
mod strategy;
mod trouble;
mod warehouse;
mod workspace;

pub use sqlflow_host::{Notice, NoticeSink};
pub use sqlflow_plugin_sdk::CancelToken;

pub use self::{
    bus::DurableObserver,
    check::{CachedSchema, CheckOptions, CheckOutcome, Checked, check, sound_or_all_problems},
    compile::{Attempt, Compiled, INLINE, attempt, attempt_inline, compile},
    connection::{RoleTest, discover, test_connection},
    coordinator::{RunOptions, exit_class_of, record_death, resume, run},
    environment_use::{EnvironmentName, Place, environment_names},
    glance::{Glance, GlanceTable, glance},
    lineage::lineage,
    look::{Preview, preview, query},
    new_connection::{DraftedConnection, draft_connection},
    observer::{Observer, Progress},
    order::run_order,
    search::install_folder,
    service::{Keep, PipelineService, RunLine, RunView},
    trouble::{ExitClass, Problem, Trouble},
    workspace::{Options, Workspace, environment, profile},
};
