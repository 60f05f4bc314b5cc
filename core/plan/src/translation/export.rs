use std::path::{Component, Path, PathBuf};

use sqlflow_plugin_sdk::{ConnectorKind, WriteMode};
use sqlflow_profile::Secret;
use sqlflow_syntax::{Diagnostic, Export, Exported, Span, Via};

use super::{Translation, clauses::Clauses};
use crate::{
    Action, ExportStep, Read, SqlText, Write, code,
    draft::Draft,
    mask,
    params::{Opened, Wanted},
};

/// What an export sends, and how it is written there.
struct Sent {
    query: SqlText,
    sources: Vec<(String, String)>,
    read: Read,
    write: Write,
}

impl Translation<'_> {
    pub(super) fn export(&mut self, export: &Export, span: Span) -> Draft {
        let (read, write) = (export.read.as_ref(), export.write.as_ref());
        let clauses = self.clauses(&Clauses { read, write, params: None, runs: &["REPLACE"] });
        let query = self.exported(&export.what);
        let reads = query.as_ref().map(|query| self.read_by(query, None)).unwrap_or_default();
        let fits = match (&query, &clauses) {
            (Some(query), Some((read, _))) => self.times_fit(query, read),
            _ => false,
        };
        let options = export.options.as_ref();
        let wanted = match &export.via {
            Via::Type(connector) => Wanted::of_type(connector, options),
            Via::Connection(name) => Wanted::of_connection(name, options),
        };
        let opened = self.connect(&wanted, ConnectorKind::Destination);
        let place = self.fill_place(export);
        let connector = opened.as_ref().map_or("", |opened| &opened.connected.connector);
        let stem = [Some("export"), Some(connector), reads.first.as_deref()];
        let id = self.ids.assign(&stem.into_iter().flatten().collect::<Vec<_>>().join("_"));
        let name = place.as_ref().map(|(place, secrets)| mask::text(place, secrets));
        let options = opened.as_ref().map(|opened| opened.options.clone()).unwrap_or_default();
        let parts = opened.zip(place).zip(query.zip(clauses)).filter(|_| fits);
        let action = parts.and_then(|((opened, place), (query, (read, write)))| {
            let sent = Sent { query, sources: reads.sources.clone(), read, write };
            self.export_step(export, opened, place, sent).map(Action::Export)
        });
        let (at, name) = (export.place.span, name.unwrap_or_default());
        let (is_view, writes, guards) = (false, None, None);
        Draft { id, name, span, at, action, writes, reads, is_view, guards, options }
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
        Opened { mut connected, spec, .. }: Opened<'_>,
        (place_as_written, secrets): (String, Vec<Secret<String>>),
        Sent { query, sources, read, write }: Sent,
    ) -> Option<ExportStep> {
        let capabilities = &spec.destination_capabilities;
        let mode = write.of_destination();
        if !mode.is_some_and(|mode| capabilities.modes.contains(&mode)) {
            let span = export.write.as_ref().map_or(export.place.span, |write| write.span);
            self.report(cannot_write(&connected.connector, &write, &capabilities.modes, span));
            return None;
        }
        connected.secrets.extend(secrets);
        let delivery = capabilities.delivery;
        let place = if capabilities.place_is_path {
            plain_path(&self.input.project.resolve(&place_as_written))
        } else {
            place_as_written.clone()
        };
        Some(ExportStep {
            query,
            sources,
            place,
            place_as_written,
            connected,
            read,
            write,
            delivery,
        })
    }
}

/// A path without `.` parts, so that two spellings of one place are the same.
fn plain_path(path: &Path) -> String {
    let parts = path.components().filter(|part| *part != Component::CurDir);
    parts.collect::<PathBuf>().to_string_lossy().into_owned()
}

fn cannot_write(connector: &str, write: &Write, can: &[WriteMode], span: Span) -> Diagnostic {
    let cannot = match write {
        Write::Replace => "replace what is at a place",
        Write::Append => "append to what is at a place",
        Write::Upsert { .. } => "upsert into what is at a place",
        Write::DeleteInsert => "delete a part of what is at a place",
    };
    let message = format!("the destination `{connector}` cannot {cannot}");
    let can: Vec<String> =
        can.iter().map(|mode| format!("MODE {}", mode.name().to_uppercase())).collect();
    let help = if can.is_empty() {
        "it has no write mode at all; name another connector".to_owned()
    } else {
        format!("it can: {}", can.join(", "))
    };
    Diagnostic::error(code::UNSUPPORTED_MODE, message, span).help(help)
}
