//! The sources and exports of a pipeline that say themselves how to connect.

use sqlflow_plan::is_step_option;
use sqlflow_profile::{Piece, ReferenceKind, parse_template};
use sqlflow_syntax::{
    Export, If, Json, JsonEntry, JsonKind, JsonObject, Origin, Source, Span, Statement,
    StatementKind, Via,
};

use super::secrets::SecretFields;

/// Params that say what is read. They stay with the pipeline, as do those of the step.
const OF_THE_STREAM: &[&str] =
    &["table", "stream", "query", "sql", "sheet", "range", "columns", "null_cursor"];

/// Options of an export that say where it connects to; the others say what is written there.
const OF_THE_PLACE: &[&str] = &[
    "host",
    "hostname",
    "port",
    "dbname",
    "database",
    "user",
    "username",
    "account",
    "url",
    "base_url",
    "endpoint",
    "dsn",
    "connection_string",
    "region",
    "bucket",
    "warehouse",
    "role",
    "sslmode",
    "shop_name",
    "credentials_file",
    "auth",
    "headers",
];

/// A source or export with params that can move.
#[derive(Debug)]
pub(super) struct Inline<'t> {
    /// What the connection is called if the name is free.
    pub(super) name: String,
    pub(super) connector: &'t str,
    pub(super) moved: Vec<&'t JsonEntry>,
    pub(super) kept: Vec<&'t JsonEntry>,
    pub(super) place: Place<'t>,
}

/// What of the text is written anew.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place<'t> {
    /// From TYPE to the end of PARAMS.
    Source(Span),
    /// From TYPE to the connector, and OPTIONS.
    Export(Span, &'t JsonObject),
}

/// What of a pipeline decides which params can move.
pub(super) struct Finder<'t, 's> {
    /// The variables that the pipeline sets; `None` where it includes files that may set others.
    set: Option<Vec<&'t str>>,
    secrets: SecretFields<'s>,
    found: Vec<Inline<'t>>,
}

impl<'t, 's> Finder<'t, 's> {
    /// Finds what can move, in the order of the text.
    pub(super) fn find(statements: &'t [Statement], secrets: SecretFields<'s>) -> Vec<Inline<'t>> {
        let mut set = Some(Vec::new());
        variables(statements, &mut set);
        let mut finder = Self { set, secrets, found: Vec::new() };
        finder.statements(statements);
        finder.found
    }

    fn statements(&mut self, statements: &'t [Statement]) {
        for statement in statements {
            match &statement.kind {
                StatementKind::Source(source) => self.source(source),
                StatementKind::Export(export) => self.export(export),
                StatementKind::If(block) => blocks(block).for_each(|block| self.statements(block)),
                _ => {}
            }
        }
    }

    fn source(&mut self, source: &'t Source) {
        let Origin::Type { connector, params } = &source.origin else { return };
        let stays = |entry: &JsonEntry| {
            let key = entry.key.value.as_str();
            OF_THE_STREAM.contains(&key) || is_step_option(key)
        };
        let (moved, kept) =
            params.entries.iter().partition(|entry| !stays(entry) && self.is_free(&entry.value));
        let place = Place::Source(Span::new(source.name.span.end, params.span.end));
        let name = source.name.text.clone();
        self.add(Inline { name, connector: &connector.text, moved, kept, place });
    }

    fn export(&mut self, export: &'t Export) {
        let (Via::Type(connector), Some(options)) = (&export.via, &export.options) else { return };
        let (mut moved, mut kept) = (Vec::new(), Vec::new());
        for entry in &options.entries {
            let key = entry.key.value.as_str();
            let connects =
                OF_THE_PLACE.contains(&key) || self.secrets.contain(&connector.text, key);
            let moves = connects && self.is_free(&entry.value);
            if moves { moved.push(entry) } else { kept.push(entry) }
        }
        let place = Place::Export(Span::new(export.place.span.end, connector.span.end), options);
        let name = connector.text.to_ascii_lowercase();
        self.add(Inline { name, connector: &connector.text, moved, kept, place });
    }

    fn add(&mut self, inline: Inline<'t>) {
        if !inline.moved.is_empty() {
            self.found.push(inline);
        }
    }

    /// Whether a value means the same in the profile: it depends on nothing that the pipeline says.
    fn is_free(&self, value: &Json) -> bool {
        match &value.kind {
            JsonKind::Bool(_) | JsonKind::Number(_) => true,
            JsonKind::Text(text) => self.is_free_text(text),
            JsonKind::List(items) => items.iter().all(|item| self.is_free(item)),
            JsonKind::Object(object) => object.entries.iter().all(|one| self.is_free(&one.value)),
            // Nothing in a profile means "not given", and a bare reference would become text.
            JsonKind::Null | JsonKind::Reference(_) => false,
        }
    }

    /// Names in capitals come from the environment, unless the pipeline sets them.
    fn is_free_text(&self, text: &str) -> bool {
        let Ok(pieces) = parse_template(text) else { return false };
        pieces.iter().all(|piece| match piece {
            Piece::Text(_) => true,
            Piece::Reference(reference) => match reference.kind {
                ReferenceKind::Environment => true,
                ReferenceKind::File => false,
                ReferenceKind::Variable => {
                    let capitals = !reference.name.contains(|c: char| c.is_ascii_lowercase());
                    let set = self.set.as_ref();
                    let unset = set.is_some_and(|set| !set.contains(&reference.name.as_str()));
                    capitals && unset && !reference.raw
                }
            },
        })
    }
}

fn variables<'t>(statements: &'t [Statement], set: &mut Option<Vec<&'t str>>) {
    for statement in statements {
        match &statement.kind {
            StatementKind::Set(one) => set.iter_mut().for_each(|set| set.push(&one.name.text)),
            StatementKind::Include(_) => *set = None,
            StatementKind::If(block) => blocks(block).for_each(|block| variables(block, set)),
            _ => {}
        }
    }
}

fn blocks(block: &If) -> impl Iterator<Item = &[Statement]> {
    let branches = block.branches.iter().map(|branch| branch.statements.as_slice());
    branches.chain(block.otherwise.as_deref())
}
