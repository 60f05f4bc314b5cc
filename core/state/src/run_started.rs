//! The first event of a run: what is going to be done.

use serde::{Deserialize, Serialize};

/// What a run sets out to do. Holds no parameter and no variable, hence no secret.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RunStarted {
    /// The project, by its folder. One runner at a time has a pipeline of a project.
    pub project: String,
    /// The pipeline's name.
    pub pipeline: String,
    /// The profile's name.
    pub profile: String,
    /// What a failed step means for the steps that do not depend on it.
    pub on_failure: OnFailure,
    /// Whether the tables live in memory, so that they die with the process.
    pub in_memory: bool,
    /// The process that runs it.
    pub owner: String,
    /// The steps in topological order: each after all that it depends on.
    pub steps: Vec<PlannedStep>,
}

/// What a run sets out to do when it is taken up again.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RunResumed {
    /// The process that runs it from now on.
    pub owner: String,
    /// The plan from now on: what is done already is in it unchanged.
    pub steps: Vec<PlannedStep>,
    /// Steps that are done and have to be done again, because what they made is gone.
    pub redo: Vec<String>,
}

/// What a failed step means for the steps that do not depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnFailure {
    /// No further step is started; those that run are finished.
    #[default]
    Stop,
    /// They run all the same.
    Continue,
}

/// A node of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PlannedStep {
    /// Unique in the plan and the same from run to run.
    pub id: String,
    /// What it does.
    pub kind: StepKind,
    /// What the user calls it, such as the table it makes.
    pub name: String,
    /// The ids of the steps that must be done before it.
    pub depends_on: Vec<String>,
    /// Two steps of the same id with the same fingerprint do the same work.
    pub fingerprint: String,
    /// The connector that it reads or writes with.
    pub connector: Option<String>,
    /// What its failure means for the steps that do not depend on it; what the run says where
    /// nothing is said.
    pub on_failure: Option<OnFailure>,
}

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StepKind {
    /// Declares where rows come from.
    Source,
    /// Brings rows into the engine.
    Load,
    /// Makes a table or view by SQL.
    Transform,
    /// Sends rows to a destination.
    Export,
    /// Checks an expectation on a table.
    Test,
    /// Something that only a newer version knows, read from its log.
    #[default]
    #[serde(other)]
    Other,
}
