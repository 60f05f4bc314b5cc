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
pub mod lineage;
mod load_sql;
mod mask;
mod names;
mod params;
mod partial;
mod pipeline_order;
mod plan;
mod reading;
mod resilience_params;
mod select;
mod settle;
mod sql_text;
mod step;
mod step_options;
mod step_tables;
mod sync_params;
mod table_key;
mod tables;
mod test_sql;
mod to_json;
mod to_text;
mod translation;
mod variable_use;
mod writing;

use step::{relation_name, test_severity};

pub use self::{
    build::{build, build_partly, variable_uses},
    connectors::connectors_named,
    finding::{Finding, InFile},
    input::{ConnectorSpec, Input},
    params::{connect_profile, is_step_option},
    partial::Partial,
    pipeline_order::{PipelineCycle, PipelineOrder, pipeline_order},
    plan::{Plan, SkippedBranch},
    reading::{Column, Incremental, Lookback, Read},
    resilience_params::{BreakerParams, RateParams, ResilienceParams, ResiliencePreset, Setting},
    select::BadSelection,
    settle::{IncludedTexts, Settled, Skipped, settle},
    sql_text::{SqlText, TimeMacro},
    step::{
        Action, Connected, ExportStep, LoadStep, SourceStep, Step, StepKind, TestStep,
        TransformStep,
    },
    step_options::{BadRows, Criticality, OnFailure, Retry, SchemaPolicy, StepOptions},
    sync_params::{Said, SyncParams, SyncWrite},
    table_key::TableKey,
    to_json::{step_json, to_json},
    to_text::to_text,
    variable_use::VariableUse,
    writing::Write,
};
