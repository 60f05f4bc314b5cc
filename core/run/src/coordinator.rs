//! Drives a run: asks the state what can run, starts it, and tells what happened in events.

mod begin;
mod death;
mod ending;
mod give_up;
mod log;
mod outcome;
mod prepare;
mod workers;

use std::{
    thread,
    time::{Duration, Instant},
};

use sqlflow_fault as fault;
use sqlflow_plugin_sdk::CancelToken;
use sqlflow_state::{Command, Event, RunStatus, Timestamp};

pub(crate) use self::{
    begin::{last_run, load, was_interrupted},
    give_up::cancel_interrupted,
    log::LogError,
    prepare::{Which, drive_in, scope_of},
};
pub use self::{
    death::record_death,
    prepare::{RunOptions, exit_class_of, resume, run},
};
use self::{
    ending::ending,
    log::Log,
    workers::{Ended, Workers},
};
use crate::{bus::Bus, step::RunContext, strategy::Strategy};

/// How often progress is told, and what other processes ask for is looked at.
const TICK: Duration = Duration::from_millis(100);

/// Runs the steps of a run that has begun, until it has ended or has to stop.
struct Coordinator<'a, 'scope> {
    context: RunContext<'a>,
    log: &'a mut Log,
    bus: &'a mut Bus,
    strategy: &'a dyn Strategy,
    cancel: &'a CancelToken,
    stop: &'a CancelToken,
    workers: Workers<'scope, 'a>,
    /// When other processes were listened to last.
    heard: Instant,
}

/// Drives the run to its end. Where `stop` says so, or the lease is lost, what runs is rolled back
/// and the run is left as a dead process leaves it: to be taken up again.
fn drive(
    context: RunContext<'_>,
    (log, bus): (&mut Log, &mut Bus),
    strategy: &dyn Strategy,
    (cancel, stop): (&CancelToken, &CancelToken),
) -> Result<(), LogError> {
    thread::scope(|scope| {
        let workers = Workers::new(scope, context);
        let mut coordinator = Coordinator {
            context,
            log,
            bus,
            strategy,
            cancel,
            stop,
            workers,
            heard: Instant::now(),
        };
        let driven = coordinator.drive();
        // Whatever keeps the run from being told, nothing goes on behind its back.
        coordinator.workers.cancel();
        driven
    })
}

impl Coordinator<'_, '_> {
    fn drive(&mut self) -> Result<(), LogError> {
        loop {
            self.look_around()?;
            if !self.must_stop() {
                self.start_steps()?;
            }
            if self.workers.is_idle() && (self.must_stop() || self.is_over()) {
                break;
            }
            self.await_one()?;
        }
        if self.must_stop() { Ok(()) } else { self.finish() }
    }

    /// What was asked for here or by another process, and whose time is over.
    fn look_around(&mut self) -> Result<(), LogError> {
        self.hear_others()?;
        if self.cancel.is_cancelled() && !self.log.state().is_terminal() {
            self.tell(Command::CancelRun)?;
        }
        if self.log.state().status() == RunStatus::Cancelling || self.must_stop() {
            self.workers.cancel();
        }
        self.workers.stop_late();
        Ok(())
    }

    /// What other processes have appended; looked for now and then, and found at each append anyway.
    fn hear_others(&mut self) -> Result<(), LogError> {
        if self.heard.elapsed() < TICK {
            return Ok(());
        }
        self.heard = Instant::now();
        let events = self.log.catch_up()?;
        self.show(&events);
        Ok(())
    }

    fn must_stop(&self) -> bool {
        self.stop.is_cancelled() || self.context.lease.is_lost()
    }

    fn start_steps(&mut self) -> Result<(), LogError> {
        let steps = &self.context.plan.steps;
        let place = |id: &str| steps.iter().position(|step| step.id == id);
        let ids = self.log.state().runnable(Timestamp::now());
        let runnable: Vec<usize> = ids.filter_map(|step| place(&step.planned.id)).collect();
        for chosen in self.strategy.choose(&runnable, &self.workers.running()) {
            let step = steps[chosen].id.clone();
            fault::point(fault::STEP_STARTING);
            self.tell(Command::StartStep { step: step.clone() })?;
            fault::point(fault::STEP_STARTED);
            let number = self.log.state().step(&step).map_or(1, |step| step.attempt);
            self.workers.start(chosen, number);
        }
        Ok(())
    }

    /// Whether nothing runs, nothing can run, and nothing is going to.
    fn is_over(&self) -> bool {
        let state = self.log.state();
        state.next_due().is_none() && state.runnable(Timestamp::now()).next().is_none()
    }

    fn await_one(&mut self) -> Result<(), LogError> {
        match self.workers.wait(TICK) {
            Some(ended) => self.conclude(ended),
            None => {
                self.workers.progress().for_each(|progress| self.bus.progress(&progress));
                Ok(())
            }
        }
    }

    fn conclude(&mut self, ended: Ended) -> Result<(), LogError> {
        let id = self.context.plan.steps[ended.step].id.clone();
        if let (Ok(_), Some(rows)) = (&ended.outcome, ended.running.meter.first_rows()) {
            self.bus.first_rows(&id, rows);
        }
        // What was asked meanwhile decides over what an attempt that was stopped is told as.
        self.look_around()?;
        fault::point(fault::STEP_CONCLUDING);
        let is_left = self.must_stop();
        let planned = &self.context.plan.steps[ended.step];
        if let Some(command) = outcome::command(self.log, planned, ended, is_left) {
            self.tell(command)?;
        }
        fault::point(fault::STEP_CONCLUDED);
        Ok(())
    }

    fn finish(&mut self) -> Result<(), LogError> {
        fault::point(fault::RUN_FINISHING);
        let command = ending(self.log.state());
        self.tell(command)?;
        fault::point(fault::RUN_FINISHED);
        Ok(())
    }

    fn tell(&mut self, command: Command) -> Result<(), LogError> {
        let events = self.log.tell(command)?;
        self.show(&events);
        Ok(())
    }

    fn show(&mut self, events: &[Event]) {
        events.iter().for_each(|event| self.bus.event(event));
    }
}
