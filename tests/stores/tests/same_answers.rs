//! Whatever is asked of them, in whatever order, the stores answer alike; the one in memory is
//! simple enough to be read.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use sqlflow_state::{
    Command, HistoryQuery, Lease, LeaseRequest, RunId, RunState, RunStatus, Scope, StepStatus,
    StoreError, apply, decide,
};
use sqlflow_tests_servers::{Kept, Redis};
use sqlflow_tests_stores::{Subject, facts, memory, plan, sqlite};

/// Something that is asked of a store; runs and pipelines by their number.
#[derive(Debug, Clone)]
enum Asked {
    /// The next thing that can happen to the run, under its pipeline's lease or none.
    Append {
        run: usize,
        fenced: bool,
    },
    /// An append that expects this many events too few or too many.
    Stale {
        run: usize,
        off: i64,
    },
    Load {
        run: usize,
        after: u64,
    },
    History {
        pipeline: Option<usize>,
        status: Option<bool>,
        before: Option<usize>,
        limit: usize,
    },
    Acquire {
        pipeline: usize,
        takes_over: bool,
        lasts: u64,
    },
    Renew {
        pipeline: usize,
    },
    Release {
        pipeline: usize,
    },
    Saw {
        run: usize,
        seq: u64,
    },
    Unseen,
    Remove {
        run: usize,
    },
    Rebuild,
}

fn any_asked() -> impl Strategy<Value = Asked> {
    let run = || 0..4usize;
    let pipeline = || 0..2usize;
    prop_oneof![
        12 => (run(), any::<bool>()).prop_map(|(run, fenced)| Asked::Append { run, fenced }),
        1 => (run(), -2..3i64).prop_map(|(run, off)| Asked::Stale { run, off }),
        2 => (run(), 0..9u64).prop_map(|(run, after)| Asked::Load { run, after }),
        2 => (
            prop::option::of(pipeline()),
            prop::option::of(any::<bool>()),
            prop::option::of(run()),
            0..3usize,
        )
            .prop_map(|(pipeline, status, before, limit)| {
                Asked::History { pipeline, status, before, limit }
            }),
        3 => (pipeline(), any::<bool>(), 0..2u64).prop_map(|(pipeline, takes_over, lasts)| {
            Asked::Acquire { pipeline, takes_over, lasts: 600 * lasts }
        }),
        1 => pipeline().prop_map(|pipeline| Asked::Renew { pipeline }),
        1 => pipeline().prop_map(|pipeline| Asked::Release { pipeline }),
        2 => (run(), 0..9u64).prop_map(|(run, seq)| Asked::Saw { run, seq }),
        1 => Just(Asked::Unseen),
        1 => run().prop_map(|run| Asked::Remove { run }),
        1 => Just(Asked::Rebuild),
    ]
}

/// A store, and what its user remembers.
struct User<'a> {
    store: &'a Subject,
    runs: Vec<RunId>,
    leases: [Option<Lease>; 2],
}

fn pipeline(number: usize) -> String {
    format!("p{number}")
}

fn scope(number: usize) -> Scope {
    Scope { project: "shop".to_owned(), pipeline: pipeline(number) }
}

impl User<'_> {
    /// The answer as text, without times and in the words of the errors' codes.
    fn ask(&mut self, asked: &Asked) -> String {
        match self.try_ask(asked) {
            Ok(answer) => answer,
            Err(StoreError::Stale { expected, actual, .. }) => format!("stale {expected} {actual}"),
            Err(StoreError::Held(lease)) => format!("held {} {}", lease.owner, lease.epoch),
            Err(error) => error.code().to_owned(),
        }
    }

    fn try_ask(&mut self, asked: &Asked) -> Result<String, StoreError> {
        Ok(match *asked {
            Asked::Append { run, fenced } => self.append(run, fenced)?,
            Asked::Stale { run, off } => {
                let length = self.state(run)?.last_seq().saturating_add_signed(off);
                let facts = facts(&[sqlflow_state::EventBody::StepQueued]);
                format!("{}", self.store.append(&self.runs[run], length, None, facts)?.len())
            }
            Asked::Load { run, after } => {
                let log = self.store.load(&self.runs[run], after)?;
                let line = |event: &sqlflow_state::Event| {
                    format!("{} {} {:?}", event.seq, event.body.kind(), event.step)
                };
                log.iter().map(line).collect::<Vec<_>>().join(", ")
            }
            Asked::History { pipeline, status, before, limit } => {
                self.history(pipeline, status, before, limit)?
            }
            Asked::Acquire { pipeline, takes_over, lasts } => {
                let there = self.leases[pipeline].as_ref();
                let asked = LeaseRequest {
                    scope: scope(pipeline),
                    owner: "host:1".to_owned(),
                    lasts: Duration::from_secs(lasts),
                    instead_of: there.filter(|_| takes_over).map(|lease| lease.epoch),
                };
                let lease = self.store.acquire(&asked)?;
                let epoch = lease.epoch;
                self.leases[pipeline] = Some(lease);
                format!("epoch {epoch}")
            }
            Asked::Renew { pipeline } => match &self.leases[pipeline] {
                Some(lease) => {
                    format!("{}", self.store.renew(lease, Duration::from_secs(600))?.epoch)
                }
                None => String::new(),
            },
            Asked::Release { pipeline } => match &self.leases[pipeline] {
                Some(lease) => format!("{:?}", self.store.release(lease)?),
                None => String::new(),
            },
            Asked::Saw { run, seq } => {
                format!("{:?}", self.store.saw("bell", &self.runs[run], seq)?)
            }
            Asked::Unseen => format!("{:?}", self.store.unseen("bell")?),
            Asked::Remove { run } => format!("{:?}", self.store.remove(&self.runs[run])?),
            Asked::Rebuild => format!("{:?}", self.store.rebuild(false)?),
        })
    }

    fn state(&self, run: usize) -> Result<RunState, StoreError> {
        match self.store.load(&self.runs[run], 0) {
            Err(StoreError::RunNotFound { .. }) => Ok(RunState::default()),
            log => Ok(log?.iter().fold(RunState::default(), apply)),
        }
    }

    fn append(&mut self, run: usize, fenced: bool) -> Result<String, StoreError> {
        let state = self.state(run)?;
        let Ok(facts) = decide(&state, next(&state, run % 2)) else {
            return Ok("refused".to_owned());
        };
        let lease = self.leases[run % 2].as_ref().filter(|_| fenced);
        let events = self.store.append(&self.runs[run], state.last_seq(), lease, facts)?;
        let line = self.store.summary(&self.runs[run])?;
        let line = (line.status, line.last_seq, line.steps, line.steps_done, line.rows_out);
        Ok(format!("{:?} {line:?}", events.iter().map(|event| event.seq).collect::<Vec<_>>()))
    }

    fn history(
        &self,
        of: Option<usize>,
        is_failed: Option<bool>,
        before: Option<usize>,
        limit: usize,
    ) -> Result<String, StoreError> {
        let status = |failed| if failed { RunStatus::Failed } else { RunStatus::Running };
        let step = is_failed.map(|_| ("b".to_owned(), before.map(|_| StepStatus::Skipped)));
        let query = HistoryQuery {
            pipeline: of.map(pipeline),
            status: is_failed.filter(|_| limit > 0).map(status),
            step: step.filter(|_| limit == 0),
            before: before.map(|run| self.runs[run]),
            limit,
            ..HistoryQuery::default()
        };
        let found = self.store.history(&query)?;
        Ok(format!("{:?}", found.iter().map(|line| line.run_id).collect::<Vec<_>>()))
    }
}

/// The next thing that happens to a run of three steps, of which every other one fails.
fn next(state: &RunState, number: usize) -> Command {
    let running = state.running().next().map(|step| step.planned.id.clone());
    let queued = state.runnable(sqlflow_state::Timestamp::UNIX_EPOCH).next();
    let queued = queued.map(|step| step.planned.id.clone());
    match (state.status(), running, queued) {
        (RunStatus::Pending, ..) => Command::StartRun(plan(&pipeline(number), "a b:a c")),
        (_, Some(step), _) if step == "a" && number == 1 => {
            Command::FailStep { step, failure: Box::default() }
        }
        (_, Some(step), _) => {
            let result = sqlflow_state::StepResult { rows_out: 3, ..Default::default() };
            Command::CompleteStep { step, result: Box::new(result) }
        }
        (_, None, Some(step)) => Command::StartStep { step },
        (_, None, None) => Command::FinishRun,
    }
}

/// Asks every store the same things, and compares their answers with the first one's.
fn check(stores: &[Subject], asked: &[Asked]) {
    let runs: Vec<_> = (0..4).map(|_| RunId::new()).collect();
    let user = |store| User { store, runs: runs.clone(), leases: [None, None] };
    let mut users: Vec<_> = stores.iter().map(user).collect();
    for (at, asked) in asked.iter().enumerate() {
        let answers: Vec<_> = users.iter_mut().map(|user| user.ask(asked)).collect();
        for (answer, user) in answers.iter().zip(&users) {
            assert_eq!(answer, &answers[0], "{} at {at}: {asked:?}", user.store.name);
        }
    }
}

fn check_all(cases: u32, stores: impl Fn() -> Vec<Subject>) {
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    let asked = prop::collection::vec(any_asked(), 1..60);
    let checked = TestRunner::new(config).run(&asked, |asked| {
        check(&stores(), &asked);
        Ok(())
    });
    checked.unwrap();
}

#[test]
fn a_file_answers_as_memory_does() {
    // Mutation tried: `saw` of the file that goes back; red.
    check_all(60, || vec![memory(), sqlite()]);
}

#[test]
fn a_redis_server_answers_as_memory_does() {
    let server = Redis::start(Kept::Never);
    let client = redis::Client::open(server.url()).unwrap();
    check_all(30, || {
        let mut connection = client.get_connection().unwrap();
        redis::cmd("FLUSHALL").exec(&mut connection).unwrap();
        vec![memory(), support::redis(&server)]
    });
}
