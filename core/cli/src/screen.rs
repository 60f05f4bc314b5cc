//! Standard error, shared by everything that reports progress.

use std::io::{IsTerminal, Write, stderr};

use indicatif::{MultiProgress, ProgressDrawTarget};

/// Writes lines to standard error above the live lines of running steps. Clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Screen {
    /// The live lines; drawn only where standard error is a terminal.
    pub(crate) live: MultiProgress,
    quiet: bool,
}

impl Screen {
    /// The screen; a quiet one drops what is said in passing.
    pub(crate) fn new(quiet: bool) -> Self {
        let target = match quiet {
            true => ProgressDrawTarget::hidden(),
            false => ProgressDrawTarget::stderr(),
        };
        Self { live: MultiProgress::with_draw_target(target), quiet }
    }

    /// Whether live lines can be drawn.
    pub(crate) fn is_terminal(&self) -> bool {
        stderr().is_terminal()
    }

    /// Says something in passing.
    pub(crate) fn say(&self, line: &str) {
        if !self.quiet {
            self.insist(&format!("{line}\n"));
        }
    }

    /// Writes text that is wanted even where the command was asked to be quiet.
    pub(crate) fn insist(&self, text: &str) {
        // Whoever closed standard error does not want to know.
        self.live.suspend(|| drop(anstream::stderr().write_all(text.as_bytes())));
    }
}
