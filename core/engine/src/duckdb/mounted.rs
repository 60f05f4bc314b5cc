//! A scan that SQL can read.

use std::sync::{Arc, Mutex, PoisonError};

use super::open::Instance;
use crate::quote::quote_identifier;
use crate::table_function::FUNCTION;

/// A mounted scan. Dropping it unmounts: the rows can be read no more, and the name is free again
/// from the session's next statement on.
#[derive(Debug)]
pub struct Mounted {
    name: String,
    token: i64,
    instance: Arc<Instance>,
    stale: Arc<StaleViews>,
}

impl Mounted {
    pub(super) fn named(
        name: &str,
        token: i64,
        instance: &Arc<Instance>,
        stale: &Arc<StaleViews>,
    ) -> Self {
        let mut mounted = Self::unnamed(token, instance, stale);
        name.clone_into(&mut mounted.name);
        mounted
    }

    pub(super) fn unnamed(token: i64, instance: &Arc<Instance>, stale: &Arc<StaleViews>) -> Self {
        let (instance, stale) = (Arc::clone(instance), Arc::clone(stale));
        Self { name: String::new(), token, instance, stale }
    }

    /// The name it is mounted under; empty where it has none.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The SQL to read it by, right behind `FROM`; it means this scan whatever tables there are.
    pub fn scan_sql(&self) -> String {
        format!("{FUNCTION}({})", self.token)
    }

    /// Unmounts, as dropping does.
    pub fn unmount(self) {}

    /// The SQL that makes the scan a relation of the session.
    pub(super) fn view_sql(&self) -> String {
        format!(
            "CREATE OR REPLACE TEMP VIEW {} AS SELECT * FROM {}",
            quote_identifier(&self.name),
            self.scan_sql()
        )
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        self.instance.registry.remove(self.token);
        if !self.name.is_empty() {
            self.stale.add(quote_identifier(&self.name));
        }
    }
}

/// The views of a session whose scans are gone, to be dropped by its next statement.
#[derive(Debug, Default)]
pub(super) struct StaleViews(Mutex<Vec<String>>);

impl StaleViews {
    fn add(&self, view: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(view);
    }

    pub(super) fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
