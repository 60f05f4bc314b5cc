//! Which thread gets which part of an ordered scan, so that DuckDB joins the parts in their order.
//!
//! A parallel `CREATE TABLE AS` of DuckDB collects each thread's rows for itself and appends a
//! thread's collection when the thread has nothing more to do, just before the state that the
//! thread keeps for the table function is destroyed (`PhysicalInsert::Combine` and
//! `PipelineTask::ExecuteTask` of DuckDB 1.5). So the order holds where a thread takes a run of
//! neighbouring parts and says that it has nothing more only when the threads of all parts before
//! are gone.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The parts of one reading.
#[derive(Debug)]
pub(super) struct Parts {
    state: Mutex<State>,
    gone: Condvar,
}

#[derive(Debug)]
struct State {
    /// The first part that no thread has taken.
    untaken: usize,
    /// For each part whether the thread that took it is gone.
    gone: Vec<bool>,
}

/// The parts that one thread has taken. Dropping it says that the thread is gone.
#[derive(Debug, Default)]
pub(super) struct Taken {
    parts: Option<(Arc<Parts>, usize, usize)>,
}

impl Parts {
    pub(super) fn new(count: usize) -> Arc<Self> {
        let state = State { untaken: 0, gone: vec![false; count] };
        Arc::new(Self { state: Mutex::new(state), gone: Condvar::new() })
    }

    /// Takes the next part for a thread: the first untaken one, where it continues the thread's.
    pub(super) fn take(self: &Arc<Self>, taken: &mut Taken) -> Option<usize> {
        let mut state = self.locked();
        let next = state.untaken;
        if next == state.gone.len() || taken.last().is_some_and(|last| last + 1 != next) {
            return None;
        }
        state.untaken += 1;
        let first = taken.parts.as_ref().map_or(next, |(_, first, _)| *first);
        taken.parts = Some((Arc::clone(self), first, next));
        Some(next)
    }

    /// Waits at most this long for the threads of all parts before those taken to be gone.
    pub(super) fn is_turn(&self, taken: &Taken, longest: Duration) -> bool {
        let Some((_, first, _)) = &taken.parts else { return true };
        let before = |state: &State| state.gone[..*first].iter().all(|gone| *gone);
        let state = self.locked();
        if before(&state) {
            return true;
        }
        let waited = self.gone.wait_timeout(state, longest);
        before(&waited.unwrap_or_else(PoisonError::into_inner).0)
    }

    fn locked(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken {
    /// The part that was taken last.
    pub(super) fn last(&self) -> Option<usize> {
        self.parts.as_ref().map(|(_, _, last)| *last)
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        if let Some((parts, first, last)) = self.parts.take() {
            parts.locked().gone[first..=last].fill(true);
            parts.gone.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::ZERO;

    #[test]
    fn a_thread_takes_neighbouring_parts_only() {
        let parts = Parts::new(4);
        let (mut one, mut other) = (Taken::default(), Taken::default());
        assert_eq!(parts.take(&mut one), Some(0));
        assert_eq!(parts.take(&mut one), Some(1));
        assert_eq!(parts.take(&mut other), Some(2));
        assert_eq!(parts.take(&mut one), None, "2 is not its own, so 3 does not continue it");
        assert_eq!(parts.take(&mut other), Some(3));
        assert_eq!(parts.take(&mut other), None);
    }

    /// Mutation: `is_turn` that always says true turns this red.
    #[test]
    fn a_thread_ends_only_after_those_before_it_are_gone() {
        let parts = Parts::new(2);
        let (mut one, mut other) = (Taken::default(), Taken::default());
        parts.take(&mut one);
        parts.take(&mut other);
        assert!(parts.is_turn(&one, NOW));
        assert!(!parts.is_turn(&other, NOW));
        drop(one);
        assert!(parts.is_turn(&other, NOW));
        assert!(parts.is_turn(&Taken::default(), NOW), "who took nothing holds nothing up");
    }
}
