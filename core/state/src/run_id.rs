//! The name of a run.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::code;

/// The name of one execution of a pipeline: a UUID of version 7, so that ids sort by start time.
///
/// Its text, in JSON too, is the 36-character lower-case form. It stays the same when an
/// interrupted run is resumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct RunId(Uuid);

impl RunId {
    /// Makes an id that no other run has; within a process, greater than every earlier one.
    pub fn new() -> Self {
        Self(Uuid::now_v7())
    }
}

/// A new id.
impl Default for RunId {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl FromStr for RunId {
    type Err = InvalidRunId;

    fn from_str(text: &str) -> Result<Self, InvalidRunId> {
        match Uuid::try_parse(text) {
            Ok(id) if id.get_version_num() == 7 => Ok(Self(id)),
            _ => Err(InvalidRunId { text: text.to_owned() }),
        }
    }
}

impl TryFrom<String> for RunId {
    type Error = InvalidRunId;

    fn try_from(text: String) -> Result<Self, InvalidRunId> {
        text.parse()
    }
}

impl From<RunId> for String {
    fn from(id: RunId) -> Self {
        id.to_string()
    }
}

/// The text is not a UUID of version 7.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidRunId {
    /// The text.
    pub text: String,
}

impl InvalidRunId {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        code::INVALID_RUN_ID
    }
}

impl fmt::Display for InvalidRunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = &self.text;
        write!(f, "`{text}` is not a run id; copy one from the first line of the run's output")
    }
}

impl Error for InvalidRunId {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_version_7_is_a_run_id() {
        let check = |text: &str, expect: Option<&str>| {
            let id = text.parse::<RunId>().ok().map(|id| id.to_string());
            assert_eq!(id.as_deref(), expect, "{text}");
        };
        let text = "019c5b1e-7a00-7000-8000-000000000001";
        check(text, Some(text));
        check("019C5B1E-7A00-7000-8000-000000000001", Some(text));
        check("f47ac10b-58cc-4372-a567-0e02b2c3d479", None); // version 4
        check("019c5b1e-7a00-7000-8000-00000000000", None);
        check("latest", None);
        check("", None);
    }

    #[test]
    fn an_invalid_id_is_quoted_with_its_remedy() {
        let error = "latest".parse::<RunId>().unwrap_err();
        assert_eq!(error.code(), "SF0705");
        assert_eq!(
            error.to_string(),
            "`latest` is not a run id; copy one from the first line of the run's output"
        );
    }

    #[test]
    fn ids_sort_in_the_order_they_were_made() {
        let ids: Vec<_> = (0..1_000).map(|_| RunId::new()).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
