//! One file for each kind of step. A new kind is one file here and one line in [`executor`].

mod export;
pub(crate) mod loading;
mod mounts;
mod source;
mod testing;
pub(crate) mod transforming;

use std::sync::Arc;

use sqlflow_engine::{Mounted, Session};
use sqlflow_plan::{Action, Plan, Step};
use sqlflow_plugin_sdk::CancelToken;
use sqlflow_state::{RunId, StepError, StepResult};

pub(crate) use self::mounts::{Reading, mount_sources};
use crate::{Checked, Workspace, errors, meter::Meter, warehouse::Warehouse};

/// What a step may see: the same for every step of a run, and never changed.
pub(crate) struct RunContext<'a> {
    pub(crate) run: RunId,
    pub(crate) workspace: &'a Workspace,
    pub(crate) warehouse: &'a Warehouse,
    pub(crate) plan: &'a Plan,
    pub(crate) checked: &'a Checked,
    pub(crate) cancel: CancelToken,
    /// The most rows that are read of each source.
    pub(crate) sample: Option<u64>,
}

/// Does the work of one kind of step.
pub(crate) type Executor = fn(&RunContext<'_>, &Step, &Arc<Meter>) -> Result<StepResult, StepError>;

/// Finds the executor of a step.
pub(crate) fn executor(step: &Step) -> Executor {
    match step.action {
        Action::Source(_) => source::execute,
        Action::Load(_) => loading::execute,
        Action::Transform(_) => transforming::execute,
        Action::Export(_) => export::execute,
        Action::Test(_) => testing::execute,
    }
}

impl RunContext<'_> {
    /// Makes the sources that a step reads readable in its session.
    fn mount(
        &self,
        session: &mut dyn Session,
        reading: Reading<'_>,
    ) -> Result<Vec<Mounted>, StepError> {
        mount_sources(session, self.workspace, self.plan, &self.checked.schemas, reading)
    }

    /// A session for one step; cancelling the run interrupts it.
    fn session(&self) -> Result<Box<dyn Session>, StepError> {
        let session = self.warehouse.session()?;
        let interrupt = session.interrupt();
        self.cancel.on_cancel(move || interrupt.interrupt());
        Ok(session)
    }
}

/// Runs `work` in a transaction: committed where it succeeds, rolled back where it does not.
fn in_transaction<T>(
    session: &mut dyn Session,
    work: impl FnOnce(&mut dyn Session) -> Result<T, StepError>,
) -> Result<T, StepError> {
    session.begin().map_err(errors::of_engine)?;
    let done = work(session).and_then(|done| {
        session.commit().map_err(errors::of_engine)?;
        Ok(done)
    });
    if done.is_err() {
        // The first error is the one to tell; dropping the session rolls back too.
        let _ = session.rollback();
    }
    done
}
