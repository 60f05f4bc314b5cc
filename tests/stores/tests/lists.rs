//! What every store promises of its lists: runs in a line, and what observers have not seen.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use sqlflow_state::{HistoryQuery, RunId, RunStatus, RunStore, RunSummary, StepStatus};
use sqlflow_tests_stores::Run;
use support::with_stores;

#[test]
fn a_run_s_line_says_what_its_log_says() {
    with_stores(|store| {
        let run = Run::of(&**store, "daily", "a b:a c", "start a, complete a");
        let line = store.summary(&run.id).unwrap();
        let log = store.load(&run.id, 0).unwrap();
        let expect = RunSummary {
            run_id: run.id,
            project: "shop".to_owned(),
            pipeline: "daily".to_owned(),
            profile: "dev".to_owned(),
            status: RunStatus::Running,
            owner: "host:42".to_owned(),
            started_at: Some(log[0].ts),
            finished_at: None,
            last_seq: 6,
            steps: 3,
            steps_done: 1,
            rows_out: 5,
            error: None,
            failed_step: None,
        };
        assert_eq!(line, expect, "{}", store.name);
    });
}

#[test]
fn a_failed_run_s_line_says_why() {
    with_stores(|store| {
        let run = Run::of(&**store, "daily", "a b:a", "start a, fail a, finish");
        let line = store.summary(&run.id).unwrap();
        assert_eq!((line.status, line.last_seq), (RunStatus::Failed, 6));
        assert_eq!(line.failed_step.as_deref(), Some("a"));
        assert_eq!(line.error.unwrap().message, "no a");
        assert_eq!(line.finished_at, Some(store.load(&run.id, 5).unwrap()[0].ts));
    });
}

fn ids(store: &dyn RunStore, query: &HistoryQuery) -> Vec<RunId> {
    store.history(query).unwrap().iter().map(|run| run.run_id).collect()
}

#[test]
fn history_is_told_in_pages_the_newest_first() {
    with_stores(|store| {
        let run = |_| Run::of(&**store, "daily", "a", "").id;
        let mut runs: Vec<_> = (0..7).map(run).collect();
        runs.reverse();
        assert_eq!(ids(&**store, &HistoryQuery::default()), runs, "{}", store.name);
        let mut query = HistoryQuery { limit: 3, ..HistoryQuery::default() };
        for page in runs.chunks(3) {
            assert_eq!(ids(&**store, &query), page, "{}", store.name);
            query.before = page.last().copied();
        }
        assert_eq!(ids(&**store, &query), []);
    });
}

#[test]
fn a_long_history_is_told_whole() {
    // More runs than are asked for at once, and what is looked for is the oldest.
    with_stores(|store| {
        let oldest = Run::of(&**store, "nightly", "a", "").id;
        let runs: Vec<_> = (0..300).map(|_| Run::of(&**store, "daily", "a", "").id).collect();
        assert_eq!(ids(&**store, &HistoryQuery::default()).len(), 301);
        let one = HistoryQuery {
            pipeline: Some("nightly".to_owned()),
            limit: 1,
            ..HistoryQuery::default()
        };
        assert_eq!(ids(&**store, &one), [oldest], "{}", store.name);
        assert_eq!(store.unseen("bell").unwrap().len(), 1 + runs.len());
    });
}

#[test]
fn history_tells_only_what_was_asked_for() {
    with_stores(|store| {
        let done =
            Run::of(&**store, "daily", "a b", "start a, complete a, start b, complete b, finish");
        let failed = Run::of(&**store, "daily", "a b", "start a, fail a, finish");
        let running = Run::of(&**store, "nightly", "a", "start a");
        let all = [running.id, failed.id, done.id];
        let check = |query: HistoryQuery, expect: &[RunId]| {
            assert_eq!(ids(&**store, &query), expect, "{} {query:?}", store.name);
        };
        let some = |text: &str| Some(text.to_owned());
        let any = HistoryQuery::default;
        let step = |id: &str, status| HistoryQuery { step: Some((id.to_owned(), status)), ..any() };
        check(any(), &all);
        check(HistoryQuery { project: some("shop"), ..any() }, &all);
        check(HistoryQuery { project: some("shop2"), ..any() }, &[]);
        check(HistoryQuery { pipeline: some("daily"), ..any() }, &all[1..]);
        check(HistoryQuery { status: Some(RunStatus::Failed), ..any() }, &[failed.id]);
        check(HistoryQuery { before: Some(failed.id), ..any() }, &[done.id]);
        check(step("b", None), &all[1..]);
        check(step("b", Some(StepStatus::Succeeded)), &[done.id]);
        check(step("b", Some(StepStatus::Skipped)), &[failed.id]);
        check(step("a", Some(StepStatus::Running)), &[running.id]);
        check(step("x", None), &[]);
        let both = HistoryQuery { pipeline: some("daily"), ..step("a", Some(StepStatus::Failed)) };
        check(both, &[failed.id]);
        let since = store.summary(&failed.id).unwrap().started_at;
        check(HistoryQuery { since, ..any() }, &all[..2]);
        let after = since.map(|at| at + std::time::Duration::from_secs(60));
        check(HistoryQuery { since: after, ..any() }, &[]);
    });
}

#[test]
fn an_observer_is_told_of_what_it_has_not_seen() {
    with_stores(|store| {
        let one = Run::of(&**store, "daily", "a", "start a");
        let two = Run::of(&**store, "daily", "a", "");
        let check = |observer: &str, expect: &[(RunId, u64)]| {
            assert_eq!(store.unseen(observer).unwrap(), expect, "{} {observer}", store.name);
        };
        check("bell", &[(one.id, 0), (two.id, 0)]);
        store.saw("bell", &one.id, 2).unwrap();
        check("bell", &[(one.id, 2), (two.id, 0)]);
        store.saw("bell", &two.id, 2).unwrap();
        check("bell", &[(one.id, 2)]);
        // What was seen was seen.
        store.saw("bell", &two.id, 1).unwrap();
        check("bell", &[(one.id, 2)]);
        check("report", &[(one.id, 0), (two.id, 0)]);
    });
}

#[test]
fn lists_that_are_whole_need_no_repair() {
    with_stores(|store| {
        let mut run = Run::of(&**store, "daily", "a b:a c", "start a, fail a, finish, resume");
        run.ask("start a").unwrap();
        Run::of(&**store, "daily", "", "finish");
        assert_eq!(store.rebuild(false).unwrap(), []);
        assert_eq!(store.rebuild(true).unwrap(), []);
    });
}
