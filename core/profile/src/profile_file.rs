//! The sections of a profile's file.

use std::collections::BTreeMap;

use sqlflow_syntax::Diagnostic;

use crate::assignments::{from_node, is_variable_name};
use crate::connection::{self, Connection, check_template};
use crate::engine;
use crate::node::{Entry, Node, find};
use crate::profile::{PluginSettings, Profile};
use crate::profile_error::ProfileError;
use crate::project::Project;
use crate::reader::{Reader, given};
use crate::runs::{self, RunSettings};
use crate::value::{Assignments, Value};
use crate::variables::Variables;
use crate::{code, notify, yaml};

/// The sections there are.
pub(crate) const KEYS: &[&str] =
    &["engine", "variables", "connections", "plugins", "runs", "notify"];
/// The keys of `plugins`.
pub(crate) const PLUGIN_KEYS: &[&str] = &["path"];
/// Sections that are read and checked, and that nothing uses yet.
const NOT_USED_YET: &[&str] = &["notify"];
/// Sections of SQLFlow's profiles that are read, each with the form that replaces it.
pub(crate) const OLD: &[(&str, &str)] = &[
    ("engines", "write `engine: { type: duckdb, path: warehouse/dev.duckdb }`"),
    ("connectors", "write `connections:` with the same content"),
];
/// Keys of SQLFlow's profiles that mean nothing any more, each with what does their work.
pub(crate) const UNUSED: &[(&str, &str)] = &[
    ("log_level", "remove it; `--quiet` and `--log json` choose what a run prints"),
    ("log_file", "remove it; redirect the output of `--log json` to a file"),
    ("module_log_levels", "remove it; `--quiet` and `--log json` choose what a run prints"),
    ("logging", "remove it; `--quiet` and `--log json` choose what a run prints"),
    ("paths", "remove it; pipelines are taken from `pipelines/`"),
    ("performance", "remove it; `engine.threads` and `engine.memory_limit` bound a run"),
    ("testing", "remove it; a TEST in the pipeline says what must hold"),
];
/// Keys that SQLFlow's documentation shows and never read, each with what does their work. They
/// would mean something, so they are refused.
const REFUSED: &[(&str, &str)] = &[
    ("sources", "write its entries under `connections`, each with `type` and `params`"),
    ("destinations", "write its entries under `connections`, each with `type` and `params`"),
];

/// Reads the text of `profile` into its other fields; `layered` joins its variables with those of
/// the other layers.
pub(crate) fn read(
    profile: Profile,
    project: &Project,
    layered: impl Fn(&Assignments) -> Variables,
) -> Result<Profile, ProfileError> {
    let document = yaml::read(&profile.text);
    let nothing = layered(&Assignments::new());
    let mut first = Reader::new(&profile.text, &nothing);
    let root = document.root.as_ref();
    let entries = root.map_or(&[][..], |root| first.mapping(root, "a profile"));
    let entries = unwrapped(entries, &profile.name, &mut first);
    let assignments = variables(entries, &mut first);
    let joined = layered(&assignments);
    let mut reader = Reader { variables: &joined, ..first };
    check_keys(entries, &mut reader);
    let engine = profile.engine.clone();
    let engine = match engine_section(entries, &mut reader) {
        Some((section, place)) => engine.read(section, place, project, &mut reader),
        None => engine,
    };
    let connections = connections(entries, &mut reader);
    let plugins = plugins(entries, project, &mut reader);
    let runs = given(entries, "runs").map_or(&[][..], |n| reader.section(n, "`runs`", runs::KEYS));
    let runs = RunSettings::read(runs, &mut reader);
    let notify = find(entries, "notify").map(|node| notify::read(node, &mut reader));
    let (mut errors, notes) = (reader.errors, sorted(reader.notes));
    if !document.is_whole {
        // What a section defines that could not be read is not known.
        errors.retain(|error| error.code != code::UNDEFINED_REFERENCE);
    }
    errors.extend(document.problems);
    if !errors.is_empty() {
        return Err(profile.error(sorted(errors)));
    }
    let (variables, notify) = (assignments, notify.unwrap_or_default());
    Ok(Profile { engine, variables, connections, plugins, runs, notify, notes, ..profile })
}

/// The one key that all of a profile stands below, as in SQLFlow's older ones.
pub(crate) fn wrapper(entries: &[Entry]) -> Option<&Entry> {
    let [only] = entries else { return None };
    let holds_a_section = only.value.entries().iter().any(|entry| is_known(&entry.key.value));
    (!is_known(&only.key.value) && holds_a_section).then_some(only)
}

fn is_known(key: &str) -> bool {
    KEYS.contains(&key) || OLD.iter().chain(UNUSED).chain(REFUSED).any(|(known, _)| *known == key)
}

fn unwrapped<'n>(entries: &'n [Entry], name: &str, reader: &mut Reader<'_>) -> &'n [Entry] {
    let named = |only: &&Entry| only.key.value == name && !is_known(name);
    let by_name = || entries.first().filter(|_| entries.len() == 1).filter(named);
    let Some(only) = wrapper(entries).or_else(by_name) else { return entries };
    let key = &only.key.value;
    let message = format!("a profile below the key `{key}` is an older form");
    let help = "take the key out and indent the rest by one level less";
    reader.old_form(message, only.key.span, help);
    reader.mapping(&only.value, &format!("`{key}`"))
}

fn sorted(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    diagnostics.sort_by_key(|diagnostic| diagnostic.span);
    diagnostics
}

fn check_keys(entries: &[Entry], reader: &mut Reader<'_>) {
    let mut unknown = Vec::new();
    for entry in entries {
        let (key, span) = (entry.key.value.as_str(), entry.key.span);
        let named = |(name, _): &&(&str, &str)| *name == key;
        if NOT_USED_YET.contains(&key) {
            reader.not_used_yet(key, span);
        } else if let Some((_, instead)) = REFUSED.iter().find(named) {
            reader.error(
                code::UNKNOWN_KEY,
                format!("a profile has no key `{key}`"),
                span,
                *instead,
            );
        } else if let Some((_, new)) = OLD.iter().find(named) {
            reader.old_form(format!("`{key}` is SQLFlow's older form"), span, new);
        } else if let Some((_, instead)) = UNUSED.iter().find(named) {
            reader.old_form(format!("`{key}` has no effect"), span, instead);
        } else if !KEYS.contains(&key) {
            unknown.push(entry);
        }
    }
    reader.unknown_keys(unknown.into_iter(), "a profile", KEYS);
}

fn variables(entries: &[Entry], reader: &mut Reader<'_>) -> Assignments {
    let Some(section) = given(entries, "variables") else { return Assignments::new() };
    let section = reader.mapping(section, "`variables`");
    section.iter().map(|entry| (entry.key.value.clone(), variable(entry, reader))).collect()
}

/// A variable's template; where it is none, an empty text, so that its uses are not blamed too.
fn variable(entry: &Entry, reader: &mut Reader<'_>) -> Value {
    let name = &entry.key.value;
    if !is_variable_name(name) {
        let message = format!("`{name}` is no name for a variable");
        let help = "use letters, digits and `_`, no digit first";
        reader.error(code::INVALID_VALUE, message, entry.key.span, help);
    }
    check_template(&entry.value, reader);
    from_node(&entry.value).unwrap_or_else(|| {
        let wanted = "text, a number, true, false or null";
        reader.wrong_type(&entry.value, &format!("the variable `{name}`"), wanted);
        Value::Text(String::new())
    })
}

/// The engine's entries and the name of their section.
fn engine_section<'n>(
    entries: &'n [Entry],
    reader: &mut Reader<'_>,
) -> Option<(&'n [Entry], &'static str)> {
    let new = given(entries, "engine");
    let old = old_engine(entries, reader);
    if let (Some(new), Some(_)) = (new, old) {
        let help = "remove `engines`, SQLFlow's older form";
        let message = "the profile has both `engine` and `engines`";
        reader.error(code::CONTRADICTION, message, new.span, help);
    }
    match (new, old) {
        (Some(new), _) => Some((reader.section(new, "`engine`", engine::KEYS), "engine")),
        (None, Some(old)) => {
            let place = "engines.duckdb";
            let section = reader.section(old, "`engines.duckdb`", engine::OLD_KEYS);
            engine::note_unused(section, reader);
            Some((section, place))
        }
        (None, None) => None,
    }
}

fn old_engine<'n>(entries: &'n [Entry], reader: &mut Reader<'_>) -> Option<&'n Node> {
    let engines = given(entries, "engines")?;
    given(reader.section(engines, "`engines`", &["duckdb"]), "duckdb")
}

fn connections(entries: &[Entry], reader: &mut Reader<'_>) -> BTreeMap<String, Connection> {
    let mut named = BTreeMap::new();
    for place in ["connections", "connectors"] {
        let Some(section) = given(entries, place) else { continue };
        let section = reader.mapping(section, &format!("`{place}`"));
        for connection in connection::read(section, place, reader) {
            let (name, span) = (connection.name.value.clone(), connection.name.span);
            if named.insert(name.clone(), connection).is_some() {
                let message = format!("the connection `{name}` stands in both sections");
                let help = "remove one of the two";
                reader.error(code::DUPLICATE_KEY, message, span, help);
            }
        }
    }
    named
}

fn plugins(entries: &[Entry], project: &Project, reader: &mut Reader<'_>) -> PluginSettings {
    let Some(section) = find(entries, "plugins") else { return PluginSettings::default() };
    let section = reader.section(section, "`plugins`", PLUGIN_KEYS);
    let folders = given(section, "path").map(|node| reader.texts(node, "`plugins.path`"));
    let folders = folders.unwrap_or_default();
    PluginSettings { path: folders.iter().map(|folder| project.resolve(&folder.value)).collect() }
}
