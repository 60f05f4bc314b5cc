use std::collections::BTreeMap;

use sqlflow_plugin_sdk::{ConfigSpec, Field, WriteMode};
use sqlflow_syntax::{Diagnostic, JsonObject, Load, Span, TableName};

use super::Translation;
use crate::{
    Action, LoadStep, SourceStep, code, draft::Draft, params::Subject, table_key::TableKey,
    tables::Reading,
};

/// Params that name the stream of a source.
const STREAM_FIELDS: &[&str] = &["stream", "table"];

impl Translation<'_> {
    /// The stream is settled by [`Translation::settle_streams`], when every source is known.
    pub(super) fn load(&mut self, load: &Load, span: Span) -> Draft {
        let key = TableKey::of(&load.table);
        let source = self.source_of(load);
        let can = [sqlflow_syntax::WriteMode::Replace, sqlflow_syntax::WriteMode::Append];
        self.refuse_clauses(load.read.as_ref(), load.write.as_ref(), &can);
        if let Some(column) = load.columns.first() {
            self.refuse("a column list in LOAD", column.span);
        }
        if let Some(filter) = &load.filter {
            self.refuse("WHERE in LOAD", filter.span);
        }
        let ordered = self.ordered(load.options.as_ref());
        let action = source.clone().zip(ordered).map(|(source, ordered)| {
            let mode = mode(load);
            let (table, stream) = (load.table.clone(), load.table.name.text.clone());
            Action::Load(LoadStep { table, source, stream, mode, ordered })
        });
        let sources = source.into_iter().map(|id| (load.source.text.clone(), id)).collect();
        let reads = Reading { sources, ..Reading::default() };
        let id = self.ids.assign(&format!("load_{}", plain_name(&load.table)));
        let (name, at) = (load.table.to_string(), load.table.span);
        Draft { id, name, span, at, action, writes: Some(key), reads, is_view: false }
    }

    /// Gives every LOAD the stream that its source's params name.
    pub(crate) fn settle_streams(&mut self) {
        let named = |draft: &Draft| match &draft.action {
            Some(Action::Source(source)) => Some((draft.id.clone(), stream_named(source)?)),
            _ => None,
        };
        let streams: BTreeMap<String, String> = self.drafts.iter().filter_map(named).collect();
        for draft in &mut self.drafts {
            if let Some(Action::Load(load)) = &mut draft.action
                && let Some(stream) = streams.get(&load.source)
            {
                load.stream.clone_from(stream);
            }
        }
    }

    fn source_of(&mut self, load: &Load) -> Option<String> {
        let found = self.names.source(&load.source.key()).map(str::to_owned);
        if found.is_none() {
            let name = &load.source.text;
            let message = format!("there is no source `{name}`");
            let help = self.names.sources_like(name);
            let unknown = Diagnostic::error(code::UNKNOWN_SOURCE, message, load.source.span);
            self.report(unknown.help(help));
        }
        found
    }

    fn ordered(&mut self, options: Option<&JsonObject>) -> Option<bool> {
        let by_profile = self.input.profile.engine.ordered.unwrap_or(true);
        let Some(options) = options else { return Some(by_profile) };
        let spec = ConfigSpec::new([Field::boolean("ordered", "Keeps the rows' order.")]);
        let subject = Subject::statement("LOAD", options.span);
        let resolved = self.statement_options(&spec, options, &subject)?;
        Some(resolved.get("ordered").and_then(|value| value.as_bool()).unwrap_or(by_profile))
    }
}

fn mode(load: &Load) -> WriteMode {
    match load.write.as_ref().map(|mode| &mode.value) {
        Some(sqlflow_syntax::WriteMode::Append) => WriteMode::Append,
        _ => WriteMode::Replace,
    }
}

fn stream_named(source: &SourceStep) -> Option<String> {
    let config = &source.connected.config;
    let named = STREAM_FIELDS.iter().find_map(|field| config.get(*field)?.as_str());
    named.map(str::to_owned)
}

/// A table's name without quotes, for an id.
pub(super) fn plain_name(table: &TableName) -> String {
    match &table.schema {
        Some(schema) => format!("{}.{}", schema.text, table.name.text),
        None => table.name.text.clone(),
    }
}
