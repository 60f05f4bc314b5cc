//! Which profile a command takes, and why.

use std::fmt;

use crate::environment::Environment;

/// The name of the profile that a command takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// The profile.
    pub name: String,
    /// Why it is that one.
    pub by: ChosenBy,
}

/// Why a profile is the one. Earlier reasons win over later ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChosenBy {
    /// It was named on the command line.
    CommandLine,
    /// `SQLFLOW_PROFILE` names it.
    Environment,
    /// Nothing names another.
    Default,
}

impl Chosen {
    /// The profile `asked` for, else the one that `SQLFLOW_PROFILE` names, else `dev`. An empty
    /// name names nothing.
    #[must_use]
    pub fn of(asked: Option<&str>, environment: &Environment) -> Self {
        let named = |name: &str, by| Self { name: name.to_owned(), by };
        let in_environment = || Some(environment.get("SQLFLOW_PROFILE")?.0);
        match asked.filter(|name| !name.is_empty()) {
            Some(name) => named(name, ChosenBy::CommandLine),
            None => match in_environment().filter(|name| !name.is_empty()) {
                Some(name) => named(name, ChosenBy::Environment),
                None => named("dev", ChosenBy::Default),
            },
        }
    }
}

impl fmt::Display for ChosenBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CommandLine => "--profile",
            Self::Environment => "SQLFLOW_PROFILE",
            Self::Default => "the default",
        })
    }
}
