//! Which of the steps that can run are started: one file for each way.

mod parallel;
mod sequential;

pub(crate) use self::{parallel::Parallel, sequential::Sequential};

/// Chooses among the steps that can run.
pub(crate) trait Strategy {
    /// The steps to start now, in their order. All are given by their places in the plan:
    /// `runnable` in ascending order, none of them in `running`.
    fn choose(&self, runnable: &[usize], running: &[usize]) -> Vec<usize>;
}
