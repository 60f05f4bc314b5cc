use std::path::{Component, Path, PathBuf};

use sqlflow_plugin_sdk::{ConnectorKind, WriteMode};
use sqlflow_profile::Secret;
use sqlflow_syntax::{Diagnostic, Export, Exported, Span, Via};

use super::Translation;
use crate::{
    Action, Connected, ConnectorSpec, ExportStep, SqlText, code, draft::Draft, mask,
    params::Wanted, tables,
};

impl Translation<'_> {
    pub(super) fn export(&mut self, export: &Export, span: Span) -> Draft {
        self.refuse_clauses(export.read.as_ref(), export.write.as_ref(), &[]);
        let query = self.exported(&export.what);
        let sql = query.as_ref().map(|query| query.text.as_str());
        let reads = sql.map(|sql| tables::read_by(sql, &self.names, None)).unwrap_or_default();
        let options = export.options.as_ref();
        let wanted = match &export.via {
            Via::Type(connector) => Wanted::of_type(connector, options),
            Via::Connection(name) => Wanted::of_connection(name, options),
        };
        let connected = self.connect(&wanted, ConnectorKind::Destination);
        let place = self.fill_place(export);
        let connector = connected.as_ref().map_or("", |(connected, _)| &connected.connector);
        let stem = [Some("export"), Some(connector), reads.first.as_deref()];
        let id = self.ids.assign(&stem.into_iter().flatten().collect::<Vec<_>>().join("_"));
        let name = place.as_ref().map(|(place, secrets)| mask::text(place, secrets));
        let action = connected.zip(place).zip(query).and_then(|((connected, place), query)| {
            let sources = reads.sources.clone();
            self.export_step(export, connected, place, (query, sources)).map(Action::Export)
        });
        let at = export.place.span;
        let name = name.unwrap_or_default();
        Draft { id, name, span, at, action, writes: None, reads, is_view: false }
    }

    fn exported(&mut self, what: &Exported) -> Option<SqlText> {
        match what {
            Exported::Query(sql) => self.query(sql),
            Exported::Table(table) => Some(SqlText::all_of(table)),
        }
    }

    /// The place with its variables replaced, and the secrets in it.
    fn fill_place(&mut self, export: &Export) -> Option<(String, Vec<Secret<String>>)> {
        let filled = self.fill(&export.place.value, export.place.span)?;
        if filled.text.trim().is_empty() {
            let finding =
                Diagnostic::error(code::EMPTY_PLACE, "the place is empty", export.place.span);
            self.report(finding.help("say where the rows go: TO \"output/name.csv\""));
            return None;
        }
        let secret = filled.uses.iter().filter(|used| used.resolved.secret);
        let secrets =
            secret.map(|used| Secret::new(used.resolved.value.text().to_owned())).collect();
        Some((filled.text, secrets))
    }

    fn export_step(
        &mut self,
        export: &Export,
        (mut connected, spec): (Connected, &ConnectorSpec),
        (place_as_written, secrets): (String, Vec<Secret<String>>),
        (query, sources): (SqlText, Vec<(String, String)>),
    ) -> Option<ExportStep> {
        let capabilities = &spec.destination_capabilities;
        let mode = WriteMode::Replace;
        if !capabilities.modes.contains(&mode) {
            self.report(cannot_replace(&connected.connector, export.place.span));
            return None;
        }
        connected.secrets.extend(secrets);
        let delivery = capabilities.delivery;
        let place = if capabilities.place_is_path {
            plain_path(&self.input.project.resolve(&place_as_written))
        } else {
            place_as_written.clone()
        };
        Some(ExportStep { query, sources, place, place_as_written, connected, mode, delivery })
    }
}

/// A path without `.` parts, so that two spellings of one place are the same.
fn plain_path(path: &Path) -> String {
    let parts = path.components().filter(|part| *part != Component::CurDir);
    parts.collect::<PathBuf>().to_string_lossy().into_owned()
}

fn cannot_replace(connector: &str, span: Span) -> Diagnostic {
    let message = format!("the destination `{connector}` cannot replace what is at a place");
    let help = "an EXPORT replaces; other modes are not supported yet";
    Diagnostic::error(code::UNSUPPORTED_MODE, message, span).help(help)
}
