//! What must be true of every run's log, read event by event.
//!
//! Nothing here calls what wrote the log: `decide` and `apply` can be wrong together, and the audit
//! is there to see it.

use std::collections::{BTreeMap, BTreeSet};

use sqlflow_state::{Event, EventBody, PlannedStep, SkipCause};

/// What is wrong with a log, each finding with the place of its event.
pub(crate) fn audit(events: &[Event]) -> Vec<String> {
    let mut audit = Audit::default();
    events.iter().zip(1..).for_each(|(event, place)| audit.read(event, place));
    if events.is_empty() {
        audit.findings.push("the log is empty".to_owned());
    }
    audit.findings
}

#[derive(Default)]
struct Audit {
    findings: Vec<String>,
    seq: u64,
    is_begun: bool,
    is_over: bool,
    is_cancelling: bool,
    plan: BTreeMap<String, PlannedStep>,
    /// The attempt that is under way, by step.
    running: BTreeMap<String, u32>,
    /// The last attempt there was, by step.
    attempts: BTreeMap<String, u32>,
    /// Steps whose turn it is, or whose next attempt is scheduled.
    ready: BTreeSet<String>,
    done: BTreeSet<String>,
}

impl Audit {
    fn read(&mut self, event: &Event, place: u64) {
        self.seq = event.seq;
        self.must(event.seq == place, &format!("has the place {} where {place} is due", event.seq));
        let is_resumed = matches!(event.body, EventBody::RunResumed(_));
        let is_started = matches!(event.body, EventBody::RunStarted(_));
        self.must(self.is_begun || is_started, "comes before the run has started");
        self.must(!(self.is_begun && is_started), "starts a run that has started");
        self.must(!self.is_over || is_resumed, "comes after the run has ended");
        match &event.step {
            Some(step) => self.of_step(step, event),
            None => self.of_run(&event.body),
        }
    }

    fn of_run(&mut self, body: &EventBody) {
        match body {
            EventBody::RunStarted(started) => self.begin(&started.steps, &[]),
            EventBody::RunResumed(resumed) => self.begin(&resumed.steps, &resumed.redo),
            EventBody::CancelRequested => self.is_cancelling = true,
            EventBody::RunSucceeded => {
                let all = self.plan.keys().all(|step| self.done.contains(step));
                self.must(all, "says succeeded, and not every step is done");
                self.end();
            }
            EventBody::RunCancelled => {
                self.must(self.is_cancelling, "says cancelled, and nobody asked for it");
                self.end();
            }
            EventBody::RunFailed(_) => self.end(),
            _ => {}
        }
    }

    fn begin(&mut self, steps: &[PlannedStep], redo: &[String]) {
        (self.is_begun, self.is_over, self.is_cancelling) = (true, false, false);
        self.plan = steps.iter().map(|step| (step.id.clone(), step.clone())).collect();
        self.must(self.plan.len() == steps.len(), "plans a step twice");
        self.done.retain(|step| !redo.contains(step));
        // The attempts of the process before died with it.
        self.running.clear();
    }

    fn end(&mut self) {
        self.is_over = true;
        self.must(self.running.is_empty(), "ends the run while a step runs");
    }

    fn of_step(&mut self, step: &str, event: &Event) {
        self.must(
            self.plan.contains_key(step),
            &format!("is about `{step}`, which is not planned"),
        );
        match &event.body {
            EventBody::StepQueued => {
                self.must(self.can_run(step), &format!("queues `{step}` before its turn"));
                self.ready.insert(step.to_owned());
            }
            EventBody::StepStarted => self.start(step, event.attempt),
            EventBody::StepRetryScheduled(_) => {
                let is_last = self.attempts.get(step).copied() == event.attempt;
                self.must(is_last, &format!("schedules `{step}` again after another attempt"));
                let is_over = !self.running.contains_key(step);
                self.must(is_over, &format!("schedules `{step}` again while it runs"));
                self.ready.insert(step.to_owned());
            }
            EventBody::StepSucceeded(_) => {
                self.conclude(step, event.attempt);
                self.done.insert(step.to_owned());
            }
            EventBody::StepFailed(_) | EventBody::Recovered(_) => self.goes_on(step, event),
            EventBody::StepCancelled if event.attempt.is_some() => {
                self.conclude(step, event.attempt);
            }
            EventBody::StepSkipped(skipped) if skipped.cause == SkipCause::Plan => {
                self.done.insert(step.to_owned());
            }
            _ => {}
        }
    }

    fn goes_on(&mut self, step: &str, event: &Event) {
        if matches!(event.body, EventBody::StepFailed(_)) {
            self.conclude(step, event.attempt);
        } else {
            let is_it = self.running.get(step).copied() == event.attempt;
            self.must(is_it, &format!("is about an attempt of `{step}` that does not run"));
        }
    }

    fn start(&mut self, step: &str, attempt: Option<u32>) {
        let is_ready = self.ready.remove(step);
        self.must(is_ready, &format!("starts `{step}`, whose turn it is not"));
        self.must(
            self.can_run(step),
            &format!("starts `{step}` before what it depends on is done"),
        );
        self.must(!self.done.contains(step), &format!("starts `{step}`, which is done"));
        let next = self.attempts.get(step).map_or(1, |last| last + 1);
        self.must(
            attempt == Some(next),
            &format!("starts `{step}` as another attempt than {next}"),
        );
        let attempt = attempt.unwrap_or(next);
        let twice = self.running.insert(step.to_owned(), attempt).is_some();
        self.must(!twice, &format!("starts `{step}`, which runs"));
        self.attempts.insert(step.to_owned(), attempt);
    }

    fn conclude(&mut self, step: &str, attempt: Option<u32>) {
        let running = self.running.remove(step);
        let is_it = running.is_some() && running == attempt;
        self.must(is_it, &format!("ends an attempt of `{step}` that was not started"));
    }

    fn can_run(&self, step: &str) -> bool {
        let planned = self.plan.get(step);
        planned.is_none_or(|step| step.depends_on.iter().all(|on| self.done.contains(on)))
    }

    fn must(&mut self, is_so: bool, otherwise: &str) {
        if !is_so {
            self.findings.push(format!("event {} {otherwise}", self.seq));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// A log of these kinds, steps, attempts and data.
    fn log(entries: &[(&str, Option<&str>, Option<u32>, Value)]) -> Vec<Event> {
        let entry = |(place, (kind, step, attempt, data)): (usize, &(_, _, _, Value))| {
            let event = json!({
                "v": 1, "run_id": "019c5b1e-7a00-7000-8000-000000000001", "seq": place + 1,
                "ts": "2026-01-31T06:00:00.000000Z", "kind": kind, "step": step,
                "attempt": attempt, "data": data,
            });
            serde_json::from_value(event).unwrap()
        };
        entries.iter().enumerate().map(entry).collect()
    }

    fn plan() -> Value {
        json!({ "steps": [{ "id": "a" }, { "id": "b", "depends_on": ["a"] }] })
    }

    fn none() -> Value {
        json!({})
    }

    /// A run of two steps, the first of which is tried twice.
    fn sound() -> Vec<Event> {
        log(&[
            ("run_started", None, None, plan()),
            ("step_queued", Some("a"), None, none()),
            ("step_started", Some("a"), Some(1), none()),
            ("step_failed", Some("a"), Some(1), none()),
            ("step_retry_scheduled", Some("a"), Some(1), none()),
            ("run_resumed", None, None, plan()),
            ("step_started", Some("a"), Some(2), none()),
            ("step_succeeded", Some("a"), Some(2), none()),
            ("step_queued", Some("b"), None, none()),
            ("step_started", Some("b"), Some(1), none()),
            ("step_succeeded", Some("b"), Some(1), none()),
            ("run_succeeded", None, None, none()),
        ])
    }

    #[test]
    fn a_sound_log_has_no_findings() {
        assert_eq!(audit(&sound()), Vec::<String>::new());
    }

    /// Mutations: each `must` of `of_run`, `start` and `conclude` left out; red.
    #[test]
    fn every_event_left_out_is_found_but_one_that_only_asks() {
        for left_out in 0..sound().len() {
            let mut events = sound();
            let gone = events.remove(left_out);
            let findings = audit(&events);
            // The last one leaves a gap nowhere: the run has only not ended.
            let is_last = left_out == events.len();
            assert_eq!(findings.is_empty(), is_last, "without {:?}: {findings:?}", gone.body);
            let mut renumbered = events;
            renumbered.iter_mut().zip(1..).for_each(|(event, seq)| event.seq = seq);
            // A resume between a retry and its attempt changes nothing that could be missed.
            let is_silent = is_last || matches!(gone.body, EventBody::RunResumed(_));
            let findings = audit(&renumbered);
            assert_eq!(findings.is_empty(), is_silent, "without {:?}: {findings:?}", gone.body);
        }
    }

    #[test]
    fn what_cannot_have_happened_is_found_at_its_place() {
        let check = |entries: &[(&str, Option<&str>, Option<u32>, Value)], expect: &str| {
            let head = [
                ("run_started", None, None, plan()),
                ("step_queued", Some("a"), None, none()),
                ("step_started", Some("a"), Some(1), none()),
            ];
            let findings = audit(&log(&[&head, entries].concat()));
            assert_eq!(findings.first().map(String::as_str), Some(expect));
        };
        let done = ("step_succeeded", Some("a"), Some(1), none());
        check(
            &[("step_succeeded", Some("a"), Some(2), none())],
            "event 4 ends an attempt of `a` that was not started",
        );
        check(&[("run_started", None, None, plan())], "event 4 starts a run that has started");
        check(&[("run_failed", None, None, none())], "event 4 ends the run while a step runs");
        check(
            &[done.clone(), ("run_succeeded", None, None, none())],
            "event 5 says succeeded, and not every step is done",
        );
        check(
            &[done.clone(), ("run_cancelled", None, None, none())],
            "event 5 says cancelled, and nobody asked for it",
        );
        check(
            &[
                done.clone(),
                ("run_failed", None, None, none()),
                ("step_queued", Some("b"), None, none()),
            ],
            "event 6 comes after the run has ended",
        );
        check(&[("step_queued", Some("b"), None, none())], "event 4 queues `b` before its turn");
        check(
            &[done, ("step_queued", Some("c"), None, none())],
            "event 5 is about `c`, which is not planned",
        );
        assert_eq!(audit(&[]), ["the log is empty"]);
    }
}
