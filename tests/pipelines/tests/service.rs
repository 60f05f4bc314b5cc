//! The runs of a project as a library: `PipelineService`, and who watches.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    sync::{Arc, Mutex, mpsc},
    time::{Duration, Instant},
};

use sqlflow_run::{
    CancelToken, DurableObserver, Observer, Options, PipelineService, RunOptions, RunView,
    Workspace,
};
use sqlflow_state::{Event, EventBody, HistoryQuery, RunId, RunStatus, StepStatus};
use sqlflow_tests_pipelines::{Project, binary};

/// Goes on for hours.
const ENDLESS: &str = "CREATE TABLE t AS SELECT count(*) AS n FROM range(10000000) AS a, \
                       range(10000000) AS b WHERE hash(a.range + b.range) = 1;";
/// Done at once.
const QUICK: &str =
    "CREATE TABLE one AS SELECT 1 AS n;\nCREATE TABLE two AS SELECT n + 1 AS n FROM one;";

fn service(project: &Project) -> PipelineService {
    let options = Options { start: project.path(""), executable: binary(), ..Options::default() };
    PipelineService::open(Workspace::open(options, Arc::new(|_| ())).unwrap()).unwrap()
}

/// Waits until a run is as it should be; a run that never is hangs the test.
fn until(service: &PipelineService, run: RunId, is_so: impl Fn(&RunView) -> bool) -> RunView {
    loop {
        let view = service.status(run).unwrap();
        if is_so(&view) {
            return view;
        }
        std::thread::yield_now();
    }
}

fn runs_a_step(view: &RunView) -> bool {
    view.state.running().next().is_some()
}

/// C4. Mutation: `start` waits for the run's thread; the test never ends.
#[test]
fn start_returns_before_the_work_is_done_and_status_says_running() {
    let project = Project::with(ENDLESS);
    let service = service(&project);
    let began = Instant::now();
    let run = service.start("work", RunOptions::default()).unwrap();
    let took = began.elapsed();
    assert!(took < Duration::from_millis(50), "acceptance bar C4: {took:?}");
    println!("C4: start returned after {took:?}");
    let view = until(&service, run, runs_a_step);
    assert_eq!((view.state.status(), view.word().as_str()), (RunStatus::Running, "running"));
    let step = view.state.step("transform_t").unwrap();
    assert_eq!((step.status, step.attempt), (StepStatus::Running, 1));
    service.cancel(run).unwrap();
    let view = service.wait(run).unwrap();
    assert_eq!(view.state.status(), RunStatus::Cancelled);
}

/// C3. Mutation: `start` without the question whether the id is known; red.
#[test]
fn a_run_that_is_started_a_second_time_by_its_id_is_not_begun_again() {
    let project = Project::with(QUICK);
    let service = service(&project);
    let id = RunId::new();
    let options = || RunOptions { id: Some(id), ..RunOptions::default() };
    assert_eq!(service.start("work", options()).unwrap(), id);
    let first = service.wait(id).unwrap();
    assert_eq!(first.state.status(), RunStatus::Succeeded, "{:?}", first.refused);
    assert_eq!(service.start("work", options()).unwrap(), id);
    let again = service.wait(id).unwrap();
    assert_eq!(again.state.last_seq(), first.state.last_seq());
    let elsewhere = self::service(&project);
    assert_eq!(elsewhere.start("work", options()).unwrap(), id);
    assert_eq!(elsewhere.events(id).unwrap().len() as u64, first.state.last_seq());
    assert_eq!(service.history(&HistoryQuery::default()).unwrap().len(), 1);
}

#[test]
fn what_keeps_a_run_from_beginning_is_told_by_its_status() {
    let project = Project::with("CREATE TABLE t AS SELECT nothing FROM nowhere;");
    let service = service(&project);
    let run = service.start("work", RunOptions::default()).unwrap();
    let view = service.wait(run).unwrap();
    assert_eq!((view.word().as_str(), view.state.status()), ("refused", RunStatus::Pending));
    assert_eq!(view.refused.unwrap().exit_code(), 4);
    let unknown = service.start("nothing", RunOptions::default());
    assert_eq!(unknown.unwrap_err().exit_code(), 1);
}

/// C5. An id that no run has is refused by its code.
#[test]
fn an_unknown_run_is_refused_by_its_code() {
    let project = Project::with(QUICK);
    let service = service(&project);
    let refused = [
        service.status(RunId::new()).map(drop),
        service.cancel(RunId::new()),
        service.resume(RunId::new(), RunOptions::default()).map(drop),
        service.verify(RunId::new()).map(drop),
    ];
    for refused in refused {
        let sqlflow_run::Trouble::Failed(error, class) = refused.unwrap_err() else { panic!() };
        assert_eq!((error.code.as_str(), class.code()), ("SF0702", 1));
    }
}

/// C10. Mutation: `on_failure` taken for `continue`; red.
#[test]
fn one_step_at_a_time_stops_at_the_first_failure_and_skips_the_rest() {
    let project = Project::with(
        "CREATE TABLE a AS SELECT 'x' AS v FROM range(3);
         CREATE TABLE b AS SELECT v::INTEGER AS n FROM a;
         CREATE TABLE c AS SELECT n FROM b;
         CREATE TABLE d AS SELECT 1 AS n;",
    );
    let service = service(&project);
    let options = RunOptions { max_parallel: Some(1), ..RunOptions::default() };
    let run = service.start("work", options).unwrap();
    let view = service.wait(run).unwrap();
    let statuses: Vec<_> = view.state.steps().iter().map(|step| step.status).collect();
    use StepStatus::{Failed, Skipped, Succeeded};
    assert_eq!(statuses, [Succeeded, Failed, Skipped, Skipped]);
    assert_eq!(view.state.status(), RunStatus::Failed);
    assert_eq!(view.state.failure().unwrap().failed_step.as_deref(), Some("transform_b"));
    let skipped = view.state.step("transform_c").unwrap().skipped.as_ref().unwrap();
    assert_eq!(skipped.reason, "`transform_b` failed");
    assert_eq!(service.verify(run).unwrap(), Vec::<String>::new());
}

/// C1. Two steps that run at a time see the same context: each has the value that the text gave its
/// statement, whatever the sibling is doing. Mutation: `SET` keeps the last value of the text; red.
#[test]
fn a_step_cannot_change_what_its_sibling_sees() {
    let project = Project::with(
        "SET who = 'first';
         CREATE TABLE a AS SELECT '${who}' AS who FROM range(200000);
         SET who = 'second';
         CREATE TABLE b AS SELECT '${who}' AS who FROM range(200000);",
    );
    project.run().ok();
    let rows = "SELECT DISTINCT who FROM a UNION ALL SELECT DISTINCT who FROM b";
    let rows = project.sqlflow(&["query", rows, "--format", "csv"]).ok();
    assert_eq!(rows.out, "who\nfirst\nsecond\n");
}

/// What an observer was told, in order.
type Told = Arc<Mutex<Vec<(RunId, u64)>>>;

fn durable(name: &str, told: &Told) -> DurableObserver {
    let told = Arc::clone(told);
    DurableObserver::new(name, move |event: &Event| {
        told.lock().unwrap().push((event.run_id, event.seq));
        Ok(())
    })
}

fn run_with(service: &PipelineService, durable_observers: Vec<DurableObserver>) -> RunView {
    let options = RunOptions { durable_observers, ..RunOptions::default() };
    let run = service.start("work", options).unwrap();
    service.wait(run).unwrap()
}

/// What was told of a run, once all of it is.
fn all_of(told: &Told, view: &RunView) -> Vec<u64> {
    loop {
        let seqs: Vec<u64> = told
            .lock()
            .unwrap()
            .iter()
            .filter_map(|(run, seq)| (*run == view.run_id).then_some(*seq))
            .collect();
        if seqs.last() == Some(&view.state.last_seq()) {
            return seqs;
        }
        std::thread::yield_now();
    }
}

/// C8. Mutation: `deliver` notes the place before it hands the events out and goes on after a
/// failure; red.
#[test]
fn what_an_observer_failed_to_take_it_gets_with_the_next_run_in_order() {
    let project = Project::with(QUICK);
    let service = service(&project);
    let told = Told::default();
    let known = run_with(&service, vec![durable("hook", &told)]);
    assert!(all_of(&told, &known).iter().copied().eq(1..=known.state.last_seq()));
    let failing = DurableObserver::new("hook", |event: &Event| match event.seq {
        1..=2 => Ok(()),
        _ => Err("the other side is down".into()),
    });
    let missed = run_with(&service, vec![failing]);
    assert_eq!(missed.state.status(), RunStatus::Succeeded);
    let later = Told::default();
    let last = run_with(&service, vec![durable("hook", &later)]);
    assert!(all_of(&later, &last).iter().copied().eq(1..=last.state.last_seq()));
    let of_missed = all_of(&later, &missed);
    assert!(of_missed.first().is_some_and(|first| *first <= 3), "{of_missed:?}");
    assert!(of_missed.windows(2).all(|pair| pair[1] == pair[0] + 1), "{of_missed:?}");
    assert!(!later.lock().unwrap().iter().any(|(run, _)| *run == known.run_id), "seen before");
}

/// C8. Mutation: `Courier::new` takes only runs that have ended; red.
#[test]
fn what_was_in_the_log_of_a_killed_process_is_delivered_by_the_next_one() {
    let project = Project::with(QUICK);
    project.write("pipelines/endless.sf", ENDLESS);
    let told = Told::default();
    run_with(&service(&project), vec![durable("hook", &told)]);
    let mut running = project.start(&["endless"]);
    running.until("step_started");
    let killed: RunId = running.kill().parse().unwrap();
    let later = Told::default();
    let service = service(&project);
    run_with(&service, vec![durable("hook", &later)]);
    let killed = service.status(killed).unwrap();
    assert!(killed.is_interrupted());
    assert!(all_of(&later, &killed).iter().copied().eq(1..=killed.state.last_seq()));
}

/// C8. Mutation: `Courier::new` without `skips_old`; red.
#[test]
fn a_new_observer_does_not_get_the_runs_of_years_unless_it_asks() {
    let project = Project::with(QUICK);
    let service = service(&project);
    let old = run_with(&service, Vec::new());
    let (new, historian) = (Told::default(), Told::default());
    let with_history = durable("historian", &historian).with_history();
    let run = run_with(&service, vec![durable("new", &new), with_history]);
    assert!(all_of(&new, &run).iter().copied().eq(1..=run.state.last_seq()));
    assert!(new.lock().unwrap().iter().all(|(of, _)| *of == run.run_id));
    assert!(all_of(&historian, &old).iter().copied().eq(1..=old.state.last_seq()));
}

struct Panics;

impl Observer for Panics {
    fn event(&mut self, _: &Event) {
        panic!("an observer that is wrong");
    }
}

/// C8: outcome and duration are those without them, within 100 ms; the run's own duration stands in
/// its log, the caller's is measured.
///
/// Mutations: `watch` without `catch_unwind`, `call_back` that joins; red, and never ends.
#[test]
fn observers_that_panic_fail_or_sleep_change_neither_outcome_nor_duration() {
    let project = Project::with(QUICK);
    let service = service(&project);
    run_with(&service, Vec::new());
    let timed = |options: RunOptions| {
        let began = Instant::now();
        let run = service.start("work", options).unwrap();
        let view = service.wait(run).unwrap();
        assert_eq!(view.state.status(), RunStatus::Succeeded, "{:?}", view.refused);
        began.elapsed()
    };
    let best = |with: &dyn Fn() -> RunOptions| (0..5).map(|_| timed(with())).min().unwrap();
    let alone = best(&RunOptions::default);
    let (asleep, woken) = mpsc::channel::<()>();
    let woken = Arc::new(Mutex::new(woken));
    let watched = best(&|| {
        let woken = Arc::clone(&woken);
        let sleeps = DurableObserver::new("sleeps", move |_: &Event| {
            // As good as a sleep of 60 seconds, and over when the test is.
            let _ = woken.lock().unwrap().recv_timeout(Duration::from_secs(60));
            Ok(())
        });
        let panics = DurableObserver::new("panics", |_: &Event| panic!("a durable one"));
        let fails = DurableObserver::new("fails", |_: &Event| Err("always".into()));
        RunOptions {
            observers: vec![Box::new(Panics)],
            durable_observers: vec![sleeps, panics, fails],
            ..RunOptions::default()
        }
    });
    drop(asleep);
    let more = watched.saturating_sub(alone);
    println!("C8: {alone:?} alone, {watched:?} with observers that panic, fail and sleep");
    assert!(more < Duration::from_millis(100), "acceptance bar C8: {more:?}");
}

/// A run in this process is cancelled through the log as through its token.
#[test]
fn a_token_and_a_request_cancel_alike_and_twice_is_once() {
    let project = Project::with(ENDLESS);
    let service = service(&project);
    let cancel = CancelToken::new();
    let options = RunOptions { cancel: cancel.clone(), ..RunOptions::default() };
    let run = service.start("work", options).unwrap();
    until(&service, run, runs_a_step);
    cancel.cancel();
    service.cancel(run).unwrap();
    service.cancel(run).unwrap();
    assert_eq!(service.wait(run).unwrap().state.status(), RunStatus::Cancelled);
    service.cancel(run).unwrap();
    let events = service.events(run).unwrap();
    let asked = events.iter().filter(|event| event.body == EventBody::CancelRequested);
    assert_eq!(asked.count(), 1);
    assert_eq!(service.verify(run).unwrap(), Vec::<String>::new());
}
