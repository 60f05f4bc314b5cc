//! Somebody who writes a connector in an empty folder, with the built `sqlflow` on the PATH.

use std::{
    env,
    ffi::OsString,
    fs, iter,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use tempfile::TempDir;

use crate::page::Step;

/// An author with a home of their own.
///
/// What is built lands in one folder beside the profile's, so that the sdk's dependencies are
/// compiled once. Nothing is downloaded: the versions are those of the checkout's Cargo.lock.
#[derive(Debug)]
pub struct Author {
    home: TempDir,
    /// Where the commands have gone to.
    here: PathBuf,
    environment: Vec<(String, String)>,
}

/// What a step printed and how it ended.
#[derive(Debug)]
pub struct Did {
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
    /// Whether it ended with exit code 0.
    pub ok: bool,
}

/// What the script of a step leaves behind: where it has gone to, and what it has exported.
const STATE: &str = "pwd > \"$AUTHOR_STATE\"; env >> \"$AUTHOR_STATE\"";

impl Author {
    /// An author in an empty folder outside the repository.
    pub fn new() -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        let here = home.path().join("work");
        fs::create_dir(&here).expect("a folder");
        Self { home, here, environment: Vec::new() }
    }

    /// Where the commands have gone to.
    pub fn here(&self) -> &Path {
        &self.here
    }

    /// Goes to a folder, from the one that the commands have gone to.
    pub fn go(&mut self, folder: &str) {
        self.here = self.here.join(folder);
    }

    /// Does a step; what a command exports or goes to holds for the next one.
    pub fn does(&mut self, step: &Step) -> Did {
        match step {
            Step::Run(script) => self.types(script),
            Step::Write { path, text } => {
                let path = self.here.join(path);
                fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
                fs::write(path, text).expect("a file");
                Did { out: String::new(), err: String::new(), ok: true }
            }
        }
    }

    /// Types commands; the first that fails ends them.
    pub fn types(&mut self, script: &str) -> Did {
        let state = self.home.path().join("state");
        let mut command = self.command("bash");
        command.args(["-ec", &format!("{script}\n{STATE}")]).env("AUTHOR_STATE", &state);
        let output = command.output().expect("bash starts");
        if output.status.success() {
            self.take_over(&fs::read_to_string(state).expect("the state after the script"));
        }
        Did {
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
            ok: output.status.success(),
        }
    }

    /// A program in the folder that the commands have gone to, not started.
    pub fn command(&self, program: &str) -> Command {
        self.share_target();
        let mut command = Command::new(program);
        command.current_dir(&self.here).env_clear().envs(self.base());
        command.envs(self.environment.clone()).stdin(Stdio::null());
        command
    }

    fn take_over(&mut self, state: &str) {
        let mut lines = state.lines();
        self.here = PathBuf::from(lines.next().expect("a folder"));
        let exported = lines.filter_map(|line| line.split_once('='));
        let new = exported.filter(|(name, _)| name.starts_with("HELPDESK"));
        self.environment = new.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    }

    /// A crate's `target` leads to the shared folder.
    fn share_target(&self) {
        let target = self.here.join("target");
        if self.here.join("Cargo.toml").exists() && !target.exists() {
            fs::create_dir_all(shared_target()).expect("the shared target folder");
            symlink(shared_target(), target).expect("a link to it");
        }
    }

    /// A bare environment: a home of its own, the toolchain, the built `sqlflow`.
    fn base(&self) -> Vec<(&'static str, OsString)> {
        let path = env::split_paths(&outside("PATH").unwrap_or_default()).collect::<Vec<_>>();
        let path = env::join_paths(iter::once(built()).chain(path)).expect("a PATH");
        let home = PathBuf::from(outside("HOME").unwrap_or_default());
        let or = |name, folder| outside(name).unwrap_or_else(|| home.join(folder).into());
        let toolchain = outside("RUSTUP_TOOLCHAIN").map(|name| ("RUSTUP_TOOLCHAIN", name));
        [
            ("PATH", path),
            ("HOME", self.home.path().into()),
            ("CARGO_HOME", or("CARGO_HOME", ".cargo")),
            ("RUSTUP_HOME", or("RUSTUP_HOME", ".rustup")),
            ("CARGO_NET_OFFLINE", "true".into()),
            ("NO_COLOR", "1".into()),
        ]
        .into_iter()
        .chain(toolchain)
        .collect()
    }
}

impl Default for Author {
    fn default() -> Self {
        Self::new()
    }
}

impl Did {
    /// It ended well.
    #[track_caller]
    pub fn well(self) -> Self {
        assert!(self.ok, "\nout: {}\nerr: {}", self.out, self.err);
        self
    }
}

/// The folder of the repository.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the repository")
}

/// The profile's folder, with the binary and the connectors.
fn built() -> PathBuf {
    let test = env::current_exe().expect("the running test's path");
    test.ancestors().nth(2).expect("a test stands in deps/ of the profile's folder").to_owned()
}

/// Where every new crate is built; `examples/example.sh` names the same place.
fn shared_target() -> PathBuf {
    built().with_file_name("authoring")
}

#[expect(clippy::disallowed_methods, reason = "a test passes its toolchain on")]
fn outside(name: &str) -> Option<OsString> {
    env::var_os(name)
}
