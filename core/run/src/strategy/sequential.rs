use super::Strategy;

/// One step after the other, in the plan's order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sequential;

impl Strategy for Sequential {
    fn choose(&self, runnable: &[usize], running: &[usize]) -> Vec<usize> {
        let first = runnable.first().filter(|_| running.is_empty());
        first.copied().into_iter().collect()
    }
}
