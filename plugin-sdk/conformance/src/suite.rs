use std::{
    io::{BufRead, Read},
    process::{Child, Command, Stdio},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use serde::{Deserialize, Serialize};

use crate::{Case, Failure, Needs, Outcome};

/// Stands in front of the line by which a case's process tells how it ended.
const MARK: &str = "sqlflow-conformance-verdict ";
/// How much of what a process wrote to standard error is told.
const LAST_WORDS: usize = 2_000;

/// Runs cases, each in a process of its own.
pub struct Suite<'a> {
    /// The cases.
    pub cases: Vec<&'static Case>,
    /// The command that runs one case alone and prints its [`verdict_line`].
    pub command: &'a (dyn Fn(&Case) -> Command + Sync),
    /// What a case may take before its process is killed.
    pub deadline: Duration,
    /// Processes at a time.
    pub threads: usize,
}

/// How a case ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It is green.
    Passed,
    /// The connector does not do what it should.
    Failed,
    /// The fixture does not say what the case needs.
    Lacking,
    /// The plugin cannot be loaded.
    NotRun,
}

/// What became of a case.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Its name.
    pub case: &'static str,
    /// What it holds a connector to.
    pub about: &'static str,
    /// How it ended.
    pub status: Status,
    /// What the connector did, or what is missing.
    pub reason: Option<String>,
}

/// What a case's process tells.
#[derive(Debug, Serialize, Deserialize)]
struct Verdict {
    status: Status,
    reason: Option<String>,
}

/// The line by which the process of a case tells how it ended.
pub fn verdict_line(outcome: &Outcome) -> String {
    let status = match outcome {
        Ok(()) => Status::Passed,
        Err(Failure::Broken(_)) => Status::Failed,
        Err(Failure::Lacks(_)) => Status::Lacking,
    };
    let reason = outcome.as_ref().err().map(ToString::to_string);
    let verdict = Verdict { status, reason };
    // A plugin may have left standard output in the middle of a line. Two words always serialise.
    format!("\n{MARK}{}\n", serde_json::to_string(&verdict).unwrap_or_default())
}

impl Suite<'_> {
    /// Runs all cases and calls `tell` with each report, in the order of the cases.
    pub fn run(&self, mut tell: impl FnMut(&Report)) -> Vec<Report> {
        let mut reports: Vec<Report> = Vec::new();
        let mut add = |report: Report| {
            tell(&report);
            reports.push(report);
        };
        let (first, others): (Vec<_>, Vec<_>) =
            self.cases.iter().copied().partition(|case| case.needs == Needs::Loading);
        let mut stopped = None;
        for case in first {
            let report = self.run_case(case);
            stopped = stopped.or((report.status != Status::Passed).then_some(case.name));
            add(report);
        }
        match stopped {
            None => self.run_all(&others, add),
            Some(failed) => others.iter().for_each(|case| add(not_run(case, failed))),
        }
        reports
    }

    fn run_all(&self, cases: &[&'static Case], mut add: impl FnMut(Report)) {
        let next = AtomicUsize::new(0);
        let (sender, done) = mpsc::channel();
        let sender = Mutex::new(sender);
        thread::scope(|scope| {
            for _ in 0..self.threads.clamp(1, cases.len().max(1)) {
                let sender = sender.lock().unwrap_or_else(PoisonError::into_inner).clone();
                let next = &next;
                scope.spawn(move || {
                    while let Some(case) = cases.get(next.fetch_add(1, Ordering::SeqCst)) {
                        // The receiver waits for all of them.
                        let _ = sender.send(self.run_case(case));
                    }
                });
            }
            in_order(cases, &done, &mut add);
        });
    }

    fn run_case(&self, case: &'static Case) -> Report {
        let (status, reason) = match self.ended(case) {
            Ok(verdict) => (verdict.status, verdict.reason),
            Err(reason) => (Status::Failed, Some(reason)),
        };
        Report { case: case.name, about: case.about, status, reason }
    }

    fn ended(&self, case: &Case) -> Result<Verdict, String> {
        let mut command = (self.command)(case);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child =
            command.spawn().map_err(|error| format!("no process can be started: {error}"))?;
        let (out, err) = (child.stdout.take(), child.stderr.take());
        let verdict = gather(out, |out| out.filter_map(|line| read_verdict(&line)).last());
        let words = gather(err, |err| Some(err.collect::<Vec<_>>().join("\n")));
        let verdict = verdict.recv_timeout(self.deadline);
        let status = end(&mut child, verdict.is_err())?;
        if let Ok(Some(verdict)) = verdict {
            return Ok(verdict);
        }
        let words = words.recv_timeout(Duration::from_secs(1)).ok().flatten().unwrap_or_default();
        let words = last(&words);
        Err(match verdict {
            Ok(_) => format!("the process ended without a verdict: {status}{words}"),
            Err(_) => format!("it did not end within {} s{words}", self.deadline.as_secs()),
        })
    }
}

fn not_run(case: &Case, failed: &str) -> Report {
    let reason = Some(format!("the plugin cannot be loaded: see {failed}"));
    Report { case: case.name, about: case.about, status: Status::NotRun, reason }
}

/// Hands reports on in the order of the cases, each as soon as those before it are there.
fn in_order(cases: &[&'static Case], done: &mpsc::Receiver<Report>, add: &mut impl FnMut(Report)) {
    let mut waiting: Vec<Report> = Vec::new();
    for case in cases {
        while !waiting.iter().any(|report| report.case == case.name) {
            match done.recv() {
                Ok(report) => waiting.push(report),
                Err(mpsc::RecvError) => return,
            }
        }
        if let Some(at) = waiting.iter().position(|report| report.case == case.name) {
            add(waiting.swap_remove(at));
        }
    }
}

type Lines<'a> = &'a mut dyn Iterator<Item = String>;

/// Reads what a process writes, to its end, on a thread of its own.
fn gather<T: Send + 'static>(
    pipe: Option<impl Read + Send + 'static>,
    take: impl FnOnce(Lines<'_>) -> Option<T> + Send + 'static,
) -> mpsc::Receiver<Option<T>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let lines = pipe.into_iter().flat_map(|pipe| std::io::BufReader::new(pipe).split(b'\n'));
        let mut lines =
            lines.map_while(Result::ok).map(|line| String::from_utf8_lossy(&line).into_owned());
        // Nobody waits for a process that was too slow.
        let _ = sender.send(take(&mut lines));
    });
    receiver
}

fn read_verdict(line: &str) -> Option<Verdict> {
    serde_json::from_str(line.strip_prefix(MARK)?).ok()
}

fn end(child: &mut Child, kill: bool) -> Result<std::process::ExitStatus, String> {
    if kill {
        // It may have ended just now.
        let _ = child.kill();
    }
    child.wait().map_err(|error| format!("the process cannot be waited for: {error}"))
}

/// The last lines of a process, for a message.
fn last(words: &str) -> String {
    let skipped = words.chars().count().saturating_sub(LAST_WORDS);
    let words: String = words.chars().skip(skipped).collect();
    if words.trim().is_empty() { String::new() } else { format!("; it said: {}", words.trim()) }
}

impl std::fmt::Debug for Suite<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Suite").field("cases", &self.cases).finish_non_exhaustive()
    }
}

/// What a process wrote to standard output besides its verdict, and why it is not green.
pub(crate) fn words_of(stdout: &str) -> (String, Option<String>) {
    let (verdicts, words): (Vec<&str>, Vec<&str>) =
        stdout.lines().partition(|line| line.starts_with(MARK));
    let reason = verdicts.last().and_then(|line| read_verdict(line)).and_then(|v| v.reason);
    (words.join("\n").trim().to_owned(), reason)
}
