//! Two processes use one store, and one of them may die anywhere.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Output, Stdio};

use sqlflow_fault as fault;
use sqlflow_state::{EventBody, RunId, RunStore, SqliteStore};
use sqlflow_tests_stores::{Run, facts, sqlite};

fn other_process(args: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_other_process"));
    command.args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn ended(child: Child) -> Output {
    child.wait_with_output().unwrap()
}

#[test]
fn of_two_processes_that_append_at_one_place_exactly_one_wins() {
    let store = sqlite();
    let (run, places) = (RunId::new(), 200_u64);
    let file = store.file();
    let args = ["race", file.to_str().unwrap(), &run.to_string(), &places.to_string()];
    let others = [other_process(&args), other_process(&args)].map(ended);
    let won = |output: Output| String::from_utf8(output.stdout).unwrap().trim().parse::<u64>();
    let wins: u64 = others.into_iter().map(|output| won(output).unwrap()).sum();
    assert_eq!(wins, places);
    let seqs: Vec<_> = store.load(&run, 0).unwrap().iter().map(|event| event.seq).collect();
    assert_eq!(seqs, (1..=places).collect::<Vec<_>>());
}

#[test]
fn a_process_reads_what_another_one_is_writing() {
    // Mutation tried: `KnownRuns::take` that does not compare heads; red.
    let store = sqlite();
    let mut run = Run::of(&*store, "daily", "a b:a", "start a");
    let reader = SqliteStore::open(&store.file()).unwrap();
    assert_eq!(reader.load(&run.id, 0).unwrap().len(), 3);
    run.ask("complete a").unwrap();
    assert_eq!(reader.load(&run.id, 3).unwrap(), store.load(&run.id, 3).unwrap());
    // The reader appends, and the writer sees that what it knows is old.
    reader.append(&run.id, 5, None, facts(&[EventBody::CancelRequested])).unwrap();
    assert_eq!(run.ask("start b").unwrap_err().code(), "SF0701");
    assert_eq!(store.summary(&run.id).unwrap().last_seq, 6);
}

/// The points that a store in a file passes, and how often that is tried.
const POINTS: [(&str, usize); 10] = [
    (fault::LEASE_ACQUIRING, 1),
    (fault::LEASE_RENEWING, 3),
    (fault::STORE_INSERTING, 4),
    (fault::STORE_INSERTED, 4),
    (fault::STORE_APPENDED, 4),
    (fault::STORE_CHECKPOINTING, 1),
    (fault::STORE_CHECKPOINTED, 1),
    (fault::STORE_REBUILDING, 1),
    (fault::LEASE_RELEASING, 1),
    (fault::STORE_REMOVING, 1),
];

#[test]
fn a_process_that_dies_anywhere_leaves_all_that_it_was_told_is_kept() {
    // Mutation tried: a run's first event is not moved into the file; red, no such point is passed.
    for (point, times) in POINTS {
        for n in 1..=times {
            let store = sqlite();
            let file = store.file();
            let args = ["die", file.to_str().unwrap(), point, &n.to_string()];
            let output = ended(other_process(&args));
            // SIGABRT, so it came to the point.
            assert_eq!(output.status.signal(), Some(6), "{point} {output:?}");
            let told = String::from_utf8(output.stdout).unwrap();
            check_left(&*store, &told, &format!("{point} {n}"));
        }
    }
}

/// The store holds what was told and at most the one append that was under way; lists that were
/// damaged before can be made again, and the pipeline can be taken over.
fn check_left(store: &dyn RunStore, told: &str, when: &str) {
    let mut lines = told.lines();
    let Some(run) = lines.next() else {
        assert_eq!(store.history(&Default::default()).unwrap(), [], "{when}");
        return;
    };
    let run: RunId = run.parse().unwrap();
    let kept: u64 = lines.last().map_or(0, |seq| seq.parse().unwrap());
    let log = store.load(&run, 0).unwrap_or_default();
    let length = log.len() as u64;
    let next = if kept == 0 { 2 } else { 1 };
    assert!(length == kept || length == kept + next, "{when}: {length} of {kept}");
    let differed = store.rebuild(true).unwrap();
    assert!(differed.is_empty() || when.starts_with("store.rebuilding"), "{when}: {differed:?}");
    assert_eq!(store.rebuild(false).unwrap(), [], "{when}");
    store.append(&run, length, None, facts(&[EventBody::CancelRequested])).unwrap();
}
