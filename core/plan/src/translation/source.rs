use sqlflow_plugin_sdk::ConnectorKind;
use sqlflow_syntax::{Origin, Source, Span};

use super::Translation;
use crate::{Action, SourceStep, draft::Draft, params::Wanted, tables::Reading};

impl Translation<'_> {
    pub(super) fn source(&mut self, source: &Source, span: Span) -> Draft {
        let wanted = match &source.origin {
            Origin::Type { connector, params } => Wanted::of_type(connector, Some(params)),
            Origin::Connection { name, options } => Wanted::of_connection(name, options.as_ref()),
        };
        let connected =
            self.connect(&wanted, ConnectorKind::Source).map(|(connected, _)| connected);
        let name = source.name.text.clone();
        let id = self.names.source(&source.name.key()).unwrap_or_default().to_owned();
        let action = connected
            .map(|connected| Action::Source(SourceStep { source: name.clone(), connected }));
        let (at, reads) = (source.name.span, Reading::default());
        Draft { id, name, span, at, action, writes: None, reads, is_view: false }
    }
}
