use sqlflow_plugin_sdk::ConnectorKind;
use sqlflow_syntax::{Origin, Source, Span};

use super::Translation;
use crate::{
    Action, SourceStep,
    draft::Draft,
    params::{Opened, Wanted},
    tables::Reading,
};

impl Translation<'_> {
    pub(super) fn source(&mut self, source: &Source, span: Span) -> Draft {
        let wanted = match &source.origin {
            Origin::Type { connector, params } => Wanted::of_type(connector, Some(params)),
            Origin::Connection { name, options } => Wanted::of_connection(name, options.as_ref()),
        };
        let opened = self.connect(&wanted, ConnectorKind::Source);
        let name = source.name.text.clone();
        let id = self.names.source(&source.name.key()).unwrap_or_default().to_owned();
        let options = opened.as_ref().map(|opened| opened.options.clone()).unwrap_or_default();
        let action = opened.map(|Opened { connected, sync, .. }| {
            let sync = Box::new(sync);
            Action::Source(SourceStep { source: name.clone(), connected, sync })
        });
        let (at, reads) = (source.name.span, Reading::default());
        let (is_view, writes, guards) = (false, None, None);
        Draft { id, name, span, at, action, writes, reads, is_view, guards, options }
    }
}
