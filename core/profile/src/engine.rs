//! The `engine` section.

use std::path::PathBuf;

use sqlflow_syntax::{Diagnostic, Span};

use crate::code;
use crate::node::Entry;
use crate::project::Project;
use crate::reader::{Reader, given};

/// The keys of `engine`.
pub(crate) const KEYS: &[&str] =
    &["type", "path", "memory_limit", "threads", "extensions", "allow_paths", "ordered", "mode"];
/// The keys of SQLFlow's `engines.duckdb`.
pub(crate) const OLD_KEYS: &[&str] =
    &["mode", "path", "database_path", "memory_limit", "threads", "max_memory", "temp_directory"];
/// Keys of SQLFlow's `engines.duckdb` that it never applied, each with what does their work.
const OLD_UNUSED: &[(&str, &str)] = &[
    ("max_memory", "write `memory_limit` under `engine`"),
    ("temp_directory", "remove it; DuckDB spills beside its database"),
];

/// What the engine is told before it opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineSettings {
    /// Where the tables live.
    pub database: Database,
    /// The most memory, such as `2GB`.
    pub memory_limit: Option<String>,
    /// The number of threads, at least 1.
    pub threads: Option<usize>,
    /// Extensions of DuckDB to load; none, until they are supported.
    pub extensions: Vec<String>,
    /// Absolute folders outside the project that SQL may read and write.
    pub allow_paths: Vec<PathBuf>,
    /// Whether loads keep the order of rows, where a LOAD does not say.
    pub ordered: Option<bool>,
}

/// Where the engine keeps its tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Database {
    /// In memory: they are gone when the run ends.
    Memory,
    /// In a file, by its absolute path.
    File(PathBuf),
}

impl EngineSettings {
    /// The settings of a profile that says nothing: the file `warehouse/<profile>.duckdb`.
    #[must_use]
    pub fn of_profile(project: &Project, profile: &str) -> Self {
        Self {
            database: Database::File(project.root().join(format!("warehouse/{profile}.duckdb"))),
            memory_limit: None,
            threads: None,
            extensions: Vec::new(),
            allow_paths: Vec::new(),
            ordered: None,
        }
    }

    /// Reads the entries of `place` over the defaults in `self`.
    pub(crate) fn read(
        mut self,
        entries: &[Entry],
        place: &str,
        project: &Project,
        reader: &mut Reader<'_>,
    ) -> Self {
        let key = |name: &str| format!("`{place}.{name}`");
        check_type(entries, &key("type"), reader);
        if let Some(database) = database(entries, place, project, reader) {
            self.database = database;
        }
        self.memory_limit = memory_limit(entries, &key("memory_limit"), reader);
        self.threads = given(entries, "threads").and_then(|n| reader.count(n, &key("threads")));
        self.ordered = given(entries, "ordered").and_then(|n| reader.boolean(n, &key("ordered")));
        refuse_extensions(entries, &key("extensions"), reader);
        let allowed = given(entries, "allow_paths").map(|n| reader.texts(n, &key("allow_paths")));
        let allowed = allowed.unwrap_or_default();
        self.allow_paths = allowed.iter().map(|path| project.resolve(&path.value)).collect();
        self
    }
}

/// Notes the keys of SQLFlow's section that mean nothing.
pub(crate) fn note_unused(entries: &[Entry], reader: &mut Reader<'_>) {
    for entry in entries {
        let named = |(name, _): &&(&str, &str)| *name == entry.key.value;
        if let Some((name, instead)) = OLD_UNUSED.iter().find(named) {
            reader.old_form(format!("`{name}` has no effect"), entry.key.span, instead);
        }
    }
}

fn check_type(entries: &[Entry], place: &str, reader: &mut Reader<'_>) {
    let read = given(entries, "type").and_then(|node| reader.text(node, place));
    if let Some(engine) = read.filter(|engine| !engine.value.eq_ignore_ascii_case("duckdb")) {
        let message = format!("there is no engine `{}`", engine.value);
        reader.error(code::INVALID_VALUE, message, engine.span, "the one engine is `duckdb`");
    }
}

fn database(
    entries: &[Entry],
    place: &str,
    project: &Project,
    reader: &mut Reader<'_>,
) -> Option<Database> {
    let path = path(entries, place, reader);
    let mode = mode(entries, place, reader);
    match (mode, path) {
        (None, None) => None,
        (Some((Mode::Persistent, _)), None) => None,
        (Some((Mode::Memory, _)), None) => Some(Database::Memory),
        (mode, Some((path, span))) => {
            let in_memory = path == ":memory:";
            if let Some((mode, at)) = mode.filter(|(mode, _)| (*mode == Mode::Memory) != in_memory)
            {
                reader.errors.push(contradiction(mode, at, &path, span));
            }
            Some(if in_memory { Database::Memory } else { Database::File(project.resolve(&path)) })
        }
    }
}

/// The path under `path` or SQLFlow's `database_path`.
fn path(entries: &[Entry], place: &str, reader: &mut Reader<'_>) -> Option<(String, Span)> {
    let (new, old) = (given(entries, "path"), given(entries, "database_path"));
    if let (Some(_), Some(old)) = (new, old) {
        let message = format!("`{place}` has both `path` and `database_path`");
        reader.error(code::CONTRADICTION, message, old.span, "remove `database_path`");
    }
    let path = reader.text(new.or(old)?, &format!("`{place}.path`"))?;
    if path.value.is_empty() || path.value.contains('\0') {
        let message = format!("`{place}.path` is no file name");
        let help = "write a path such as warehouse/dev.duckdb, or \":memory:\"";
        reader.error(code::INVALID_VALUE, message, path.span, help);
        return None;
    }
    Some((path.value, path.span))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Memory,
    Persistent,
}

fn mode(entries: &[Entry], place: &str, reader: &mut Reader<'_>) -> Option<(Mode, Span)> {
    let mode = reader.text(given(entries, "mode")?, &format!("`{place}.mode`"))?;
    match mode.value.as_str() {
        "memory" => Some((Mode::Memory, mode.span)),
        "persistent" => Some((Mode::Persistent, mode.span)),
        other => {
            let message = format!("there is no engine mode `{other}`");
            let help = "write `path: \":memory:\"` for memory, `path: FILE` for a file";
            reader.error(code::INVALID_VALUE, message, mode.span, help);
            None
        }
    }
}

fn contradiction(mode: Mode, at: Span, path: &str, span: Span) -> Diagnostic {
    let mode = if mode == Mode::Memory { "memory" } else { "persistent" };
    let message = format!("`mode: {mode}` contradicts `path: {path}`");
    let place = if at.start > span.start { at } else { span };
    Diagnostic::error(code::CONTRADICTION, message, place).help("remove one of the two")
}

fn memory_limit(entries: &[Entry], place: &str, reader: &mut Reader<'_>) -> Option<String> {
    let node = given(entries, "memory_limit")?;
    let help = "write a number and a unit: KB, MB, GB, TB or KiB, MiB, GiB, TiB, such as 2GB";
    if matches!(node.content, crate::node::Content::Number(_)) {
        reader.error(code::INVALID_VALUE, format!("{place} has no unit"), node.span, help);
        return None;
    }
    let limit = reader.text(node, place)?;
    if is_memory_limit(&limit.value) {
        return Some(limit.value);
    }
    let message = format!("{place} is no amount of memory");
    reader.error(code::INVALID_VALUE, message, limit.span, help);
    None
}

/// Tells whether the text is an amount that DuckDB's `memory_limit` takes.
fn is_memory_limit(text: &str) -> bool {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = text[digits.len()..].to_ascii_lowercase();
    let amount = digits.strip_suffix(' ').unwrap_or(digits);
    let is_amount = amount.starts_with(|c: char| c.is_ascii_digit())
        && amount.ends_with(|c: char| c.is_ascii_digit())
        && amount.chars().all(|c| c.is_ascii_digit() || c == '.')
        && amount.parse::<f64>().is_ok_and(|amount| amount > 0.0);
    is_amount && ["kb", "mb", "gb", "tb", "kib", "mib", "gib", "tib"].contains(&unit.as_str())
}

fn refuse_extensions(entries: &[Entry], place: &str, reader: &mut Reader<'_>) {
    let read = given(entries, "extensions").map(|node| reader.texts(node, place));
    if let Some(first) = read.unwrap_or_default().first() {
        let message = format!("{place} is not supported yet");
        let help = "leave the list empty: []";
        reader.error(code::NOT_SUPPORTED, message, first.span, help);
    }
}
