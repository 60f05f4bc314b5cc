#![allow(clippy::panic, reason = "it panics on purpose")]

use std::{
    fmt, fs, panic,
    sync::{Arc, Condvar, Mutex, PoisonError},
    thread,
};

use serde::Deserialize;
use sqlflow_plugin_sdk::{ConfigSpec, Error, ErrorKind, Field, Result};

use crate::deadly::Deadly;

/// Where and how to misbehave.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Script {
    at: String,
    how: How,
    mark: String,
    /// Open once something was cancelled.
    #[serde(skip)]
    cancelled: Arc<Gate>,
}

type Gate = (Mutex<bool>, Condvar);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum How {
    /// A plain panic.
    Panic,
    /// A panic whose payload panics again when it is dropped.
    Payload,
    /// A value that panics when it is dropped.
    Drop,
    /// A value that panics when it is shown.
    Display,
    /// A panic on another thread, passed on to the caller.
    Thread,
    /// A panic on another thread that the caller does not pass on.
    Detached,
    /// A panic while another one unwinds: Rust ends the process.
    Twice,
    /// An error with NUL bytes in every text.
    Nul,
    /// An error of a megabyte.
    Huge,
    /// An error whose chain of causes never ends.
    Chain,
    /// Nothing, until it is cancelled.
    Wait,
    /// What the process does not outlive.
    #[serde(untagged)]
    Deadly(Deadly),
}

/// The settings of source and destination.
pub(crate) fn spec() -> ConfigSpec {
    if std::hint::black_box(&SPEC_FUSE)[FUSE.len() - 2..] == *b"ON" {
        let at = "plugin.spec".to_owned();
        let (mark, cancelled) = Default::default();
        Script { at, how: How::Panic, mark, cancelled }.strike("plugin.spec");
    }
    ConfigSpec::new([
        Field::text("at", "The entry to misbehave at").default(""),
        Field::text("how", "The way to misbehave").default("panic"),
        Field::text("mark", "The file to make where it begins").default(""),
    ])
}

const FUSE: &[u8; 24] = b"sqlflow-hostile-spec:OFF";

/// A test flips it in a copy of the library: no setting reaches a plugin before it has described
/// itself.
#[used]
static SPEC_FUSE: [u8; 24] = *FUSE;

impl Script {
    /// Misbehaves where this is the entry; an entry that can fail may also fail strangely.
    pub(crate) fn reach(&self, entry: &str) -> Result<()> {
        self.strike(entry);
        if self.at != entry {
            return Ok(());
        }
        let error = Error::new(ErrorKind::Data, "strange");
        match self.how {
            How::Nul => Err(Error::new(ErrorKind::Data, "a\0b")
                .with_remedy("c\0d")
                .with_context("e\0f", "g\0h")),
            How::Huge => Err(Error::new(ErrorKind::Data, "x".repeat(1 << 20))),
            How::Chain => Err(error.caused_by(&Endless)),
            How::Wait => Err(self.cancelled()),
            _ => Ok(()),
        }
    }

    /// Waits until something is cancelled.
    fn cancelled(&self) -> Error {
        self.make_mark();
        let (open, opened) = &*self.cancelled;
        let open = open.lock().unwrap_or_else(PoisonError::into_inner);
        drop(opened.wait_while(open, |open| !*open));
        Error::cancelled()
    }

    fn make_mark(&self) {
        if !self.mark.is_empty() {
            // Where it cannot be made, the test finds that it is not there.
            let _ = fs::write(&self.mark, "");
        }
    }

    /// Panics where this is the entry.
    pub(crate) fn strike(&self, entry: &str) {
        if entry.ends_with(".cancel") {
            let (open, opened) = &*self.cancelled;
            *open.lock().unwrap_or_else(PoisonError::into_inner) = true;
            opened.notify_all();
        }
        if self.at != entry {
            return;
        }
        let text = format!("boom at {entry}");
        match self.how {
            How::Panic => panic::panic_any(text),
            How::Payload => panic::panic_any(Bomb(text)),
            How::Drop => drop(Bomb(text)),
            How::Display => drop(Shown(text).to_string()),
            How::Thread => {
                if let Err(payload) = elsewhere(text).join() {
                    panic::resume_unwind(payload);
                }
            }
            How::Detached => drop(elsewhere(text).join()),
            How::Twice => {
                let _second = Bomb(text.clone());
                panic::panic_any(text);
            }
            How::Deadly(deadly) => {
                self.make_mark();
                deadly.strike()
            }
            How::Nul | How::Huge | How::Chain | How::Wait => {}
        }
    }
}

fn elsewhere(text: String) -> thread::JoinHandle<()> {
    thread::spawn(move || panic::panic_any(text))
}

struct Bomb(String);

impl Drop for Bomb {
    fn drop(&mut self) {
        panic::panic_any(self.0.clone());
    }
}

struct Shown(String);

impl fmt::Display for Shown {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic::panic_any(self.0.clone())
    }
}

/// An error that says it was caused by itself.
#[derive(Debug)]
struct Endless;

impl fmt::Display for Endless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("again")
    }
}

impl std::error::Error for Endless {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&Endless)
    }
}
