//! Everything wrong with a profile.

use std::fmt;
use std::path::PathBuf;

use sqlflow_syntax::{Diagnostic, line_column};

/// A profile that cannot be used, with all its problems at once.
///
/// `Display` gives one `path:line:column: code: message; help` line a problem and never the
/// profile's text; `Debug` neither.
#[derive(Clone)]
pub struct ProfileError {
    /// The profile.
    pub path: PathBuf,
    /// Its text, for showing the lines that the diagnostics point at; empty where it is missing.
    pub text: String,
    /// The problems, in file order; at least one.
    pub diagnostics: Vec<Diagnostic>,
}

impl std::error::Error for ProfileError {}

impl fmt::Display for ProfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        for (at, diagnostic) in self.diagnostics.iter().enumerate() {
            let (line, column) = line_column(&self.text, diagnostic.span.start);
            let newline = if at == 0 { "" } else { "\n" };
            let (code, message) = (diagnostic.code, &diagnostic.message);
            write!(f, "{newline}{path}:{line}:{column}: {code}: {message}")?;
            if let Some(help) = &diagnostic.help {
                write!(f, "; {help}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for ProfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProfileError")
            .field("path", &self.path)
            .field("diagnostics", &self.diagnostics)
            .finish_non_exhaustive()
    }
}
