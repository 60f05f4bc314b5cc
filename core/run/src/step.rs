//! One file for each kind of step. A new kind is one file here and one line in [`executor`].

mod export;
pub(crate) mod loading;
mod mounts;
mod once;
mod source;
mod testing;
pub(crate) mod transforming;

use std::sync::Arc;

use sqlflow_engine::{Mounted, Session};
use sqlflow_host::in_step;
use sqlflow_plan::{Action, Plan, Step};
use sqlflow_plugin_sdk::CancelToken;
use sqlflow_state::{RunId, StepError, StepResult};

pub(crate) use self::mounts::{Reading, mount_sources};
use crate::{Checked, Workspace, errors, lease::HeldLease, meter::Meter, warehouse::Warehouse};

/// What a step may see: the same for every step of a run, and never changed.
#[derive(Clone, Copy)]
pub(crate) struct RunContext<'a> {
    pub(crate) id: RunId,
    pub(crate) workspace: &'a Workspace,
    pub(crate) warehouse: &'a Warehouse,
    pub(crate) plan: &'a Plan,
    pub(crate) checked: &'a Checked,
    pub(crate) lease: &'a HeldLease,
    /// The most rows that are read of each source.
    pub(crate) sample: Option<u64>,
}

/// One try of a step.
pub(crate) struct Attempt<'a> {
    pub(crate) run: RunContext<'a>,
    pub(crate) step: &'a Step,
    /// From 1, over all processes that ran the run.
    pub(crate) number: u32,
    /// Stops this try.
    pub(crate) cancel: CancelToken,
    pub(crate) meter: Arc<Meter>,
}

/// Does the work of one kind of step.
type Executor = fn(&Attempt<'_>) -> Result<StepResult, StepError>;

/// Finds the executor of a step; what it opens stands on the call board with the step's id.
pub(crate) fn executor(step: &Step) -> impl Fn(&Attempt<'_>) -> Result<StepResult, StepError> {
    let execute = of_kind(step);
    move |attempt| in_step(&attempt.step.id, || execute(attempt))
}

fn of_kind(step: &Step) -> Executor {
    match step.action {
        Action::Source(_) => source::execute,
        Action::Load(_) => loading::execute,
        Action::Transform(_) => transforming::execute,
        Action::Export(_) => export::execute,
        Action::Test(_) => testing::execute,
    }
}

impl RunContext<'_> {
    /// Fails where another process has taken over the pipeline.
    fn check_fence(&self) -> Result<(), StepError> {
        self.lease.check().map_err(|error| errors::of_store(&error))
    }
}

impl Attempt<'_> {
    /// Makes the sources that a step reads readable in its session.
    fn mount(
        &self,
        session: &mut dyn Session,
        reading: Reading<'_>,
    ) -> Result<Vec<Mounted>, StepError> {
        let RunContext { workspace, plan, checked, .. } = self.run;
        mount_sources(session, workspace, plan, &checked.schemas, reading)
    }

    /// A session for the step; stopping the attempt interrupts it.
    fn session(&self) -> Result<Box<dyn Session>, StepError> {
        let session = self.run.warehouse.session()?;
        let interrupt = session.interrupt();
        self.cancel.on_cancel(move || interrupt.interrupt());
        Ok(session)
    }
}
