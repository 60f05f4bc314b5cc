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
    /// What is not wrong but worth saying, in the order of the files.
    pub warnings: Vec<Finding>,
}

impl Plan {
    /// The step of this id.
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id)
    }
}
