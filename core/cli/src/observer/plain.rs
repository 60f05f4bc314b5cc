//! A run told in plain lines, one for each finished step.

use sqlflow_run::Observer;
use sqlflow_state::{Event, RunId, RunState};

use crate::observer::step_lines::StepLines;
use crate::screen::Screen;

/// Writes plain lines to standard error.
#[derive(Debug)]
pub(crate) struct Plain {
    lines: StepLines,
    screen: Screen,
}

impl Plain {
    /// An observer that writes to this screen.
    pub(crate) fn new(screen: &Screen) -> Self {
        Self { lines: StepLines::default(), screen: screen.clone() }
    }
}

impl Observer for Plain {
    fn taken_up(&mut self, run: RunId, state: &RunState) {
        self.screen.say(&self.lines.taken_up(run, state));
    }

    fn event(&mut self, event: &Event) {
        if let Some(line) = self.lines.line(event) {
            self.screen.say(&line);
        }
    }
}
