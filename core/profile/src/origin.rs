//! Where a value came from.

use std::fmt;

/// The place a value came from. Earlier places win over later ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// `--vars` on the command line.
    Vars,
    /// `variables` of the profile.
    Profile,
    /// A `SET` of the pipeline.
    Set,
    /// The environment of the process.
    Environment,
    /// The `.env` file of the project.
    DotEnv,
    /// A file named by `${file:…}`.
    File,
    /// The default inside the reference.
    Default,
}

impl Origin {
    /// Tells whether values from here are treated as secrets: those of the environment, of `.env`
    /// and of `${file:…}`.
    #[must_use]
    pub fn is_secret(self) -> bool {
        matches!(self, Self::Environment | Self::DotEnv | Self::File)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Vars => "--vars",
            Self::Profile => "the profile's variables",
            Self::Set => "SET",
            Self::Environment => "the environment",
            Self::DotEnv => ".env",
            Self::File => "a secret file",
            Self::Default => "the default in the reference",
        })
    }
}
