//! What a check of one or more pipelines found.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

use sqlflow_plan::VariableUse;
use sqlflow_run::{CachedSchema, Problem};
use sqlflow_state::StepError;

use crate::failure::Failure;
use crate::format::Report;
use crate::render::clean::clean_line;
use crate::render::quantity::{ago, counted};
use crate::render::{check_json, github, problems, step_error};
use crate::{exit, pages, variables};

/// What is known of a pipeline that passed its check.
#[derive(Debug)]
pub(crate) struct Pipeline {
    /// How many steps it has.
    pub(crate) steps: usize,
    /// Steps that could not be checked, with the reason.
    pub(crate) unchecked: Vec<(String, String)>,
    /// The schemas that were taken from earlier checks.
    pub(crate) cached: Vec<CachedSchema>,
    /// The variables it uses.
    pub(crate) variables: Vec<VariableUse>,
    /// What is not wrong but worth saying.
    pub(crate) warnings: Vec<Problem>,
}

/// A pipeline with what came out of its check.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Its name.
    pub(crate) name: String,
    /// What is known of it where it passed.
    pub(crate) passed: Option<Pipeline>,
    /// What kept it from being checked, where it is no place in a file.
    pub(crate) error: Option<Box<StepError>>,
}

/// What a check of one or more pipelines found.
#[derive(Debug)]
pub(crate) struct CheckReport {
    /// The pipelines, in the order of the check.
    pub(crate) pipelines: Vec<Entry>,
    /// Every problem once.
    pub(crate) problems: Vec<Problem>,
    /// Whether no connector was opened.
    pub(crate) offline: bool,
    /// Who holds the database, where it could not be looked into.
    pub(crate) held_by: Option<String>,
    exit_code: u8,
}

impl CheckReport {
    /// A report that begins with these warnings.
    pub(crate) fn new(warnings: Vec<Problem>, offline: bool) -> Self {
        let (pipelines, held_by) = (Vec::new(), None);
        Self { pipelines, problems: warnings, offline, held_by, exit_code: exit::OK }
    }

    /// Adds what is said of all pipelines together.
    pub(crate) fn about_all(&mut self, warnings: Vec<Problem>, held_by: Option<String>) {
        self.extend(warnings);
        self.held_by = held_by;
    }

    /// Adds what came out of a pipeline's check.
    pub(crate) fn add(&mut self, name: &str, outcome: Result<Pipeline, Failure>) {
        let mut entry = Entry { name: name.to_owned(), passed: None, error: None };
        if let Err(failure) = &outcome {
            self.fail(failure.exit_code());
        }
        match outcome {
            Ok(mut pipeline) => {
                self.extend(std::mem::take(&mut pipeline.warnings));
                entry.passed = Some(pipeline);
            }
            Err(Failure::Problems(problems, _)) => self.extend(problems),
            Err(Failure::Failed(error, _)) => entry.error = Some(error),
            Err(Failure::Closed) => {}
        }
        self.pipelines.push(entry);
    }

    /// The exit code: of several failures the lowest, whose cause comes first.
    pub(crate) fn exit_code(&self) -> u8 {
        self.exit_code
    }

    /// Prints what was found: for people, problems go to standard error.
    pub(crate) fn print(&self, format: Report) -> io::Result<()> {
        match format {
            Report::Text => {
                let lines: String = self.in_order().into_iter().map(line).collect();
                io::stdout().write_all((self.held() + &lines).as_bytes())?;
                anstream::stderr().write_all(self.wrong().as_bytes())
            }
            Report::Json => writeln!(io::stdout(), "{:#}", check_json::json(self)),
            Report::Github => io::stdout().write_all(self.annotations().as_bytes()),
        }
    }

    /// The pipelines by name.
    pub(crate) fn in_order(&self) -> Vec<&Entry> {
        let mut entries: Vec<&Entry> = self.pipelines.iter().collect();
        entries.sort_by_key(|entry| &entry.name);
        entries
    }

    fn held(&self) -> String {
        let Some(holder) = &self.held_by else { return String::new() };
        format!(
            "the database is held by {}: what reads tables of earlier runs is not checked\n",
            clean_line(holder)
        )
    }

    /// The errors that are no place in a file.
    pub(crate) fn errors(&self) -> impl Iterator<Item = &StepError> {
        self.pipelines.iter().filter_map(|entry| entry.error.as_deref())
    }

    fn fail(&mut self, code: u8) {
        self.exit_code = if self.exit_code == exit::OK { code } else { self.exit_code.min(code) };
    }

    /// Several pipelines may share a problem of the profile.
    fn extend(&mut self, problems: Vec<Problem>) {
        for problem in problems {
            if !self.problems.contains(&problem) {
                self.problems.push(problem);
            }
        }
    }

    fn wrong(&self) -> String {
        let drawn = match self.problems.is_empty() {
            true => String::new(),
            false => problems::drawn(&self.problems),
        };
        let errors: String = self.errors().map(|error| step_error::text(error, None)).collect();
        let codes = self.errors().map(|error| error.code.as_str());
        drawn + &errors + &pages::hint(codes.chain(problems::codes(&self.problems)))
    }

    fn annotations(&self) -> String {
        github::problems(&self.problems) + &self.errors().map(github::error).collect::<String>()
    }
}

fn line(entry: &Entry) -> String {
    let name = clean_line(&entry.name);
    let Some(pipeline) = &entry.passed else { return format!("failed  {name}\n") };
    let mut text = format!("ok  {name}  {}\n", counted(pipeline.steps as u64, "step"));
    for used in &pipeline.variables {
        text.push_str(&format!("    {}\n", variables::line(used)));
    }
    for (source, age) in oldest(&pipeline.cached) {
        text.push_str(&format!("    {}: schema as of {}\n", clean_line(source), ago(age)));
    }
    for (step, reason) in &pipeline.unchecked {
        text.push_str(&format!(
            "    {} is not checked: {}\n",
            clean_line(step),
            clean_line(reason)
        ));
    }
    text
}

/// Each source once, with the age of the oldest of its schemas.
fn oldest(cached: &[CachedSchema]) -> BTreeMap<&str, Duration> {
    let mut oldest = BTreeMap::new();
    for schema in cached {
        let age = oldest.entry(schema.source.as_str()).or_insert(schema.age);
        *age = schema.age.max(*age);
    }
    oldest
}
