//! What follows when a step is tried again and a run is taken up again, told as short scripts.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod driver;
mod script;

use std::time::Duration;

use driver::{Run, due, plan, planned, resume};
use script::check;
use sqlflow_state::{Command, OnFailure, PlannedStep, RunStarted, RunStatus, StepStatus};

#[test]
fn a_step_that_is_tried_again_keeps_what_depends_on_it_waiting() {
    let run = check(
        OnFailure::Stop,
        "a b:a c",
        "start a, recover a, retry a, start c, complete c, start a, complete a",
        &[
            "step_queued a",
            "step_queued c",
            "step_started a#1",
            "recovered a#1 (connection)",
            "step_failed a#1",
            "step_retry_scheduled a#1 (due 2026-02-14T06:00:30Z)",
            "step_started c#1",
            "step_succeeded c#1",
            "step_started a#2",
            "step_succeeded a#2",
            "step_queued b",
        ],
    );
    let a = run.state.step("a").unwrap();
    assert_eq!((a.attempt, a.failures, a.error.as_ref(), a.due_at), (2, 1, None, None));
}

#[test]
fn a_step_that_is_tried_again_can_be_started_once_it_is_due() {
    let mut run = Run::new();
    run.command(plan(OnFailure::Stop, "a b")).unwrap();
    for text in ["start a", "start b", "retry a"] {
        run.ask(text).unwrap();
    }
    let before = due() - Duration::from_micros(1);
    assert_eq!((run.state.runnable(before).count(), run.state.next_due()), (0, Some(due())));
    let runnable: Vec<_> = run.state.runnable(due()).map(|step| &step.planned.id).collect();
    assert_eq!(runnable, ["a"]);
    run.ask("start a").unwrap();
    assert_eq!((run.state.runnable(due()).count(), run.state.next_due()), (0, None));
}

#[test]
fn a_run_that_stops_does_not_try_again() {
    // Mutation tried: `retry_step` without `has_stopped`; red.
    check(
        OnFailure::Stop,
        "a b",
        "start a, start b, fail a, retry b, finish",
        &[
            "step_queued a",
            "step_queued b",
            "step_started a#1",
            "step_started b#1",
            "step_failed a#1",
            "step_failed b#1",
            "run_failed (Some(\"a\"): no a)",
        ],
    );
    check(
        OnFailure::Continue,
        "a b",
        "start a, start b, retry b, cancel, retry a, finish",
        &[
            "step_queued a",
            "step_queued b",
            "step_started a#1",
            "step_started b#1",
            "step_failed b#1",
            "step_retry_scheduled b#1 (due 2026-02-14T06:00:30Z)",
            "cancel_requested",
            "step_cancelled b",
            "step_failed a#1",
            "run_cancelled",
        ],
    );
}

#[test]
fn a_step_s_own_word_on_failure_outweighs_the_run_s() {
    let own = |on_failure| {
        let mut run = Run::new();
        let steps = ["a", "b:a", "c"].map(planned).map(|step| PlannedStep { on_failure, ..step });
        let other = match on_failure {
            Some(OnFailure::Continue) => OnFailure::Stop,
            _ => OnFailure::Continue,
        };
        let started =
            RunStarted { on_failure: other, steps: steps.to_vec(), ..RunStarted::default() };
        run.command(Command::StartRun(started)).unwrap();
        run.ask("start a").unwrap();
        run.ask("fail a").unwrap();
        run.state.step("c").unwrap().status
    };
    assert_eq!(own(Some(OnFailure::Continue)), StepStatus::Queued);
    assert_eq!(own(Some(OnFailure::Stop)), StepStatus::Skipped);
}

#[test]
fn an_interrupted_run_goes_on_with_what_is_not_done() {
    let run = check(
        OnFailure::Stop,
        "a b c:b d:a e",
        "start a, complete a, start b, start e, retry e, resume, start b, complete b",
        &[
            "step_queued a",
            "step_queued b",
            "step_queued e",
            "step_started a#1",
            "step_succeeded a#1",
            "step_queued d",
            "step_started b#1",
            "step_started e#1",
            "step_failed e#1",
            "step_retry_scheduled e#1 (due 2026-02-14T06:00:30Z)",
            "run_resumed (redo [])",
            "step_queued b",
            "step_queued d",
            "step_started b#2",
            "step_succeeded b#2",
            "step_queued c",
        ],
    );
    assert_eq!(run.state.owner(), "host:43");
    assert_eq!((run.state.step("e").unwrap().failures, run.state.next_due()), (1, Some(due())));
}

#[test]
fn a_run_that_failed_or_was_cancelled_can_be_taken_up_again() {
    let run = check(
        OnFailure::Stop,
        "a b:a c d",
        "skip d, start a, fail a, finish, resume, start a, complete a, start c, complete c, \
         cancel, finish, resume, start b, complete b, finish",
        &[
            "step_queued a",
            "step_queued c",
            "step_queued d",
            "step_skipped d (Plan: not selected)",
            "step_started a#1",
            "step_failed a#1",
            "step_skipped b (Failure: `a` failed)",
            "step_skipped c (Failure: the run stopped after `a` failed)",
            "run_failed (Some(\"a\"): no a)",
            "run_resumed (redo [])",
            "step_queued a",
            "step_queued c",
            "step_started a#2",
            "step_succeeded a#2",
            "step_queued b",
            "step_started c#1",
            "step_succeeded c#1",
            "cancel_requested",
            "step_cancelled b",
            "run_cancelled",
            "run_resumed (redo [])",
            "step_queued b",
            "step_started b#1",
            "step_succeeded b#1",
            "run_succeeded",
        ],
    );
    assert_eq!((run.state.status(), run.state.failure()), (RunStatus::Succeeded, None));
    assert_eq!(run.state.step("a").unwrap().failures, 0);
}

#[test]
fn what_is_done_again_holds_up_what_waits_for_it() {
    // Mutation tried: `going_on` lets every step that waits for its next attempt go on waiting; red.
    check(
        OnFailure::Stop,
        "a b:a c:a",
        "start a, complete a, start b, retry b, start c, complete c, resume a, start a, complete a",
        &[
            "step_queued a",
            "step_started a#1",
            "step_succeeded a#1",
            "step_queued b",
            "step_queued c",
            "step_started b#1",
            "step_failed b#1",
            "step_retry_scheduled b#1 (due 2026-02-14T06:00:30Z)",
            "step_started c#1",
            "step_succeeded c#1",
            "run_resumed (redo [\"a\"])",
            "step_queued a",
            "step_started a#2",
            "step_succeeded a#2",
            "step_queued b",
        ],
    );
}

#[test]
fn what_is_done_must_not_have_changed_and_the_rest_may() {
    // Mutation tried: `check_unchanged` without the fingerprint; red.
    let attempt = |plan_now: &[&str], redo: &str| {
        let mut run = Run::new();
        run.command(plan(OnFailure::Stop, "a b:a c d")).unwrap();
        for text in ["skip d", "start a", "complete a", "start b"] {
            run.ask(text).unwrap();
        }
        let change = |text: &&str| match text.strip_suffix('*') {
            Some(text) => PlannedStep { fingerprint: "other".to_owned(), ..planned(text) },
            None => planned(text),
        };
        let resumed = run.command(resume(plan_now.iter().map(change).collect(), redo));
        resumed.map(|_| ()).map_err(|rejected| (rejected.code(), rejected.to_string()))
    };
    let changed = "`a` is done in this run and has changed since; start anew with --fresh, or undo \
                   the change";
    let refused = || Err(("SF0706", changed.to_owned()));
    assert_eq!(attempt(&["a", "b:a", "c", "d"], ""), Ok(()));
    assert_eq!(attempt(&["a*", "b:a", "c", "d"], ""), refused());
    assert_eq!(attempt(&["b", "c", "d"], ""), refused());
    assert_eq!(attempt(&["a", "b:a*", "c*", "d*"], ""), Ok(()));
    assert_eq!(attempt(&["a", "x", "b:a,x"], ""), Ok(()));
    assert_eq!(attempt(&["a*", "b:a", "c", "d"], "a"), Ok(()));
}
