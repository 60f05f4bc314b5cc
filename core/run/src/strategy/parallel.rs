use super::Strategy;
use crate::planned::Tables;

/// As many steps at a time as are allowed, none of which writes a table that another one of them
/// writes or reads. All tables of a step are locked together, so no two steps wait for each other.
#[derive(Debug)]
pub(crate) struct Parallel {
    most: usize,
    tables: Vec<Tables>,
}

impl Parallel {
    /// At most this many of the steps whose tables are given, in the plan's order.
    pub(crate) fn new(most: usize, tables: Vec<Tables>) -> Self {
        Self { most, tables }
    }

    fn conflict(&self, one: usize, other: usize) -> bool {
        match (self.tables.get(one), self.tables.get(other)) {
            (Some(one), Some(other)) => one.conflict(other),
            _ => false,
        }
    }
}

impl Strategy for Parallel {
    fn choose(&self, runnable: &[usize], running: &[usize]) -> Vec<usize> {
        let mut busy = running.to_vec();
        for &step in runnable {
            if busy.len() < self.most && !busy.iter().any(|&other| self.conflict(step, other)) {
                busy.push(step);
            }
        }
        busy.split_off(running.len())
    }
}
