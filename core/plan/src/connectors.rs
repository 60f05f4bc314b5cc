use std::collections::BTreeSet;

use sqlflow_profile::Profile;
use sqlflow_syntax::{Origin, StatementKind, Via};

use crate::Settled;

/// The connectors a pipeline needs, in lower case: those of its TYPE clauses and of the
/// connections it uses. A connection that the profile does not have is left out.
pub fn connectors_named(settled: &Settled, profile: &Profile) -> BTreeSet<String> {
    let statements = settled.pipeline.statements.iter();
    statements.filter_map(|statement| named(&statement.kind, profile)).collect()
}

fn named(statement: &StatementKind, profile: &Profile) -> Option<String> {
    let of_connection =
        |name: &str| Some(profile.connections.get(name)?.connector_type.value.as_str());
    let connector = match statement {
        StatementKind::Source(source) => match &source.origin {
            Origin::Type { connector, .. } => &connector.text,
            Origin::Connection { name, .. } => of_connection(&name.value)?,
        },
        StatementKind::Export(export) => match &export.via {
            Via::Type(connector) => &connector.text,
            Via::Connection(name) => of_connection(&name.value)?,
        },
        StatementKind::Load(_)
        | StatementKind::Create(_)
        | StatementKind::Set(_)
        | StatementKind::If(_)
        | StatementKind::Include(_)
        | StatementKind::Test(_) => return None,
    };
    Some(connector.to_ascii_lowercase())
}
