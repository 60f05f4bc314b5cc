//! What a profile asks of the environment, found without resolving anything.

use std::collections::BTreeSet;

use sqlflow_syntax::Span;

use crate::node::{Content, Node};
use crate::profile_file::wrapper;
use crate::reader::place_of;
use crate::template::{Piece, Reference, ReferenceKind, parse_template};
use crate::{variables, yaml};

/// What a profile's text asks of the environment, and what it defines itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProfileReferences {
    /// The references that only the environment and `.env` can answer, with their places.
    pub environment: Vec<(Span, Reference)>,
    /// The names under `variables`.
    pub variables: BTreeSet<String>,
}

/// Finds the references of a profile; of a text that is no YAML, none. Malformed references are
/// left out: loading the profile reports them.
///
/// A variable that refers to itself (`DATA: "${DATA|data}"`) refers to the environment.
#[must_use]
pub fn profile_references(text: &str) -> ProfileReferences {
    let mut found = ProfileReferences::default();
    let Some(root) = yaml::parse(text).ok().flatten() else { return found };
    let root = wrapper(root.entries()).map_or(&root, |only| &only.value);
    let variables = root.get("variables").map(Node::entries).unwrap_or_default();
    found.variables = variables.iter().map(|entry| entry.key.value.clone()).collect();
    let mut finding = Finding { text, found, holder: None };
    for entry in root.entries() {
        if entry.key.value != "variables" {
            finding.node(&entry.value);
        }
    }
    for entry in variables {
        finding.holder = Some(&entry.key.value);
        finding.node(&entry.value);
    }
    finding.found.environment.sort_by_key(|(span, _)| *span);
    finding.found
}

/// The references of a template, in its order; malformed ones are left out.
pub fn references(template: &str) -> impl Iterator<Item = Reference> {
    let pieces = parse_template(template).unwrap_or_default().into_iter();
    pieces.filter_map(|piece| match piece {
        Piece::Reference(reference) => Some(reference),
        Piece::Text(_) => None,
    })
}

impl Reference {
    /// Whether the environment and `.env` can answer it: `${env:X}`, and names in CAPITALS.
    #[must_use]
    pub fn asks_environment(&self) -> bool {
        match self.kind {
            ReferenceKind::Environment => true,
            ReferenceKind::Variable => variables::is_capitals(&self.name),
            ReferenceKind::File => false,
        }
    }
}

struct Finding<'a> {
    text: &'a str,
    found: ProfileReferences,
    /// The variable whose template is being looked at.
    holder: Option<&'a str>,
}

impl Finding<'_> {
    fn node(&mut self, node: &Node) {
        match &node.content {
            Content::Text(template) => {
                for reference in references(template) {
                    self.reference(reference, node.span);
                }
            }
            Content::List(items) => items.iter().for_each(|item| self.node(item)),
            Content::Map(entries) => entries.iter().for_each(|entry| self.node(&entry.value)),
            Content::Null | Content::Boolean(_) | Content::Number(_) => {}
        }
    }

    fn reference(&mut self, reference: Reference, leaf: Span) {
        let name = &reference.name;
        let is_defined = reference.kind == ReferenceKind::Variable
            && self.found.variables.contains(name)
            && self.holder != Some(name);
        if reference.asks_environment() && !is_defined {
            let span = place_of(name, self.text, leaf).unwrap_or(leaf);
            self.found.environment.push((span, reference));
        }
    }
}
