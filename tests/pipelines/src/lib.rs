//! A project in a temporary folder, run through the built `sqlflow` with the built plugins.
//!
//! The binary and the libraries are those in the profile folder that holds the running test: a
//! missing one fails the test, since nothing here builds it.
#![allow(clippy::expect_used, clippy::panic, reason = "this crate is test code")]

mod running;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use tempfile::TempDir;

pub use self::running::Running;

/// A project with an empty home and a bare environment.
#[derive(Debug)]
pub struct Project {
    folder: TempDir,
    environment: Vec<(String, String)>,
}

/// What a command printed and how it ended.
#[derive(Debug)]
pub struct Ran {
    /// The exit code; `None` after a signal.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Project {
    /// A project whose database is a file and which has no pipeline yet.
    pub fn new() -> Self {
        let project = Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            environment: Vec::new(),
        };
        project.write("profiles/dev.yml", "engine: { type: duckdb }\n");
        for folder in ["pipelines", "data", "output"] {
            fs::create_dir_all(project.path(folder)).expect("a folder of the project");
        }
        project
    }

    /// A project with one pipeline, `work`.
    pub fn with(pipeline: &str) -> Self {
        let project = Self::new();
        project.write("pipelines/work.sf", pipeline);
        project
    }

    /// Writes a file of the project.
    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder of the project");
        fs::write(path, text).expect("a file of the project");
    }

    /// Reads a file of the project.
    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// A path in the project.
    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Sets a variable of the environment for the commands.
    pub fn set(&mut self, name: &str, value: &str) {
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    /// Runs `sqlflow` with these arguments in the project's folder.
    pub fn sqlflow(&self, arguments: &[&str]) -> Ran {
        let output = self.command(arguments).output();
        Ran::from(output.expect("sqlflow starts"))
    }

    /// The command of [`Project::sqlflow`], not started.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command.args(arguments).current_dir(self.folder.path()).env_clear();
        command.env("HOME", self.path("home")).env("NO_COLOR", "1");
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs the pipeline `work`.
    pub fn run(&self) -> Ran {
        self.sqlflow(&["run", "work"])
    }

    /// The names of the files in a folder, sorted.
    pub fn files(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(folder)).into_iter().flatten().flatten();
        let mut names: Vec<String> =
            entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

impl Default for Project {
    fn default() -> Self {
        Self::new()
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Ran {
    /// The command ended well.
    #[track_caller]
    pub fn ok(self) -> Self {
        self.exits(0)
    }

    /// The command ended with this exit code.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "\nout: {}\nerr: {}", self.out, self.err);
        self
    }

    /// Standard error says all of these.
    #[track_caller]
    pub fn says(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(
                self.err.contains(text),
                "no {text:?} in\nout: {}\nerr: {}",
                self.out,
                self.err
            );
        }
        self
    }
}

/// The folder the binary and the plugins were built into.
pub fn built() -> PathBuf {
    let test = env::current_exe().expect("the running test's path");
    let folder = test.ancestors().nth(2).expect("a test stands in deps/ of the profile's folder");
    folder.to_owned()
}

/// The built binary.
pub fn binary() -> PathBuf {
    let path = built().join("sqlflow");
    assert!(path.is_file(), "{} is missing: cargo build --release --workspace", path.display());
    path
}

/// The built library of a connector.
pub fn plugin(connector: &str) -> PathBuf {
    let path = built().join(format!("libsqlflow_connector_{connector}.so"));
    assert!(path.is_file(), "{} is missing: cargo build --release --workspace", path.display());
    path
}

/// The folder of the repository.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().and_then(Path::parent).expect("the repository")
}
