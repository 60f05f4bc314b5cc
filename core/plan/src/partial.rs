use std::collections::BTreeSet;

use crate::{Finding, Plan, TableKey};

/// What could be planned of a pipeline, and what is wrong with the rest: so that the steps that are
/// sound can be checked further, and all problems come at once.
#[derive(Debug, Clone)]
pub struct Partial {
    /// The steps that are sound. One that depends on a step that is not names it in `depends_on`
    /// all the same.
    pub plan: Plan,
    /// The errors in the order of the files, with the warnings among them; empty where the plan is
    /// all of the pipeline. Warnings of such a plan stand in [`Plan::warnings`].
    pub findings: Vec<Finding>,
    /// Whether every statement could be read. If not, a name that nobody gives may well be given
    /// by one that could not.
    pub is_whole: bool,
    /// The tables that steps which are not sound would make: nothing is known of them.
    pub unknown: BTreeSet<TableKey>,
}

impl Partial {
    /// The plan, where nothing is wrong.
    ///
    /// # Errors
    ///
    /// The findings.
    pub fn into_plan(self) -> Result<Plan, Vec<Finding>> {
        if self.findings.is_empty() { Ok(self.plan) } else { Err(self.findings) }
    }
}
