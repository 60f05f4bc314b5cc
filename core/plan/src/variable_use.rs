use sqlflow_profile::Use;
use sqlflow_syntax::Span;

use crate::InFile;

/// One `${…}` that was replaced. `Debug` hides the value of a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariableUse {
    /// The file it stands in.
    pub file: InFile,
    /// The reference, in that file; of a connection's param, the param's key.
    pub span: Span,
    /// The reference, and the value that took its place with its origin. `used.reference.raw`
    /// marks SQL that was spliced as it stands.
    pub used: Use,
}
