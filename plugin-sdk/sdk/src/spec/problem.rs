use std::fmt;

/// One thing wrong with a config.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigProblem {
    /// The key as it was given, or the name of the field that is missing.
    pub key: String,
    /// What is wrong.
    pub kind: ProblemKind,
}

/// What is wrong with one key of a config. No variant holds the value, which may be a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProblemKind {
    /// No field has this name.
    Unknown {
        /// The closest name there is.
        nearest: Option<String>,
        /// All names there are.
        known: Vec<String>,
    },
    /// The field is obligatory.
    Missing,
    /// The field is given twice, under two of its names.
    Twice {
        /// The other name.
        other: String,
    },
    /// The value has another shape.
    WrongType {
        /// The shape that is expected.
        expected: &'static str,
    },
    /// The value is not one of those allowed.
    NotAllowed {
        /// Those allowed.
        allowed: Vec<String>,
    },
    /// The number is too small.
    BelowMinimum {
        /// The smallest number allowed.
        minimum: i64,
    },
}

impl ConfigProblem {
    /// What the user can do about it, where that says more than the message.
    pub fn remedy(&self) -> Option<String> {
        match &self.kind {
            ProblemKind::Unknown { nearest: Some(nearest), .. } => {
                Some(format!("did you mean `{nearest}`?"))
            }
            ProblemKind::Unknown { known, .. } => Some(format!("known: {}", known.join(", "))),
            _ => None,
        }
    }
}

impl fmt::Display for ConfigProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = &self.key;
        match &self.kind {
            ProblemKind::Unknown { .. } => write!(f, "unknown option `{key}`"),
            ProblemKind::Missing => write!(f, "option `{key}` is missing"),
            ProblemKind::Twice { other } => write!(f, "`{key}` and `{other}` are the same option"),
            ProblemKind::WrongType { expected } => write!(f, "option `{key}` takes {expected}"),
            ProblemKind::NotAllowed { allowed } => {
                write!(f, "option `{key}` takes one of: {}", allowed.join(", "))
            }
            ProblemKind::BelowMinimum { minimum } => {
                write!(f, "option `{key}` takes {minimum} or more")
            }
        }
    }
}
