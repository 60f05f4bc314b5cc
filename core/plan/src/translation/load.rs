use sqlflow_syntax::{Diagnostic, Load, Span, TableName};

use super::{Translation, columns};
use crate::{
    Action, Column, LoadStep, Read, SqlText, Write, code, draft::Draft, sql_text::Written,
    table_key::TableKey, tables::Reading,
};

impl<'a> Translation<'a> {
    /// The stream, and what is read and how it is written, are settled by
    /// [`Translation::settle_loads`], when every source is known.
    pub(super) fn load(&mut self, load: &'a Load, span: Span) -> Draft {
        let key = TableKey::of(&load.table);
        let source = self.source_of(load);
        let options = self.statement_options(load.options.as_ref(), "LOAD");
        if let Some(twice) = columns::twice(&load.columns) {
            self.report(twice);
        }
        let filter = load.filter.as_ref().map(|filter| self.query(filter));
        let is_good = options.is_some() && !matches!(filter, Some(None));
        let filter = filter.flatten();
        let mut reads = filter.as_ref().map(|filter| self.filter_reads(filter)).unwrap_or_default();
        let by_profile = self.input.profile.engine.ordered.unwrap_or(true);
        let ordered = options.as_ref().and_then(|options| options.ordered).unwrap_or(by_profile);
        let action = source.clone().filter(|_| is_good).map(|source| {
            Action::Load(LoadStep {
                table: load.table.clone(),
                source,
                stream: load.table.name.text.clone(),
                columns: load.columns.iter().map(Column::of).collect(),
                filter,
                sources: reads.sources.clone(),
                read: Read::Full,
                write: Write::Replace,
                ordered,
            })
        });
        reads.sources.extend(source.map(|id| (load.source.text.clone(), id)));
        let id = self.ids.assign(&format!("load_{}", plain_name(&load.table)));
        self.loads.push((self.drafts.len(), load));
        let (name, at) = (load.table.to_string(), load.table.span);
        let (is_view, writes, guards) = (false, Some(key), None);
        let options = options.unwrap_or_default();
        Draft { id, name, span, at, action, writes, reads, is_view, guards, options }
    }

    /// What the predicate of WHERE reads besides the source.
    fn filter_reads(&self, filter: &SqlText) -> Reading {
        let around = Written::default().stand_for(filter.span(), "SELECT 1 WHERE (");
        let query = around.sql(filter).stand_for(filter.span(), ")").finish();
        self.read_by(&query, None)
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
}

/// A table's name without quotes, for an id.
pub(super) fn plain_name(table: &TableName) -> String {
    match &table.schema {
        Some(schema) => format!("{}.{}", schema.text, table.name.text),
        None => table.name.text.clone(),
    }
}
