//! What is there after a run, and whether it is what has to be there.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use sqlflow_state::{PlannedStep, RunId, RunState, StepKind};

use crate::{
    Database, Ended, History, Pipeline,
    data::{Age, orders},
    history::started,
    phase::is_open,
    pipelines::Table,
    project::files,
};

/// What was found in a project.
#[derive(Debug)]
pub struct Seen {
    pipeline: &'static Pipeline,
    root: PathBuf,
    history: History,
    /// The markers: run and step.
    markers: Vec<String>,
    tables: BTreeMap<&'static str, Vec<String>>,
    files: BTreeMap<String, Vec<u8>>,
    before: BTreeMap<String, Vec<u8>>,
}

impl Seen {
    pub(crate) fn of(
        root: &Path,
        pipeline: &'static Pipeline,
        before: &BTreeMap<String, Vec<u8>>,
    ) -> Self {
        let mut database = Database::of(root);
        let mut texts = |sql: &str| database.as_mut().and_then(|database| database.texts(sql));
        let markers = texts("SELECT run_id || ' ' || step FROM _sqlflow.commits ORDER BY ALL");
        let rows = |table: Table| {
            let Table { name, row, order, .. } = table;
            Some((name, texts(&format!("SELECT {row} FROM {name} ORDER BY {order}"))?))
        };
        Self {
            pipeline,
            root: root.to_owned(),
            history: History::of(root),
            markers: markers.unwrap_or_default(),
            tables: (pipeline.tables)(1).into_iter().filter_map(rows).collect(),
            files: files(&root.join("output")),
            before: before.clone(),
        }
    }

    /// How many runs there were on the new input.
    pub fn runs(&self) -> usize {
        self.history.runs.len() - usize::from(self.pipeline.has_run)
    }

    /// The newest run on the new input.
    pub fn newest(&self) -> Option<(RunId, RunState)> {
        self.history.latest().filter(|_| self.runs() > 0)
    }

    /// How often a run from here has to read a source: once for each load that has not committed.
    pub fn reads_left(&self) -> usize {
        let newest = self.newest().filter(|(_, state)| is_open(state));
        let Some((run, _)) = &newest else { return self.pipeline.loads() };
        let log = self.history.runs.first().map(|(_, log)| log.as_slice()).unwrap_or_default();
        let steps = started(log).map(|started| started.steps.as_slice()).unwrap_or_default();
        let loads = steps.iter().filter(|step| step.kind == StepKind::Load);
        loads.filter(|step| !self.has_committed(*run, step)).count()
    }

    /// How often a run from here has to publish an export: once for each that the log does not know
    /// to be done.
    pub fn exports_left(&self) -> usize {
        let newest = self.newest().filter(|(_, state)| is_open(state));
        let Some((_, state)) = &newest else { return self.pipeline.exports() };
        let exports = state.steps().iter().filter(|step| step.planned.kind == StepKind::Export);
        exports.filter(|step| !step.is_done()).count()
    }

    /// What a resume has done more or less than was left.
    pub fn other_work(&self, resume: &Ended) -> Option<String> {
        let left = (self.reads_left(), self.exports_left());
        let done = (resume.passed("source.read"), resume.passed("writer.commit"));
        (left != done).then(|| {
            format!("the resume has read and published {done:?} times, {left:?} were left")
        })
    }

    /// Whether the work of a step is there for good, as the outside has it.
    pub(crate) fn has_committed(&self, run: RunId, step: &PlannedStep) -> bool {
        if step.kind != StepKind::Export {
            return self.markers.contains(&format!("{run} {}", step.id));
        }
        let place = self.files.keys().find(|path| step.name.contains(path.as_str()));
        place.is_some_and(|place| self.files.get(place) != self.before.get(place))
    }

    /// What is wrong right after a kill: a log that is none, a table or file that is neither the
    /// old nor the new one (R3).
    pub fn torn(&self) -> Vec<String> {
        let mut found = self.history.violations();
        let runs = self.runs();
        let is = |table: &Table| self.tables.get(table.name) == Some(&table.rows);
        let (old, new) =
            ((self.pipeline.tables)(runs.saturating_sub(1)), (self.pipeline.tables)(runs));
        for name in self.tables.keys() {
            let is_whole = old.iter().chain(&new).any(|table| table.name == *name && is(table));
            found.extend(
                (!is_whole).then(|| format!("`{name}` is neither the old nor the new one")),
            );
        }
        for (path, text) in (self.pipeline.files)(Age::New) {
            let there = self.files.get(path);
            let is_old = there == self.before.get(path);
            let is_new = there.is_some_and(|there| there == text.as_bytes());
            let torn = || format!("`{path}` is neither the old nor the new one");
            found.extend((!is_old && !is_new).then(torn));
        }
        found
    }

    /// What differs from an uninterrupted run once a resume has succeeded.
    pub fn verify(&self) -> Vec<String> {
        let mut found = self.history.violations();
        found.extend(self.history.unfinished());
        found.extend(self.wrong_tables());
        found.extend(self.wrong_files());
        found.extend(self.wrong_markers());
        found
    }

    fn wrong_tables(&self) -> Vec<String> {
        let wrong = |table: Table| {
            let there = self.tables.get(table.name).map(Vec::as_slice).unwrap_or_default();
            (there != table.rows).then(|| {
                let (rows, wanted) = (there.len(), table.rows.len());
                format!("`{}` has {rows} rows, not the {wanted} it has to have", table.name)
            })
        };
        (self.pipeline.tables)(self.runs()).into_iter().filter_map(wrong).collect()
    }

    fn wrong_files(&self) -> Vec<String> {
        let mut wanted: BTreeMap<&str, String> =
            (self.pipeline.files)(Age::New).into_iter().collect();
        let mut found = Vec::new();
        for (path, bytes) in &self.files {
            match wanted.remove(path.as_str()) {
                Some(text) if text.as_bytes() == bytes => {}
                Some(_) => found.push(format!("`{path}` is not what has to be there")),
                None if path.ends_with("orders.parquet") => found.extend(self.wrong_parquet(path)),
                None => found.push(format!("`{path}` was left behind")),
            }
        }
        found.extend(wanted.keys().map(|path| format!("`{path}` is not there")));
        found
    }

    fn wrong_parquet(&self, path: &str) -> Option<String> {
        let place = self.root.join(path);
        let sql = format!(
            "SELECT concat_ws(',', id, customer, amount) FROM read_parquet('{}')",
            place.display()
        );
        let rows = Database::of_files(place.parent()?).texts(&sql);
        (rows.as_ref() != Some(&orders(Age::New))).then(|| format!("`{path}` has other rows"))
    }

    /// Every step that commits to the database has one marker in every run, and nothing else has.
    fn wrong_markers(&self) -> Vec<String> {
        if self.pipeline.in_memory {
            return Vec::new();
        }
        let marks = |step: &&PlannedStep| matches!(step.kind, StepKind::Load | StepKind::Transform);
        let mut wanted = BTreeSet::new();
        for (run, log) in &self.history.runs {
            let steps = started(log).map(|started| started.steps.as_slice()).unwrap_or_default();
            wanted.extend(steps.iter().filter(marks).map(|step| format!("{run} {}", step.id)));
        }
        let there: BTreeSet<String> = self.markers.iter().cloned().collect();
        let mut found = Vec::new();
        if there.len() != self.markers.len() {
            found.push("a marker stands twice".to_owned());
        }
        found.extend(wanted.difference(&there).map(|marker| format!("no marker {marker}")));
        found.extend(there.difference(&wanted).map(|marker| format!("a marker too many {marker}")));
        found
    }
}
