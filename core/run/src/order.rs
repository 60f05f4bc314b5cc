use sqlflow_plan::{PipelineCycle, pipeline_order};

use crate::{Attempt, Trouble};

/// The places of pipelines in the order in which they can all run: each after those that make what
/// it reads, otherwise as they are given.
///
/// # Errors
///
/// Pipelines that wait for each other.
pub fn run_order(attempts: &[Attempt]) -> Result<Vec<usize>, Trouble> {
    let plans: Vec<_> = attempts.iter().map(Attempt::plan).collect();
    let order = pipeline_order(&plans);
    if order.cycles.is_empty() {
        return Ok(order.order);
    }
    let told = |cycle: PipelineCycle| attempts[cycle.plan].compiled.problem(cycle.diagnostic);
    Err(Trouble::Problems(order.cycles.into_iter().map(told).collect()))
}
