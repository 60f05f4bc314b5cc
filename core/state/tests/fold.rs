//! What a log says about its run, from logs written by hand.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use sqlflow_state::{
    Command, Event, EventBody, RunId, RunState, RunStatus, RunSummary, StepStatus, apply, decide,
};

/// Folds a log of which each line gives `step kind attempt data`, at 06:00 and so many seconds.
fn fold(lines: &[&str]) -> RunState {
    let events = lines.iter().zip(1..).map(|(line, seq)| {
        let [step, kind, attempt, data] = line.splitn(4, ' ').collect::<Vec<_>>()[..] else {
            panic!("{line}");
        };
        let step = if step == "-" { "null".to_owned() } else { format!(r#""{step}""#) };
        let json = format!(
            r#"{{"v":1,"run_id":"019c5b1e-7a00-7000-8000-000000000001","seq":{seq},
            "ts":"2026-02-14T06:00:{seq:02}Z","kind":"{kind}","step":{step},
            "attempt":{attempt},"data":{data}}}"#
        );
        serde_json::from_str::<Event>(&json).unwrap()
    });
    events.fold(RunState::default(), |state, event| apply(state, &event))
}

const START: &str = concat!(
    r#"- run_started null {"pipeline":"daily","profile":"dev","steps":"#,
    r#"[{"id":"a","kind":"load"},{"id":"b","kind":"export","depends_on":["a"]}]}"#,
);

/// The time that the event of this place has.
fn at(seq: u64) -> Option<String> {
    Some(format!("2026-02-14T06:00:{seq:02}Z"))
}

#[test]
fn a_finished_run_keeps_times_attempts_and_results() {
    let state = fold(&[
        START,
        "a step_queued null {}",
        "a step_started 1 {}",
        r#"a step_succeeded 1 {"rows_out":5}"#,
        "b step_queued null {}",
        "b step_started 1 {}",
        r#"b step_failed 1 {"error":{"message":"disk full"},"result":{"rows_in":3}}"#,
        r#"- run_failed null {"failed_step":"b","error":{"message":"disk full"}}"#,
    ]);
    let time = |ts: Option<sqlflow_state::Timestamp>| ts.map(|ts| ts.to_string());
    assert_eq!((state.status(), state.last_seq()), (RunStatus::Failed, 8));
    assert_eq!((state.pipeline(), state.profile()), ("daily", "dev"));
    assert_eq!((time(state.started_at()), time(state.finished_at())), (at(1), at(8)));
    assert_eq!(state.failure().unwrap().failed_step.as_deref(), Some("b"));

    let a = state.step("a").unwrap();
    assert_eq!((a.status, a.attempt, a.is_done()), (StepStatus::Succeeded, 1, true));
    assert_eq!(a.result.as_ref().unwrap().rows_out, 5);
    assert_eq!([a.queued_at, a.started_at, a.finished_at].map(time), [at(2), at(3), at(4)],);

    let b = state.step("b").unwrap();
    assert_eq!((b.status, b.attempt, b.is_done()), (StepStatus::Failed, 1, false));
    assert_eq!(b.result.as_ref().unwrap().rows_in, 3);
    assert_eq!(b.error.as_ref().unwrap().to_string(), "disk full");
    assert_eq!(state.step("c"), None);
}

#[test]
fn a_later_attempt_that_succeeds_clears_the_error_of_the_first() {
    let state = fold(&[
        START,
        "a step_started 1 {}",
        r#"a step_failed 1 {"error":{"message":"gone"}}"#,
        "a step_retry_scheduled 1 {}",
        "a step_started 2 {}",
        "a step_succeeded 2 {}",
    ]);
    let a = state.step("a").unwrap();
    assert_eq!((a.status, a.attempt, a.error.as_ref()), (StepStatus::Succeeded, 2, None));
}

#[test]
fn a_step_that_waits_for_its_next_attempt_has_not_finished() {
    let failed = [START, "a step_started 1 {}", r#"a step_failed 1 {"error":{"message":"gone"}}"#];
    let finished_at = |state: &RunState| state.step("a").unwrap().finished_at;
    assert_eq!(finished_at(&fold(&failed)).map(|ts| ts.to_string()), at(3));
    let due = r#"a step_retry_scheduled 1 {"due":"2026-02-14T06:01:00Z"}"#;
    let state = fold(&[&failed[..], &[due]].concat());
    let a = state.step("a").unwrap();
    assert_eq!((a.status, a.attempt, a.failures), (StepStatus::Retrying, 1, 1));
    assert_eq!(a.due_at, "2026-02-14T06:01:00Z".parse().ok());
    assert_eq!((finished_at(&state), &a.error.as_ref().unwrap().message[..]), (None, "gone"));
}

#[test]
fn a_step_that_is_queued_again_starts_its_next_attempt() {
    let state =
        fold(&[START, "a step_started 1 {}", "a step_failed 1 {}", "a step_queued null {}"]);
    let facts = decide(&state, Command::StartStep { step: "a".to_owned() }).unwrap();
    let attempts: Vec<_> = facts.iter().map(|fact| (fact.attempt, fact.body.kind())).collect();
    assert_eq!(attempts, [(Some(2), "step_started")]);
}

#[test]
fn an_unknown_kind_changes_nothing_but_the_place() {
    let log = [START, "a step_queued null {}"];
    let before = fold(&log);
    for unknown in [
        r#"- run_paused null {"by":"x"}"#,
        "a step_progress 9 {}",
        "nowhere step_started 1 {}",
        "- step_started 1 {}",
    ] {
        let after = fold(&[log[0], log[1], unknown]);
        assert_eq!(after.last_seq(), 3, "{unknown}");
        assert_eq!((after.status(), after.steps()), (before.status(), before.steps()), "{unknown}");
    }
}

#[test]
fn a_step_that_is_no_longer_done_is_no_longer_counted() {
    // No decision leads here; a log of another make may. Mutation tried: `take_away` takes nothing.
    let done = [START, r#"a step_succeeded 1 {"rows_out":5}"#];
    let line = |state: &RunState| {
        let line = RunSummary::of(RunId::new(), state);
        (line.steps_done, line.rows_out)
    };
    assert_eq!(line(&fold(&done)), (1, 5));
    assert_eq!(line(&fold(&[&done[..], &["a step_started 2 {}"]].concat())), (0, 0));
    let again = r#"a step_succeeded 2 {"rows_out":7}"#;
    assert_eq!(line(&fold(&[&done[..], &[again, again]].concat())), (1, 7));
}

#[test]
fn a_run_whose_steps_did_not_all_run_never_succeeds() {
    // No decision leads here; a log of another make may.
    for end in ["a step_cancelled null {}", r#"a step_skipped null {"reason":"r"}"#] {
        let state = fold(&[START, end, "b step_succeeded 1 {}"]);
        let facts = decide(&state, Command::FinishRun).unwrap();
        let [EventBody::RunFailed(failed)] =
            &facts.into_iter().map(|f| f.body).collect::<Vec<_>>()[..]
        else {
            panic!("{end}");
        };
        assert_eq!(failed.failed_step, None);
        assert_eq!(failed.error.message, "the run ended although not every step ran");
    }
}
