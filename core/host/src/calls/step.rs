use std::{cell::RefCell, sync::Arc};

thread_local! {
    static CURRENT: RefCell<Step> = const { RefCell::new(Step(None)) };
}

/// The step of a run that something is done for; or none.
#[derive(Debug, Clone, Default)]
pub(crate) struct Step(Option<Arc<str>>);

/// Does `work` for a step of a run. What this thread opens meanwhile, and what any thread opens
/// through a registry that this one makes meanwhile, stands on the call board with the step's id.
pub fn in_step<T>(step: &str, work: impl FnOnce() -> T) -> T {
    let _before = Before(CURRENT.replace(Step(Some(step.into()))));
    work()
}

impl Step {
    /// The step that this thread works for.
    pub(crate) fn current() -> Self {
        CURRENT.with_borrow(Clone::clone)
    }

    /// This step, where it is one, else that of this thread.
    pub(crate) fn or_current(&self) -> Self {
        if self.0.is_some() { self.clone() } else { Self::current() }
    }

    pub(crate) fn id(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

/// Puts back what was there before, also where the work panics.
struct Before(Step);

impl Drop for Before {
    fn drop(&mut self) {
        CURRENT.set(std::mem::take(&mut self.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_nest_and_end_with_their_work() {
        in_step("outer", || {
            in_step("inner", || assert_eq!(Step::current().id(), Some("inner")));
            assert_eq!(Step::current().id(), Some("outer"));
        });
        assert_eq!(Step::current().id(), None);
    }
}
