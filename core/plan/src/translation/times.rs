use sqlflow_syntax::Diagnostic;

use super::Translation;
use crate::{Read, SqlText, code};

impl Translation<'_> {
    /// Refuses `@start_dt` and its like where no window is read. Returns whether there was none.
    pub(super) fn times_fit(&mut self, sql: &SqlText, read: &Read) -> bool {
        if read.incremental().is_some() {
            return true;
        }
        let times = sql.times();
        for (part, time) in &times {
            let name = time.name();
            let message = format!("`@{name}` is a bound of what is read, and everything is read");
            let help = format!(
                "add INCREMENTAL BY column; if you mean the absolute value of a column, write \
                 abs({name})"
            );
            let span = sql.origin_of(part);
            self.report(Diagnostic::error(code::TIME_OF_FULL_READ, message, span).help(help));
        }
        times.is_empty()
    }
}
