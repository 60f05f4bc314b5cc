//! INCLUDE.

use crate::{Ident, Spanned};

/// `INCLUDE "file.sf" [AS name]`: the statements of another file stand at this place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Include {
    /// The file, from the folder of the file that includes it; it may hold `${…}`.
    pub path: Spanned<String>,
    /// A name for it, which SQLFlow asks for; nothing refers to it.
    pub alias: Option<Ident>,
}
