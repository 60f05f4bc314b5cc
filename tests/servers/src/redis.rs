use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// How a server keeps what it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// On the disk before it answers.
    Always,
    /// On the disk within a second.
    EverySecond,
    /// In memory only.
    Never,
}

/// A Redis server with a password, empty.
#[derive(Debug)]
pub struct Redis {
    port: u16,
    kept: Kept,
    child: Child,
    folder: TempDir,
}

/// What its clients have to say.
const PASSWORD: &str = "open-sesame";
/// Another process may take the port that was free a moment ago.
const TRIES: usize = 20;

impl Redis {
    /// Starts one.
    ///
    /// # Panics
    ///
    /// Without `redis-server` on the path, and where it does not start.
    pub fn start(kept: Kept) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for _ in 0..TRIES {
            let port = free_port();
            if let Some(child) = started(port, kept, &folder) {
                return Self { port, kept, child, folder };
            }
        }
        panic!("redis-server does not start, on {TRIES} ports");
    }

    /// Where it can be reached, with its password.
    pub fn url(&self) -> String {
        format!("redis://:{PASSWORD}@127.0.0.1:{}", self.port)
    }

    /// The password in the URL.
    pub fn password(&self) -> &'static str {
        PASSWORD
    }

    /// Kills it as `kill -9` does.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        self.child.wait().unwrap();
    }

    /// Starts it again at the same place with the same files.
    ///
    /// # Panics
    ///
    /// Where it does not start.
    pub fn restart(&mut self) {
        self.kill();
        self.child = started(self.port, self.kept, &self.folder).unwrap();
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.kill();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The server once it answers; none where it ended instead.
fn started(port: u16, kept: Kept, folder: &TempDir) -> Option<Child> {
    let (append_only, sync) = match kept {
        Kept::Always => ("yes", "always"),
        Kept::EverySecond => ("yes", "everysec"),
        Kept::Never => ("no", "everysec"),
    };
    let mut child = Command::new("redis-server")
        .args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--requirepass", PASSWORD])
        .args(["--dir", folder.path().to_str().unwrap(), "--save", "", "--daemonize", "no"])
        .args(["--appendonly", append_only, "--appendfsync", sync])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("redis-server: {error}; scripts/servers installs it"));
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let ready = lines.map_while(Result::ok).any(|line| line.contains("Ready to accept"));
    if ready {
        return Some(child);
    }
    child.wait().unwrap();
    None
}
