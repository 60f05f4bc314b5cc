use std::{
    collections::BTreeMap,
    fmt, thread,
    time::{Duration, Instant},
};

use nix::sys::signal::Signal;

use crate::{CANONICAL, Phase, Pipeline, Project, Random, Target, kill};

/// Delays at places, so that each part of a run is hit.
const STRETCHED: &str = "scan.handed=delay:40ms; export.writing=delay:5ms; table.made=delay:8ms; \
    step.committed=delay:60ms; step.started=delay:1ms; run.leased=delay:3ms";

/// How often a run and its resumes are killed at most.
const DEPTH: u64 = 3;

/// Where the kills struck, and what was wrong after them.
#[derive(Debug, Default)]
pub struct Histogram {
    struck: BTreeMap<Phase, u64>,
    /// What was wrong, each with the pipeline and the seed that shows it again.
    pub violations: Vec<String>,
}

/// Kills runs of the canonical pipelines at uniformly random times until `kills` are done, resumes
/// each and looks at what came out.
///
/// # Panics
///
/// A run cannot be started.
pub fn random_kills(kills: u64, seed: u64) -> Histogram {
    let stands: Vec<Stand> = CANONICAL.iter().map(|pipeline| Stand::new(pipeline)).collect();
    let (mut all, mut trial) = (Histogram::default(), seed);
    while all.kills() < kills {
        // Two at a time: a run waits more than it works.
        let pair = thread::scope(|scope| {
            let start = |seed: u64| {
                let stand = &stands[usize::try_from(seed).unwrap_or_default() % stands.len()];
                scope.spawn(move || stand.trial(seed))
            };
            [start(trial), start(trial + 1)].map(|trial| trial.join().expect("a trial"))
        });
        pair.into_iter().for_each(|one| all.add(one));
        trial += 2;
    }
    all
}

/// A pipeline before its runs, and how long one takes.
struct Stand {
    project: Project,
    takes: Duration,
}

impl Stand {
    fn new(pipeline: &'static Pipeline) -> Self {
        let project = Project::new(pipeline);
        let uninterrupted = project.copied();
        let began = Instant::now();
        let ended = uninterrupted.run(STRETCHED);
        assert_eq!(ended.code, Some(0), "{}", ended.err);
        let takes = began.elapsed();
        assert_eq!(uninterrupted.result().verify(), [""; 0], "{}", pipeline.name);
        Self { project, takes }
    }

    /// One run that is killed, with resumes that are killed, and the last one that is not.
    fn trial(&self, seed: u64) -> Histogram {
        let (mut random, project) = (Random::new(seed), self.project.copied());
        let mut found = Histogram::default();
        let mut left = project.look();
        for _ in 0..=random.below(DEPTH) {
            let killed = self.kill_once(&project, &mut random);
            left = project.look();
            let phase = Phase::of(&left);
            if killed {
                *found.struck.entry(phase).or_default() += 1;
            }
            found.note(&project, seed, left.torn());
            if phase == Phase::After {
                break;
            }
        }
        let ended = project.run("");
        found.note(&project, seed, (ended.code != Some(0)).then(|| ended.err.clone()));
        found.note(&project, seed, left.other_work(&ended));
        found.note(&project, seed, project.result().verify());
        found
    }

    /// Whether the run was still there to be killed.
    fn kill_once(&self, project: &Project, random: &mut Random) -> bool {
        let micros = u64::try_from(self.takes.as_micros()).unwrap_or(u64::MAX);
        let target = *random.pick(&[Target::Worker, Target::Supervisor, Target::Both]);
        let after = Duration::from_micros(random.below(micros));
        let started = project.start(STRETCHED, "");
        // The time of the kill is what is drawn by lot.
        thread::sleep(after);
        target.of(&started.child).into_iter().for_each(|pid| kill(pid, Signal::SIGKILL));
        started.wait().code != Some(0)
    }
}

impl Histogram {
    /// How many runs were killed.
    pub fn kills(&self) -> u64 {
        self.struck.values().sum()
    }

    /// The share of kills that struck in a phase, in percent.
    pub fn percent(&self, phase: Phase) -> u64 {
        100 * self.struck.get(&phase).copied().unwrap_or_default() / self.kills().max(1)
    }

    fn note(&mut self, project: &Project, seed: u64, what: impl IntoIterator<Item = String>) {
        let name = project.pipeline.name;
        self.violations.extend(what.into_iter().map(|what| format!("{name}, seed {seed}: {what}")));
    }

    fn add(&mut self, other: Self) {
        other.struck.into_iter().for_each(|(phase, n)| *self.struck.entry(phase).or_default() += n);
        self.violations.extend(other.violations);
    }
}

impl fmt::Display for Histogram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} kills, {} violations", self.kills(), self.violations.len())?;
        for phase in Phase::ALL {
            let struck = self.struck.get(&phase).copied().unwrap_or_default();
            writeln!(f, "  {:<26}{struck:>5}  {:>3} %", phase.to_string(), self.percent(phase))?;
        }
        self.violations.iter().try_for_each(|violation| writeln!(f, "  {violation}"))
    }
}
