use sqlflow_plugin_sdk::ConnectorKind;
use sqlflow_profile::Connection;

use super::{By, Wanted};
use crate::{Connected, Finding, InFile, Input, translation::Translation};

/// A connection of the profile as a statement without OPTIONS would open it in this role.
///
/// `input` is that of a pipeline without statements; of its connectors the connection's is asked.
///
/// # Errors
///
/// Everything that is wrong with the connection, at its place in the profile.
pub fn connect_profile(
    input: &Input<'_>,
    connection: &Connection,
    role: ConnectorKind,
) -> Result<Connected, Vec<Finding>> {
    let mut translation = Translation::of(input);
    let wanted = Wanted { by: By::Connection(&connection.name), options: None };
    let opened = translation.connect(&wanted, role);
    let connected = opened.map(|opened| opened.connected);
    connected.ok_or_else(|| {
        let findings = translation.findings.into_iter();
        findings.map(|finding| in_profile(finding, connection)).collect()
    })
}

/// What is missing has no place of its own: it is told at the connection's name.
fn in_profile(finding: Finding, connection: &Connection) -> Finding {
    match finding.file {
        InFile::Profile => finding,
        InFile::Pipeline => {
            let mut diagnostic = finding.diagnostic;
            diagnostic.span = connection.name.span;
            Finding { file: InFile::Profile, diagnostic }
        }
    }
}
