//! What follows from a command, told as short scripts.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod driver;
mod script;

use driver::{Run, command, plan};
use script::check;
use sqlflow_state::{OnFailure, RunStatus, Timestamp};

/// Runs the commands, of which the last is refused, appends nothing and says why.
fn check_rejected(steps: &str, commands: &str, expect: &str) {
    let mut run = Run::new();
    let (before, last) = commands.rsplit_once(", ").unwrap_or(("", commands));
    run.command(plan(OnFailure::Stop, steps)).unwrap();
    for text in before.split(", ").filter(|text| !text.is_empty()) {
        run.ask(text).unwrap_or_else(|rejected| panic!("{text}: {rejected}"));
    }
    let (log, state) = (run.log(), run.state.clone());
    let rejected = run.ask(last).unwrap_err();
    assert_eq!(rejected.to_string(), expect, "{commands}");
    assert_eq!(rejected.code(), "SF0703");
    assert_eq!((run.log(), run.state), (log, state), "{commands}");
}

#[test]
fn a_step_is_queued_when_all_that_it_depends_on_is_done() {
    let run = check(
        OnFailure::Stop,
        "a b c:a,b d:c",
        "start b, complete b, start a, complete a, start c, complete c, start d, complete d, finish",
        &[
            "step_queued a",
            "step_queued b",
            "step_started b#1",
            "step_succeeded b#1",
            "step_started a#1",
            "step_succeeded a#1",
            "step_queued c",
            "step_started c#1",
            "step_succeeded c#1",
            "step_queued d",
            "step_started d#1",
            "step_succeeded d#1",
            "run_succeeded",
        ],
    );
    assert_eq!(run.state.status(), RunStatus::Succeeded);
}

#[test]
fn runnable_steps_are_the_queued_ones_in_plan_order() {
    let runnable = |run: &Run| {
        run.state
            .runnable(Timestamp::UNIX_EPOCH)
            .map(|step| step.planned.id.clone())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let mut run = Run::new();
    assert_eq!(runnable(&run), "");
    for (next, expect) in [
        (plan(OnFailure::Stop, "a b c:a d:a"), "a b"),
        (command("start a"), "b"),
        (command("complete a"), "b c d"),
        (command("start c"), "b d"),
        (command("cancel"), ""),
    ] {
        run.command(next).unwrap();
        assert_eq!(runnable(&run), expect);
    }
}

#[test]
fn by_default_a_failure_stops_what_has_not_begun_and_lets_the_rest_end() {
    check(
        OnFailure::Stop,
        "a b c c2:c d:a e:d",
        "start a, start b, fail a, complete b, finish",
        &[
            "step_queued a",
            "step_queued b",
            "step_queued c",
            "step_started a#1",
            "step_started b#1",
            "step_failed a#1",
            "step_skipped c (Failure: the run stopped after `a` failed)",
            "step_skipped c2 (Failure: the run stopped after `a` failed)",
            "step_skipped d (Failure: `a` failed)",
            "step_skipped e (Failure: `a` failed)",
            "step_succeeded b#1",
            "run_failed (Some(\"a\"): no a)",
        ],
    );
}

#[test]
fn a_failure_with_continue_skips_only_what_depends_on_it() {
    check(
        OnFailure::Continue,
        "a b c:a d:b e:c,d",
        "start a, fail a, start b, complete b, start d, complete d, finish",
        &[
            "step_queued a",
            "step_queued b",
            "step_started a#1",
            "step_failed a#1",
            "step_skipped c (Failure: `a` failed)",
            "step_skipped e (Failure: `a` failed)",
            "step_started b#1",
            "step_succeeded b#1",
            "step_queued d",
            "step_started d#1",
            "step_succeeded d#1",
            "run_failed (Some(\"a\"): no a)",
        ],
    );
}

#[test]
fn of_two_failures_the_first_in_plan_order_names_the_run_s() {
    check(
        OnFailure::Continue,
        "a b",
        "start a, start b, fail b, fail a, finish",
        &[
            "step_queued a",
            "step_queued b",
            "step_started a#1",
            "step_started b#1",
            "step_failed b#1",
            "step_failed a#1",
            "run_failed (Some(\"a\"): no a)",
        ],
    );
}

#[test]
fn a_step_skipped_by_plan_holds_nothing_up_and_the_run_succeeds() {
    check(
        OnFailure::Stop,
        "a b:a c:b",
        "skip a, skip b, start c, complete c, finish",
        &[
            "step_queued a",
            "step_skipped a (Plan: not selected)",
            "step_queued b",
            "step_skipped b (Plan: not selected)",
            "step_queued c",
            "step_started c#1",
            "step_succeeded c#1",
            "run_succeeded",
        ],
    );
}

#[test]
fn a_cancelled_run_ends_cancelled_and_a_second_cancel_changes_nothing() {
    check(
        OnFailure::Stop,
        "a b c d:a",
        "start a, start b, cancel, cancel, complete a, cancel b, finish",
        &[
            "step_queued a",
            "step_queued b",
            "step_queued c",
            "step_started a#1",
            "step_started b#1",
            "cancel_requested",
            "step_cancelled c",
            "step_cancelled d",
            "step_succeeded a#1",
            "step_cancelled b#1",
            "run_cancelled",
        ],
    );
}

#[test]
fn a_failure_outside_the_steps_skips_them_and_fails_the_run() {
    check(
        OnFailure::Continue,
        "a b:a",
        "fail",
        &[
            "step_queued a",
            "step_skipped a (Failure: the run failed)",
            "step_skipped b (Failure: the run failed)",
            "run_failed (None: no )",
        ],
    );
}

#[test]
fn a_run_of_no_steps_succeeds() {
    check(OnFailure::Stop, "", "finish", &["run_succeeded"]);
}

#[test]
fn a_command_that_does_not_fit_is_refused_with_the_reason() {
    let past = "cannot be started; look at its status";
    check_rejected("a b:a", "start b", &format!("step `b` is pending and {past}"));
    check_rejected("a", "start a, start a", &format!("step `a` is running and {past}"));
    check_rejected("a", "cancel, start a", &format!("step `a` is cancelled and {past}"));
    check_rejected(
        "a",
        "start a, complete a, complete a",
        "step `a` is succeeded and cannot be completed; look at its status",
    );
    check_rejected("a", "fail a", "step `a` is queued and cannot be failed; look at its status");
    check_rejected(
        "a",
        "start a, skip a",
        "step `a` is running and cannot be skipped; look at its status",
    );
    check_rejected(
        "a",
        "start a, cancel a",
        "step `a` cannot be cancelled alone; cancel the run first",
    );
    check_rejected("a", "start x", "the run has no step `x`; take the id from its plan");
    check_rejected("a b:a", "finish", "the run cannot end before `a`, `b`; end it first");
    check_rejected(
        "a",
        "start a, retry a, skip a",
        "step `a` is retrying and cannot be skipped; look at its status",
    );
    check_rejected(
        "a",
        "start a, retry a, recover a",
        "step `a` is retrying and cannot be recovered; look at its status",
    );
    check_rejected("a", "retry a", "step `a` is queued and cannot be failed; look at its status");
    check_rejected("a", "start a, retry a, finish", "the run cannot end before `a`; end it first");
    check_rejected(
        "a",
        "start a, complete a, finish, resume",
        "the run has ended (succeeded); start a new one",
    );
    check_rejected("a b", "start b, fail", "the run cannot end before `b`; end it first");
}

#[test]
fn a_run_that_has_ended_refuses_every_command() {
    let ends = [
        ("start a, complete a, finish", "the run has ended (succeeded); start a new one"),
        ("start a, fail a, finish", "the run has ended (failed); start a new one"),
        ("cancel, finish", "the run has ended (cancelled); start a new one"),
    ];
    let commands = [
        "start a",
        "complete a",
        "fail a",
        "retry a",
        "recover a",
        "skip a",
        "cancel a",
        "cancel",
        "finish",
        "fail",
    ];
    for (end, expect) in ends {
        for command in commands {
            check_rejected("a", &format!("{end}, {command}"), expect);
        }
    }
}

#[test]
fn a_run_is_started_once_and_first() {
    let mut run = Run::new();
    for text in ["start a", "cancel", "finish", "fail", "resume"] {
        let rejected = run.ask(text).unwrap_err();
        assert_eq!(rejected.to_string(), "the run has not started; start it first");
    }
    assert_eq!((run.state.status(), run.log()), (RunStatus::Pending, vec![]));

    run.command(plan(OnFailure::Stop, "a")).unwrap();
    let rejected = run.command(plan(OnFailure::Stop, "a")).unwrap_err();
    assert_eq!(rejected.to_string(), "the run has started already; follow its status");
    assert_eq!(run.log().len(), 2);
}

#[test]
fn a_plan_that_could_never_end_is_refused() {
    let check = |steps: &str, expect: &str| {
        let rejected = Run::new().command(plan(OnFailure::Stop, steps)).unwrap_err();
        assert_eq!((rejected.to_string().as_str(), rejected.code()), (expect, "SF0704"));
    };
    let order = "which does not stand before it; sort the plan's steps topologically";
    check("a:b b", &format!("step `a` depends on `b`, {order}"));
    check("a:a", &format!("step `a` depends on `a`, {order}"));
    check("a b:nowhere", &format!("step `b` depends on `nowhere`, {order}"));
    check("a b a", "the plan has two steps `a`; give each an id of its own");
}
