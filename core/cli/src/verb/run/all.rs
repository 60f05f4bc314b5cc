//! `sqlflow run --all`: every pipeline of the project, one after the other.

use std::io::{self, Write};

use serde_json::json;
use sqlflow_run::{Attempt, CheckOptions, Problem, Trouble};

use super::{Ended, Log, Work, say_where_tables_go};
use crate::failure::{Failure, Outcome};
use crate::format::Report;
use crate::render::clean::clean_line;
use crate::render::outcome;
use crate::{choose, exit};

impl Work<'_> {
    /// Checks all pipelines, then runs them in the order of the tables they share. The first that
    /// does not end well is the last.
    pub(super) fn all(&self) -> Outcome {
        let names = self.workspace.project().pipelines();
        if names.is_empty() {
            return Err(choose::nothing(self.workspace.project()));
        }
        let (names, attempts) = self.checked(names)?;
        say_where_tables_go(&self.workspace, &self.screen);
        let mut pipelines = names.into_iter().zip(attempts);
        let mut done: Vec<(String, Ended)> = Vec::new();
        let mut exit_code = exit::OK;
        for (name, attempt) in pipelines.by_ref() {
            let ended = self.run(&attempt.into_compiled()?)?;
            exit_code = ended.exit_code;
            if self.how.format != Report::Json {
                // The runs go on where a reader has gone.
                let _ = ended.tell(self.how, &self.screen, &self.notes(Some(&name)));
            }
            done.push((name, ended));
            if exit_code != exit::OK {
                break;
            }
        }
        let left: Vec<String> = pipelines.map(|(name, _)| name).collect();
        let _ = self.sum_up(&done, &left, exit_code);
        Ok(exit_code)
    }

    /// The pipelines in the order to run them in, once nothing is wrong in any of them.
    fn checked(&self, names: Vec<String>) -> Result<(Vec<String>, Vec<Attempt>), Failure> {
        let attempt = |name: &String| sqlflow_run::attempt(&self.workspace, name);
        let attempts = names.iter().map(attempt).collect::<Result<Vec<_>, Trouble>>()?;
        let options = CheckOptions { offline: false, cancel: self.interrupts.any() };
        let checked = sqlflow_run::check(&self.workspace, &attempts, &options)?;
        let found = once(checked.pipelines.into_iter().flat_map(|one| one.problems));
        if !found.is_empty() {
            return Err(Trouble::Problems(found).into());
        }
        let order = sqlflow_run::run_order(&attempts)?;
        let mut pairs: Vec<_> = names.into_iter().zip(attempts).map(Some).collect();
        let in_order = order.into_iter().filter_map(|number| pairs.get_mut(number)?.take());
        Ok(in_order.unzip())
    }

    /// A line for each pipeline, or one document of them all.
    fn sum_up(&self, done: &[(String, Ended)], left: &[String], code: u8) -> io::Result<()> {
        if self.how.log == Log::Json || (self.how.quiet && code == exit::OK) {
            return Ok(());
        }
        if self.how.format == Report::Json {
            let document = json!({
                "status": if code == exit::OK { "succeeded" } else { "failed" },
                "exit_code": code,
                "pipelines": done.iter().map(|(_, ended)| ended.json()).collect::<Vec<_>>(),
                "not_run": left,
            });
            return writeln!(io::stdout(), "{document:#}");
        }
        let mut text = String::from("\n");
        for (name, ended) in done {
            text.push_str(&outcome::last_line(&ended.state, ended.id, &self.notes(Some(name))));
        }
        for name in left {
            text.push_str(&format!("not run  {}\n", clean_line(name)));
        }
        anstream::stdout().write_all(text.as_bytes())
    }
}

/// Pipelines may share a problem of the profile.
fn once(problems: impl Iterator<Item = Problem>) -> Vec<Problem> {
    let mut kept: Vec<Problem> = Vec::new();
    for problem in problems {
        if !kept.contains(&problem) {
            kept.push(problem);
        }
    }
    kept
}
