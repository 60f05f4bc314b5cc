//! Syntax tree, profile and connector specs become a [`Plan`]: an immutable graph of steps.
//!
//! Pure: no files, no environment, no engine, no connector. What it needs of those reaches it as
//! values in [`Input`]. [`build`] reports every problem at once.

pub mod code;
mod finding;
mod input;
mod plan;
mod sql_text;
mod step;

pub use self::{
    finding::{Finding, InFile},
    input::{ConnectorSpec, Input},
    plan::Plan,
    sql_text::SqlText,
    step::{Action, Connected, ExportStep, LoadStep, SourceStep, Step, StepKind, TransformStep},
};
