//! A project of a canonical pipeline in a temporary folder, and the runs of it.

use std::{
    collections::BTreeMap,
    env, fs,
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::SystemTime,
};

use tempfile::TempDir;

use crate::{
    data::Age,
    orders::{FAULTS, PASSES, SPANS},
    pipelines::Pipeline,
    verify::Seen,
};

/// A project in which a canonical pipeline is about to run on new input.
#[derive(Debug)]
pub struct Project {
    folder: TempDir,
    /// The pipeline.
    pub pipeline: &'static Pipeline,
    started: AtomicU32,
    /// The exported files as they were before the runs on new input.
    before: BTreeMap<String, Vec<u8>>,
}

/// A run under way.
#[derive(Debug)]
pub struct Started {
    /// Its process.
    pub child: Child,
    passes: PathBuf,
    at: u128,
}

/// How a run ended.
#[derive(Debug)]
pub struct Ended {
    /// The exit code; `None` after a signal.
    pub code: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// Standard error.
    pub err: String,
    /// The places it passed, with the microseconds since it was started.
    pub passes: Vec<(u64, String)>,
}

impl Project {
    /// A project with its input and, where the pipeline has run before, what that run has left.
    ///
    /// # Panics
    ///
    /// The earlier run fails.
    pub fn new(pipeline: &'static Pipeline) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let before = BTreeMap::new();
        let mut project = Self { folder, pipeline, started: AtomicU32::new(0), before };
        project.write("profiles/dev.yml", "engine: { type: duckdb }\n");
        if pipeline.in_memory {
            project.write("profiles/dev.yml", "engine: { type: duckdb, path: \":memory:\" }\n");
        }
        project.write(&format!("pipelines/{}.sf", pipeline.name), pipeline.text);
        fs::create_dir_all(project.root().join("output")).expect("a folder of the project");
        if pipeline.has_run {
            project.give(Age::Old);
            let ended = project.run("");
            assert_eq!(ended.code, Some(0), "{}", ended.err);
        }
        project.before = files(&project.root().join("output"));
        project.give(Age::New);
        project
    }

    /// Another project like this one is now, in a folder of its own.
    ///
    /// # Panics
    ///
    /// It cannot be copied.
    pub fn copied(&self) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        copy(&self.root(), &folder.path().join("project"));
        let started = AtomicU32::new(0);
        Self { folder, pipeline: self.pipeline, started, before: self.before.clone() }
    }

    /// The project's folder.
    pub fn root(&self) -> PathBuf {
        self.folder.path().join("project")
    }

    /// What a process has left, dead or not; read from a copy, so that nothing is repaired.
    ///
    /// # Panics
    ///
    /// The store or the database does not open.
    pub fn look(&self) -> Seen {
        let copy = tempfile::tempdir().expect("a temporary folder");
        let root = copy.path().join("project");
        self::copy(&self.root(), &root);
        Seen::of(&root, self.pipeline, &self.before)
    }

    /// What is there now that nothing runs.
    ///
    /// # Panics
    ///
    /// As [`Project::look`].
    pub fn result(&self) -> Seen {
        Seen::of(&self.root(), self.pipeline, &self.before)
    }

    /// Runs the pipeline to its end with these faults.
    ///
    /// # Panics
    ///
    /// It cannot be started.
    pub fn run(&self, faults: &str) -> Ended {
        self.start(faults, "").wait()
    }

    /// Starts to run the pipeline with these faults and times.
    ///
    /// # Panics
    ///
    /// It cannot be started.
    pub fn start(&self, faults: &str, spans: &str) -> Started {
        self.start_with(&["run", self.pipeline.name], faults, spans)
    }

    /// Starts any command of the product.
    ///
    /// # Panics
    ///
    /// It cannot be started.
    pub fn start_with(&self, arguments: &[&str], faults: &str, spans: &str) -> Started {
        let number = self.started.fetch_add(1, Ordering::SeqCst);
        let passes = self.folder.path().join(format!("passes.{number}"));
        let mut command = Command::new(program());
        command.args(arguments).current_dir(self.root()).env_clear().env("NO_COLOR", "1");
        command.env("HOME", self.folder.path());
        command.env(FAULTS, faults).env(SPANS, spans).env(PASSES, &passes);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let at = SystemTime::UNIX_EPOCH.elapsed().expect("a time after 1970").as_micros();
        Started { child: command.spawn().expect("sqlflow-crash starts"), passes, at }
    }

    pub(crate) fn give(&self, age: Age) {
        for (path, text) in self.pipeline.input(age) {
            self.write(path, &text);
        }
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder of the project");
        fs::write(path, text).expect("a file of the project");
    }
}

impl Started {
    /// Waits for its end, and for that of every process that it has started.
    ///
    /// # Panics
    ///
    /// It cannot be waited for.
    pub fn wait(self) -> Ended {
        // The pipe closes once the last process that has it is gone.
        let output = self.child.wait_with_output().expect("an end");
        let passes = fs::read_to_string(&self.passes).unwrap_or_default();
        let pass = |line: &str| {
            let (at, place) = line.split_once(' ')?;
            let since = at.parse::<u128>().ok()?.saturating_sub(self.at);
            Some((u64::try_from(since).unwrap_or(u64::MAX), place.to_owned()))
        };
        Ended {
            code: output.status.code(),
            signal: output.status.signal(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
            passes: passes.lines().filter_map(pass).collect(),
        }
    }
}

impl Ended {
    /// Whether it was killed: by a signal, or its worker was and the supervisor says so.
    pub fn has_died(&self) -> bool {
        self.signal.is_some() || self.err.contains("SF0810")
    }

    /// How often it passed a place.
    pub fn passed(&self, place: &str) -> usize {
        self.passes.iter().filter(|(_, passed)| passed == place).count()
    }
}

/// `sqlflow-crash` in the profile folder that holds the running test.
fn program() -> PathBuf {
    let test = env::current_exe().expect("this program's path");
    let folder = test.parent().expect("a folder");
    let folder = if folder.ends_with("deps") { folder.parent().expect("a folder") } else { folder };
    let program = folder.join("sqlflow-crash");
    assert!(program.exists(), "{} is not built: cargo build --release", program.display());
    program
}

/// The files of a folder, hidden ones too.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let file = |entry: fs::DirEntry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        (format!("output/{name}"), fs::read(entry.path()).expect("a file"))
    };
    entries.map(file).collect()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder to copy").flatten() {
        let target = to.join(entry.file_name());
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => copy(&entry.path(), &target),
            // What SQLite shares between processes is made anew.
            _ if entry.file_name().to_string_lossy().ends_with("-shm") => {}
            _ => drop(fs::copy(entry.path(), target).expect("a copy")),
        }
    }
}
