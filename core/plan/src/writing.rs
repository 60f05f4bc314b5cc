//! How a step's rows meet those that are there.

use crate::{Column, reading};

/// How a table or place is written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Write {
    /// The old rows give way to the new ones.
    #[default]
    Replace,
    /// The new rows come on top.
    Append,
    /// The old rows with the key of a new one give way to it.
    Upsert {
        /// The columns of the key, at least one.
        keys: Vec<Column>,
    },
    /// The old rows of the window that is read are deleted, then the new ones come in.
    DeleteInsert,
}

impl Write {
    /// The words of the mode, as the language has them.
    #[must_use]
    pub const fn words(&self) -> &'static str {
        match self {
            Self::Replace => "REPLACE",
            Self::Append => "APPEND",
            Self::Upsert { .. } => "UPSERT",
            Self::DeleteInsert => "DELETE INSERT",
        }
    }

    /// The columns of UPSERT's key.
    #[must_use]
    pub fn keys(&self) -> &[Column] {
        match self {
            Self::Upsert { keys } => keys,
            Self::Replace | Self::Append | Self::DeleteInsert => &[],
        }
    }

    /// The mode as a destination has it; `None` for one that no destination has.
    #[must_use]
    pub const fn of_destination(&self) -> Option<sqlflow_plugin_sdk::WriteMode> {
        use sqlflow_plugin_sdk::WriteMode;
        match self {
            Self::Replace => Some(WriteMode::Replace),
            Self::Append => Some(WriteMode::Append),
            Self::Upsert { .. } => Some(WriteMode::Upsert),
            Self::DeleteInsert => None,
        }
    }

    /// The mode in lower case with its keys, for people.
    pub(crate) fn shown(&self) -> String {
        let words = self.words().to_ascii_lowercase();
        match self {
            Self::Upsert { keys } => format!("{words} ({})", reading::names(keys)),
            Self::Replace | Self::Append | Self::DeleteInsert => words,
        }
    }
}
