use crate::{Finding, Step};

/// The steps of a pipeline, in an order in which every step follows those it depends on.
///
/// The same input gives the same plan (R12).
#[derive(Debug, Clone)]
pub struct Plan {
    /// The pipeline's name.
    pub pipeline: String,
    /// The profile's name.
    pub profile: String,
    /// The steps. Independent ones keep the order of the file.
    pub steps: Vec<Step>,
    /// The branches of IFs that were not taken, in the order of the file.
    pub skipped: Vec<SkippedBranch>,
    /// What is not wrong but worth saying, in the order of the files.
    pub warnings: Vec<Finding>,
    /// What the plan has and no run does yet, in the order of the files: a plan with any is not
    /// run.
    pub unbuilt: Vec<Finding>,
}

/// A branch of an IF whose statements are not part of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkippedBranch {
    /// Where it stands: `line 3`, or `line 3 of common.sf` in a file that is included.
    pub place: String,
    /// How many statements it has.
    pub statements: usize,
    /// Why it was not taken, with the values that decided; secrets are shown as `***`.
    pub reason: String,
}

impl Plan {
    /// The step of this id.
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id)
    }
}
