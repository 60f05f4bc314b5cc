use sqlflow_syntax::Diagnostic;

/// A problem, and the file its place is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The file.
    pub file: InFile,
    /// What is wrong, where in that file.
    pub diagnostic: Diagnostic,
}

/// The files a plan is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InFile {
    /// The pipeline's `.sf` file.
    Pipeline,
    /// The profile's `.yml` file.
    Profile,
}
