//! The threads on which attempts run.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    thread::Scope,
    time::{Duration, Instant},
};

use sqlflow_plugin_sdk::CancelToken;
use sqlflow_state::{StepError, StepResult};

use crate::{
    Progress, code, errors,
    meter::Meter,
    step::{Attempt, RunContext, executor},
};

/// An attempt that has ended.
pub(super) struct Ended {
    pub(super) step: usize,
    pub(super) outcome: Result<StepResult, StepError>,
    pub(super) running: Running,
}

/// An attempt that runs.
pub(super) struct Running {
    cancel: CancelToken,
    pub(super) meter: Arc<Meter>,
    began: Instant,
    timeout: Option<Duration>,
    /// Whether it was stopped because its time is over.
    is_late: bool,
}

/// The attempts that run, by the places of their steps in the plan.
pub(super) struct Workers<'scope, 'env> {
    scope: &'scope Scope<'scope, 'env>,
    run: RunContext<'env>,
    running: BTreeMap<usize, Running>,
    done: Sender<(usize, Result<StepResult, StepError>)>,
    inbox: Receiver<(usize, Result<StepResult, StepError>)>,
}

impl<'scope, 'env> Workers<'scope, 'env> {
    pub(super) fn new(scope: &'scope Scope<'scope, 'env>, run: RunContext<'env>) -> Self {
        let (done, inbox) = channel();
        Self { scope, run, running: BTreeMap::new(), done, inbox }
    }

    /// Starts an attempt on a thread of its own.
    pub(super) fn start(&mut self, place: usize, number: u32) {
        let (meter, cancel) = (Arc::<Meter>::default(), CancelToken::new());
        let step = &self.run.plan.steps[place];
        let running = Running {
            cancel: cancel.clone(),
            meter: Arc::clone(&meter),
            began: Instant::now(),
            timeout: step.options.timeout,
            is_late: false,
        };
        self.running.insert(place, running);
        let attempt = Attempt { run: self.run, step, number, cancel, meter };
        let done = self.done.clone();
        self.scope.spawn(move || {
            let work = || executor(attempt.step)(&attempt);
            let outcome = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(panicked()));
            // The coordinator waits for it as long as the scope lasts.
            let _ = done.send((place, outcome));
        });
    }

    pub(super) fn running(&self) -> Vec<usize> {
        self.running.keys().copied().collect()
    }

    pub(super) fn is_idle(&self) -> bool {
        self.running.is_empty()
    }

    /// The next attempt to end, where one does in this time.
    pub(super) fn wait(&mut self, longest: Duration) -> Option<Ended> {
        let (step, outcome) = match self.inbox.recv_timeout(longest) {
            Ok(ended) => ended,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return None,
        };
        let running = self.running.remove(&step)?;
        let outcome = if running.is_late { outcome.map_err(|_| running.late()) } else { outcome };
        Some(Ended { step, outcome, running })
    }

    /// Stops every attempt.
    pub(super) fn cancel(&self) {
        self.running.values().for_each(|running| running.cancel.cancel());
    }

    /// Stops the attempts whose time is over.
    pub(super) fn stop_late(&mut self) {
        for running in self.running.values_mut() {
            let is_over = running.timeout.is_some_and(|limit| running.began.elapsed() >= limit);
            if is_over && !running.is_late {
                running.is_late = true;
                running.cancel.cancel();
            }
        }
    }

    /// How far each attempt is.
    pub(super) fn progress(&self) -> impl Iterator<Item = Progress> {
        self.running.iter().map(|(&place, running)| Progress {
            step: self.run.plan.steps[place].id.clone(),
            rows: running.meter.rows(),
            bytes: running.meter.bytes(),
            elapsed: running.began.elapsed(),
        })
    }
}

impl Running {
    fn late(&self) -> StepError {
        let limit = self.timeout.unwrap_or_default().as_secs_f64();
        let message = format!("the step took longer than its timeout of {limit} s");
        let remedy = "raise `timeout` in its OPTIONS, or look for what it waits for";
        StepError {
            can_be_retried: true,
            ..errors::noticed(code::STEP_TIMEOUT, "timeout", message, remedy)
        }
    }
}

fn panicked() -> StepError {
    let remedy = "report it, with the pipeline and the log";
    errors::noticed(code::BUG, "bug", "the step panicked".to_owned(), remedy)
}
