//! What is read and how it is written: the clauses of a statement and the params that say the same
//! become one [`Read`] and one [`Write`], or are refused.

use sqlflow_profile::Database;
use sqlflow_syntax::{Diagnostic, ReadClause, Span, Spanned, WriteMode};

use super::Translation;
use crate::{
    Column, Finding, InFile, Incremental, Lookback, Read, Said, SyncParams, SyncWrite, Write, code,
};

/// What a statement and, for a LOAD, its source's params say.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clauses<'a> {
    pub(super) read: Option<&'a ReadClause>,
    pub(super) write: Option<&'a Spanned<WriteMode>>,
    pub(super) params: Option<&'a SyncParams>,
    /// The modes that a run can write in.
    pub(super) runs: &'static [&'static str],
}

type Place = (InFile, Span);

impl Translation<'_> {
    /// What is read and how it is written; `None` once something has been reported.
    pub(super) fn clauses(&mut self, said: &Clauses<'_>) -> Option<(Read, Write)> {
        let before = self.findings.len();
        self.refuse_contradictions(said);
        let read = read(said);
        let write = match write(said, &read) {
            Ok(write) => write,
            Err(diagnostic) => {
                self.report(diagnostic);
                return None;
            }
        };
        self.refuse_together(said, &read, &write);
        if self.findings.len() > before {
            return None;
        }
        self.note_not_run(said, &read, &write);
        Some((read, write))
    }

    /// What the read and the write may not be together, or not with this engine.
    fn refuse_together(&mut self, said: &Clauses<'_>, read: &Read, write: &Write) {
        let by_clause = said.write.map(|write| (InFile::Pipeline, write.span));
        let Some(incremental) = read.incremental() else {
            if let (Write::DeleteInsert, Some(place)) = (write, by_clause) {
                self.refuse(delete_insert_of_full_read(place.1), InFile::Pipeline);
            }
            return;
        };
        let read_at =
            said.read_place().unwrap_or((incremental.column.file, incremental.column.span));
        if self.input.profile.engine.database == Database::Memory {
            self.refuse(in_memory(read_at.1), read_at.0);
        }
        let write_at = by_clause.or(said.param_write().map(|said| (said.file, said.span)));
        let write_at = write_at.unwrap_or(read_at);
        if *write == Write::Replace {
            let column = &incremental.column.name;
            self.refuse(incremental_replace(column, write_at.1), write_at.0);
        }
        if let Some(lookback) = incremental.lookback.filter(|lookback| !lookback.is_none())
            && *write == Write::Append
            && said.primary_key().is_empty()
        {
            let place = by_clause.or(said.lookback_place()).unwrap_or(read_at);
            self.refuse(lookback_append(lookback, place.1), place.0);
        }
    }

    /// A clause and a param of the pipeline that differ. A param of the profile gives way.
    fn refuse_contradictions(&mut self, said: &Clauses<'_>) {
        let Some(params) = said.params else { return };
        if let Some(clause) = said.read {
            let full = params.incremental.as_ref().filter(|incremental| !incremental.value);
            if let Some(full) = full {
                self.contradiction("INCREMENTAL BY", clause.span, full.param, full.place());
            }
            if let Some(cursor) = &params.cursor
                && !clause.column.matches(&cursor.name)
            {
                let what = format!("INCREMENTAL BY {}", clause.column);
                self.contradiction(&what, clause.span, "cursor_field", (cursor.file, cursor.span));
            }
        }
        let Some(clause) = said.write else { return };
        let words = clause.value.words();
        if let Some(write) = params.write.as_ref().filter(|write| write.value.words() != words) {
            self.contradiction(&format!("MODE {words}"), clause.span, write.param, write.place());
        } else if let WriteMode::Upsert { keys } = &clause.value
            && let Some(known) = params.primary_key.first()
            && !keys.is_empty()
            && !same_columns(keys, &params.primary_key)
        {
            let at = (known.file, known.span);
            self.contradiction("the columns of KEY", clause.span, "primary_key", at);
        }
    }

    fn contradiction(&mut self, clause: &str, span: Span, param: &str, (file, at): Place) {
        if file == InFile::Profile {
            return;
        }
        let line = self.input.settled.sources.line(at.start, span.start);
        let message = format!("{clause} says otherwise than `{param}` on {line}");
        let help = format!("make the two agree, or take `{param}` out: the clause says it");
        self.refuse(Diagnostic::error(code::CONTRADICTION, message, span).help(help), file);
    }

    /// Says what no run does yet, once for each place.
    fn note_not_run(&mut self, said: &Clauses<'_>, read: &Read, write: &Write) {
        let read_at = read.incremental().and(said.read_place());
        if let Some(place) = read_at {
            let what = match said.param_read().filter(|_| said.read.is_none()) {
                Some(by) => format!("an incremental read (`{}`)", by.param),
                None => "INCREMENTAL BY".to_owned(),
            };
            self.not_run_yet(&what, place, "leave it out: everything is then read, every time");
        }
        if said.runs.contains(&write.words()) {
            return;
        }
        let (what, place) = match (said.write, said.param_write()) {
            (Some(clause), _) => {
                (format!("MODE {}", write.words()), (InFile::Pipeline, clause.span))
            }
            (None, Some(param)) => (format!("`{}`", param.param), param.place()),
            (None, None) => return,
        };
        if Some(place) != read_at {
            self.not_run_yet(&what, place, &format!("a run can write: {}", said.runs.join(", ")));
        }
    }

    fn refuse(&mut self, diagnostic: Diagnostic, file: InFile) {
        self.findings.push(Finding { file, diagnostic });
    }
}

impl<'a> Clauses<'a> {
    fn param_read(&self) -> Option<&'a Said<bool>> {
        self.params?.incremental.as_ref().filter(|incremental| incremental.value)
    }

    fn param_write(&self) -> Option<&'a Said<SyncWrite>> {
        self.params?.write.as_ref()
    }

    fn primary_key(&self) -> &'a [Column] {
        self.params.map_or(&[], |params| &params.primary_key)
    }

    fn read_place(&self) -> Option<Place> {
        let by_clause = self.read.map(|clause| (InFile::Pipeline, clause.span));
        by_clause.or(self.param_read().map(Said::place))
    }

    fn lookback_place(&self) -> Option<Place> {
        let by_clause = self.read.and_then(|clause| clause.lookback.as_ref());
        let by_clause = by_clause.map(|lookback| (InFile::Pipeline, lookback.span));
        by_clause.or_else(|| self.params?.lookback.as_ref().map(Said::place))
    }
}

impl<T> Said<T> {
    /// Where it is said.
    pub(crate) fn place(&self) -> Place {
        (self.file, self.span)
    }
}

fn read(said: &Clauses<'_>) -> Read {
    let by_param = said.param_read().and(said.params).and_then(|params| params.cursor.as_ref());
    let column = match (said.read, by_param) {
        (Some(clause), _) => Column::of(&clause.column),
        (None, Some(cursor)) => cursor.clone(),
        (None, None) => return Read::Full,
    };
    let by_clause = said.read.and_then(|clause| clause.lookback.as_ref());
    let by_clause = by_clause.map(|lookback| Lookback::Calendar(lookback.value));
    let params = said.params.cloned().unwrap_or_default();
    let text = |said: Option<Said<String>>| said.map(|said| said.value);
    Read::Incremental(Box::new(Incremental {
        column,
        lookback: by_clause.or(params.lookback.map(|said| said.value)),
        start: text(params.start),
        end: text(params.end),
        format: text(params.format),
    }))
}

fn write(said: &Clauses<'_>, read: &Read) -> Result<Write, Diagnostic> {
    let known = || said.primary_key().to_vec();
    if let Some(clause) = said.write {
        return match &clause.value {
            WriteMode::Replace => Ok(Write::Replace),
            WriteMode::Append => Ok(Write::Append),
            WriteMode::DeleteInsert => Ok(Write::DeleteInsert),
            WriteMode::Upsert { keys } => upsert(keys, known(), clause.span),
        };
    }
    Ok(match (said.param_write().map(|write| write.value), read) {
        (Some(SyncWrite::Overwrite), _) | (None, Read::Full) => Write::Replace,
        (Some(SyncWrite::Append), _) => Write::Append,
        (Some(SyncWrite::AppendDedup), _) => Write::Upsert { keys: known() },
        (None, Read::Incremental(_)) if said.primary_key().is_empty() => Write::Append,
        (None, Read::Incremental(_)) => Write::Upsert { keys: known() },
    })
}

fn upsert(
    keys: &[sqlflow_syntax::Ident],
    known: Vec<Column>,
    span: Span,
) -> Result<Write, Diagnostic> {
    if let Some(twice) = super::columns::twice(keys) {
        return Err(twice);
    }
    let keys = if keys.is_empty() { known } else { keys.iter().map(Column::of).collect() };
    if keys.is_empty() {
        let message = "UPSERT needs the key by which it tells rows apart";
        let help = "write MODE UPSERT KEY (column); a LOAD takes it from its source's \
                    `primary_key` too";
        return Err(Diagnostic::error(code::UPSERT_WITHOUT_KEY, message, span).help(help));
    }
    Ok(Write::Upsert { keys })
}

fn same_columns(keys: &[sqlflow_syntax::Ident], known: &[Column]) -> bool {
    let keys: Vec<Column> = keys.iter().map(Column::of).collect();
    let in_other = |of: &[Column], other: &[Column]| {
        of.iter().all(|column| other.iter().any(|known| known.is(column)))
    };
    in_other(&keys, known) && in_other(known, &keys)
}

fn delete_insert_of_full_read(span: Span) -> Diagnostic {
    let message = "DELETE INSERT deletes the window that is read, and everything is read here";
    let help = "add INCREMENTAL BY column, or write MODE REPLACE";
    Diagnostic::error(code::DELETE_INSERT_OF_FULL_READ, message, span).help(help)
}

fn in_memory(span: Span) -> Diagnostic {
    let message = "an incremental read goes on where the last run ended, and the engine is in \
                   memory: it forgets";
    let help = "name a file under `engine.path` in the profile, or leave the incremental read out";
    Diagnostic::error(code::INCREMENTAL_IN_MEMORY, message, span).help(help)
}

fn incremental_replace(column: &str, span: Span) -> Diagnostic {
    let message = format!(
        "only rows behind the last `{column}` are read, and REPLACE would throw the others away"
    );
    let help = "write MODE APPEND, MODE UPSERT KEY (…) or MODE DELETE INSERT, or read everything";
    Diagnostic::error(code::INCREMENTAL_REPLACE, message, span).help(help)
}

fn lookback_append(lookback: Lookback, span: Span) -> Diagnostic {
    let message =
        format!("the rows of the last {lookback} are read again, and APPEND would add them twice");
    let help = "write MODE UPSERT KEY (…) or MODE DELETE INSERT, or leave the lookback out";
    Diagnostic::error(code::LOOKBACK_APPEND, message, span).help(help)
}
