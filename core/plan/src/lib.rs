//! Syntax tree, profile and connector specs become a [`Plan`]: an immutable graph of steps.
//!
//! Pure: no files, no environment, no engine, no connector. What it needs of those reaches it as
//! values in [`Input`]. [`build`] reports every problem at once.

mod build;
mod checks;
pub mod code;
mod connectors;
mod draft;
mod duplicates;
mod finding;
mod graph;
mod ids;
mod input;
mod mask;
mod names;
mod params;
mod plan;
mod settle;
mod sql_text;
mod step;
mod table_key;
mod tables;
mod to_json;
mod to_text;
mod translation;
mod variable_use;

use step::relation_name;

pub use self::{
    build::{build, variable_uses},
    connectors::connectors_named,
    finding::{Finding, InFile},
    input::{ConnectorSpec, Input},
    params::connect_profile,
    plan::{Plan, SkippedBranch},
    settle::{IncludedTexts, Settled, Skipped, settle},
    sql_text::SqlText,
    step::{Action, Connected, ExportStep, LoadStep, SourceStep, Step, StepKind, TransformStep},
    to_json::to_json,
    to_text::to_text,
    variable_use::VariableUse,
};
