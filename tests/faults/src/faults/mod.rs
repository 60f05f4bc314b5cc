//! The kinds of faults, each with the code it is reported by. What a fault puts into a file is
//! marked `‹!|…›` where the finding has to point.

mod binding;
mod planning;
mod profiles;
mod settling;
mod syntax;

use std::collections::BTreeMap;

use crate::project::Sketch;
use crate::random::Random;
use crate::table::Table;

/// A kind of fault.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// What is wrong.
    pub name: &'static str,
    /// The code of its finding.
    pub code: &'static str,
    /// When it is found.
    pub phase: Phase,
    pub(crate) how: How,
}

/// When a fault is found. Those of an earlier phase hide those of a later one: in `Yaml` and
/// `Profile` of every pipeline, else of the same pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// The profile is no YAML, or has a key twice.
    Yaml,
    /// The profile says what no profile says.
    Profile,
    /// The files are read, and conditions and INCLUDEs settled.
    Reading,
    /// The plan is made.
    Planning,
    /// Sources are opened and SQL is bound.
    Binding,
}

/// How a fault is planted.
#[derive(Debug, Clone, Copy)]
pub(crate) enum How {
    /// What is marked as this kind is changed, in the pipeline or the file it includes.
    Change(&'static str, fn(&str) -> String),
    /// Statements are put in behind any other.
    Insert(fn(&mut Scene<'_>) -> String),
    /// Statements are put in behind any other of the file that the pipeline includes.
    InsertIncluded(fn(&mut Scene<'_>) -> String),
    /// Text is put at the end of the file, since it swallows what would follow.
    Append(fn(&mut Scene<'_>) -> String),
    /// What is marked as this kind is changed in the profile.
    ChangeProfile(&'static str, fn(&str) -> String),
    /// Lines are put at the end of the profile, below its connections.
    AppendProfile(fn(&mut Scene<'_>) -> String),
}

/// What a fault is made of.
#[derive(Debug)]
pub(crate) struct Scene<'a> {
    pub(crate) pipeline: &'a Sketch,
    pub(crate) random: &'a mut Random,
    /// A name that nothing else has.
    pub(crate) name: String,
    /// Files to add.
    pub(crate) files: BTreeMap<String, String>,
    /// Lines for the end of the profile, below its connections.
    pub(crate) profile: String,
}

impl Scene<'_> {
    /// A table that a LOAD makes; its first column is `id`, a BIGINT.
    pub(crate) fn loaded(&mut self) -> Table {
        self.random.pick(&self.pipeline.loaded).clone()
    }
}

/// All kinds.
pub fn kinds() -> impl Iterator<Item = &'static Kind> {
    [syntax::KINDS, settling::KINDS, planning::KINDS, binding::KINDS, profiles::KINDS]
        .into_iter()
        .flatten()
}

/// A misspelt name: one letter too many, before the last one, inside its quotes.
fn misspelt(name: &str) -> String {
    let quoted = name.ends_with('"');
    let mut signs: Vec<char> = name.chars().collect();
    signs.insert(signs.len() - 1, 'q');
    if quoted || signs.len() > 2 { signs.into_iter().collect() } else { format!("{name}q") }
}

#[test]
fn a_misspelt_name_keeps_its_quotes() {
    for (name, expect) in [("id", "iqd"), ("\"two words\"", "\"two wordsq\""), ("Größe", "Größqe")]
    {
        assert_eq!(misspelt(name), expect);
    }
}
