//! No sequence of commands leads to an illegal log, and none leaves a run that cannot end.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod driver;

use std::collections::BTreeMap;

use driver::{Run, command, plan, resume};
use proptest::prelude::*;
use sqlflow_state::{
    Command, Event, EventBody, OnFailure, PlannedStep, RunResumed, RunState, RunStatus, RunSummary,
    SkipCause, apply,
};

/// A plan of up to seven steps, `s0` to `s6`, each depending on some of those before it.
fn any_plan() -> impl Strategy<Value = Command> {
    let on_failure = prop_oneof![Just(OnFailure::Stop), Just(OnFailure::Continue)];
    (on_failure, prop::collection::vec(any::<u8>(), 0..7)).prop_map(|(on_failure, needs)| {
        let step = |(at, bits): (usize, &u8)| {
            let on = (0..at).filter(|before| bits >> before & 1 == 1).map(|n| format!("s{n}"));
            format!("s{at}:{}", on.collect::<Vec<_>>().join(","))
        };
        let steps: Vec<_> = needs.iter().enumerate().map(step).collect();
        plan(on_failure, &steps.join(" "))
    })
}

/// Any command on any step, known or not; those that end or cancel the run are rarer.
fn any_command() -> impl Strategy<Value = Command> {
    let step_verb = prop_oneof![
        6 => Just("start"),
        6 => Just("complete"),
        2 => Just("fail"),
        2 => Just("retry"),
        1 => Just("recover"),
        1 => Just("skip"),
        1 => Just("cancel"),
    ];
    let step_command = (step_verb, 0..8u8).prop_map(|(verb, n)| command(&format!("{verb} s{n}")));
    let run_command = prop_oneof![Just("cancel"), Just("finish"), Just("fail")].prop_map(command);
    prop_oneof![20 => step_command, 1 => run_command, 1 => any_plan()]
}

/// A command, or the run is taken up again, with another plan or with the one that it has.
#[derive(Debug, Clone)]
enum Asked {
    Command(Command),
    Resume { redo: String, plan: Option<Vec<PlannedStep>> },
}

fn any_asked() -> impl Strategy<Value = Asked> {
    let plan = any_plan().prop_map(|plan| match plan {
        Command::StartRun(started) => started.steps,
        other => panic!("not a plan: {other:?}"),
    });
    let redo = prop::collection::vec(0..8u8, 0..3);
    let resume = (redo, prop::option::of(plan)).prop_map(|(redo, plan)| {
        let redo: Vec<_> = redo.iter().map(|n| format!("s{n}")).collect();
        Asked::Resume { redo: redo.join(","), plan }
    });
    prop_oneof![15 => any_command().prop_map(Asked::Command), 1 => resume]
}

impl Asked {
    fn of(self, run: &Run) -> Command {
        match self {
            Self::Command(command) => command,
            Self::Resume { redo, plan: Some(steps) } => resume(steps, &redo),
            Self::Resume { redo, plan: None } => run.resume(&redo),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn every_log_is_legal(
        start in any_plan(),
        commands in prop::collection::vec(any_asked(), 0..60),
    ) {
        let mut run = Run::new();
        for asked in std::iter::once(Asked::Command(start)).chain(commands) {
            let (log, state) = (run.log(), run.state.clone());
            let command = asked.of(&run);
            let is_resume = matches!(command, Command::ResumeRun(_));
            if run.command(command).is_err() {
                prop_assert_eq!((&run.log(), &run.state), (&log, &state));
            } else {
                prop_assert!(is_resume || !state.is_terminal(), "an ended run took a command");
                prop_assert_eq!(&run.log()[..log.len()], &log[..]);
            }
            check_log(&run.log(), run.state.status());
            check_sums(&run);
        }
    }

    #[test]
    fn every_run_can_be_brought_to_its_end(
        start in any_plan(),
        commands in prop::collection::vec(any_asked(), 0..30),
    ) {
        let mut run = Run::new();
        for asked in std::iter::once(Asked::Command(start)).chain(commands) {
            let _ = run.command(asked.of(&run));
        }
        bring_to_end(&mut run);
        prop_assert!(run.state.is_terminal());
        check_log(&run.log(), run.state.status());
    }

    #[test]
    fn the_state_is_the_fold_over_the_log(
        start in any_plan(),
        commands in prop::collection::vec(any_asked(), 0..30),
    ) {
        let mut run = Run::new();
        for asked in std::iter::once(Asked::Command(start)).chain(commands) {
            let _ = run.command(asked.of(&run));
        }
        let json: Vec<_> =
            run.log().iter().map(|event| serde_json::to_string(event).unwrap()).collect();
        let read = json.iter().map(|line| serde_json::from_str::<Event>(line).unwrap());
        let state = read.fold(RunState::default(), |state, event| apply(state, &event));
        prop_assert_eq!(state, run.state);
    }
}

/// Completes what runs and starts what can be started, until the run can end.
fn bring_to_end(run: &mut Run) {
    while run.command(command("finish")).is_err() && !run.state.is_terminal() {
        let steps: Vec<_> = run.state.steps().iter().map(|step| step.planned.id.clone()).collect();
        let mut moved = false;
        for id in steps {
            moved |= run.ask(&format!("start {id}")).is_ok();
            moved |= run.ask(&format!("complete {id}")).is_ok();
        }
        assert!(moved, "stuck: {:#?}", run.state);
    }
}

/// What is counted along is what the steps come to. Mutation tried: `resume` does not
/// count anew; red.
fn check_sums(run: &Run) {
    let line = RunSummary::of(run.id, &run.state);
    let done = || run.state.steps().iter().filter(|step| step.is_done());
    let rows = done().filter_map(|step| step.result.as_ref()).map(|result| result.rows_out);
    assert_eq!((line.steps_done, line.rows_out), (done().count() as u64, rows.sum()));
}

/// The model: what the rules allow, written without the crate's own fold.
#[derive(Debug, Default)]
struct Model {
    /// What each step depends on.
    needs: BTreeMap<String, Vec<String>>,
    /// The last kind of event of each step, and its attempt.
    steps: BTreeMap<String, (&'static str, u32)>,
    cancelling: bool,
    ended: Option<RunStatus>,
}

fn check_log(log: &[Event], status: RunStatus) {
    let mut model = Model::default();
    for (event, seq) in log.iter().zip(1..) {
        assert_eq!((event.v, event.seq), (1, seq));
        assert_eq!(event.run_id, log[0].run_id);
        assert_eq!(seq == 1, matches!(event.body, EventBody::RunStarted(_)), "one start, first");
        let is_resume = matches!(event.body, EventBody::RunResumed(_));
        assert!(is_resume || model.ended.is_none(), "an event after the end");
        model.take(event);
    }
    let expect = match (model.ended, model.cancelling, log.is_empty()) {
        (Some(ended), ..) => ended,
        (None, true, _) => RunStatus::Cancelling,
        (None, false, false) => RunStatus::Running,
        (None, false, true) => RunStatus::Pending,
    };
    assert_eq!(status, expect);
}

impl Model {
    fn take(&mut self, event: &Event) {
        match &event.body {
            EventBody::RunStarted(run) => {
                self.needs =
                    run.steps.iter().map(|s| (s.id.clone(), s.depends_on.clone())).collect();
                self.steps = self.needs.keys().map(|id| (id.clone(), ("pending", 0))).collect();
            }
            EventBody::RunResumed(run) => self.resume(run),
            EventBody::CancelRequested => {
                assert!(!self.cancelling, "asked twice");
                self.cancelling = true;
            }
            EventBody::RunSucceeded => self.end(RunStatus::Succeeded),
            EventBody::RunFailed(failed) => {
                let names_a_failed_one = |id: &String| self.steps[id].0 == "failed";
                assert!(failed.failed_step.iter().all(names_a_failed_one), "{event:?}");
                self.end(RunStatus::Failed);
            }
            EventBody::RunCancelled => self.end(RunStatus::Cancelled),
            _ => self.take_step(event),
        }
    }

    /// Done stays done unless it is to be done again; a retry stays one while its needs are done.
    fn resume(&mut self, run: &RunResumed) {
        assert_ne!(self.ended, Some(RunStatus::Succeeded), "a success was taken up again");
        let is_redone = |id: &String| run.redo.contains(id);
        let is_kept = |id: &String| self.is_done(id) && !is_redone(id);
        let taken_up = |step: &PlannedStep| {
            let (kind, attempt) = self.steps.get(&step.id).copied().unwrap_or(("pending", 0));
            let waits = kind == "retrying" && step.depends_on.iter().all(is_kept);
            let goes_on = waits || is_kept(&step.id);
            (step.id.clone(), (if goes_on { kind } else { "pending" }, attempt))
        };
        let steps: BTreeMap<_, _> = run.steps.iter().map(taken_up).collect();
        let mut succeeded = self.steps.iter().filter(|(_, (kind, _))| *kind == "succeeded");
        assert!(succeeded.all(|(id, _)| steps.contains_key(id) || is_redone(id)), "{run:?}");
        self.needs = run.steps.iter().map(|s| (s.id.clone(), s.depends_on.clone())).collect();
        (self.steps, self.cancelling, self.ended) = (steps, false, None);
    }

    fn take_step(&mut self, event: &Event) {
        let id = event.step.as_deref().unwrap();
        let (before, attempt) = self.steps[id];
        let needs_done = || self.needs[id].iter().all(|on| self.is_done(on));
        let after = match &event.body {
            EventBody::StepQueued => ("pending", "queued", needs_done(), None),
            EventBody::StepStarted => {
                let legal = needs_done() && !self.cancelling;
                let from = if before == "retrying" { before } else { "queued" };
                (from, "running", legal, Some(attempt + 1))
            }
            EventBody::StepSucceeded(_) => ("running", "succeeded", true, Some(attempt)),
            EventBody::StepFailed(_) => ("running", "failed", true, Some(attempt)),
            EventBody::StepRetryScheduled(_) => {
                ("failed", "retrying", !self.cancelling, Some(attempt))
            }
            EventBody::Recovered(_) => ("running", "running", true, Some(attempt)),
            EventBody::StepSkipped(skipped) if skipped.cause == SkipCause::Plan => {
                (waiting(before), "left out", before != "retrying", None)
            }
            EventBody::StepSkipped(_) => (waiting(before), "lost", true, None),
            EventBody::StepCancelled if before == "running" => {
                (before, "cancelled", self.cancelling, Some(attempt))
            }
            EventBody::StepCancelled => (waiting(before), "cancelled", self.cancelling, None),
            body => panic!("not about a step: {body:?}"),
        };
        let (from, to, legal, expected_attempt) = after;
        assert_eq!((before, event.attempt), (from, expected_attempt), "{event:?}");
        assert!(legal, "{event:?}");
        self.steps.insert(id.to_owned(), (to, event.attempt.unwrap_or(attempt)));
    }

    fn is_done(&self, id: &str) -> bool {
        self.steps.get(id).is_some_and(|(kind, _)| ["succeeded", "left out"].contains(kind))
    }

    fn end(&mut self, status: RunStatus) {
        let last = |wanted: &[&str]| self.steps.values().any(|(kind, _)| wanted.contains(kind));
        let open = ["pending", "queued", "running", "retrying"];
        assert!(!last(&open), "the run ended before its steps");
        match status {
            RunStatus::Succeeded => assert!(!last(&["failed", "lost", "cancelled"])),
            RunStatus::Cancelled => assert!(self.cancelling),
            _ => {}
        }
        self.ended = Some(status);
    }
}

/// The kind that a step must have come from that has not begun.
fn waiting(before: &'static str) -> &'static str {
    if ["queued", "retrying"].contains(&before) { before } else { "pending" }
}
