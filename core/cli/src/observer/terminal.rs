//! A run told on a terminal: a live line for each running step, which gives way to a plain one.

use std::collections::HashMap;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use sqlflow_run::{Observer, Progress};
use sqlflow_state::{Event, EventBody, RunId, RunState};

use crate::observer::step_lines::StepLines;
use crate::render::quantity::{bytes, count, counted};
use crate::screen::Screen;

/// How often a live line moves.
const TICK: Duration = Duration::from_millis(120);

/// Draws on standard error.
#[derive(Debug)]
pub(crate) struct Terminal {
    lines: StepLines,
    running: HashMap<String, ProgressBar>,
    screen: Screen,
}

impl Terminal {
    /// An observer that draws on this screen.
    pub(crate) fn new(screen: &Screen) -> Self {
        Self { lines: StepLines::default(), running: HashMap::new(), screen: screen.clone() }
    }

    fn begin(&mut self, step: &str) {
        let bar = self.screen.live.add(ProgressBar::new_spinner());
        // A template that does not parse would be a mistake here; the default still shows life.
        if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix}  {msg}  {elapsed}") {
            bar.set_style(style);
        }
        bar.set_prefix(self.lines.title(step));
        bar.enable_steady_tick(TICK);
        self.running.insert(step.to_owned(), bar);
    }

    fn end(&mut self, step: &str) {
        if let Some(bar) = self.running.remove(step) {
            bar.finish_and_clear();
        }
    }
}

impl Observer for Terminal {
    fn taken_up(&mut self, run: RunId, state: &RunState) {
        self.screen.say(&self.lines.taken_up(run, state));
    }

    fn event(&mut self, event: &Event) {
        let step = event.step.as_deref().unwrap_or_default();
        match event.body {
            EventBody::StepStarted => self.begin(step),
            _ => self.end(step),
        }
        if let Some(line) = self.lines.line(event) {
            self.screen.say(&line);
        }
    }

    fn progress(&mut self, progress: &Progress) {
        if let Some(bar) = self.running.get(&progress.step) {
            bar.set_message(figures(progress));
        }
    }
}

/// Such as `12 480 rows  48 MB  10 400 rows/s`.
fn figures(progress: &Progress) -> String {
    let seconds = progress.elapsed.as_secs_f64();
    let rate = if seconds > 0.0 { (progress.rows as f64 / seconds).round() as u64 } else { 0 };
    let size = if progress.bytes > 0 { format!("{}  ", bytes(progress.bytes)) } else { "".into() };
    format!("{}  {size}{} rows/s", counted(progress.rows, "row"), count(rate))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_tells_rows_bytes_and_rate() {
        let check = |rows, bytes, millis, expect: &str| {
            let elapsed = Duration::from_millis(millis);
            let progress = Progress { step: "load_a".into(), rows, bytes, elapsed };
            assert_eq!(figures(&progress), expect);
        };
        check(12_480, 48_000_000, 1_200, "12 480 rows  48 MB  10 400 rows/s");
        check(1, 0, 500, "1 row  2 rows/s");
        check(0, 0, 0, "0 rows  0 rows/s");
    }
}
