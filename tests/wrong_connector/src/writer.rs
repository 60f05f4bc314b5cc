use std::{collections::HashMap, path::PathBuf, thread, time::Duration};

use arrow::array::RecordBatch;
use sqlflow_plugin_sdk::{
    CancelToken, CommitRecord, Result, WriteMode, WriteReport, WriteRequest, Writer,
};

use crate::{
    cell::{Cell, Kind, Row, Table, float, rows_of},
    fault,
    store::Store,
};

/// One running write.
#[derive(Debug)]
pub(crate) struct CellWriter {
    store: Store,
    staged: PathBuf,
    place: String,
    mode: WriteMode,
    keys: Vec<String>,
    /// What was there when it began.
    old: Option<Table>,
    new: Table,
    writes: usize,
    finished: bool,
    cancel: CancelToken,
}

impl CellWriter {
    pub(crate) fn new(
        store: Store,
        staged: PathBuf,
        request: &WriteRequest,
        columns: Vec<(String, Kind)>,
    ) -> Result<Self> {
        let name = |name: String| match fault::is("odd-names-are-kept") {
            true => name.to_lowercase(),
            false => name,
        };
        let columns = columns.into_iter().map(|(column, kind)| (name(column), kind)).collect();
        Ok(Self {
            old: store.read(&request.place.0)?,
            store,
            staged,
            place: request.place.0.clone(),
            mode: request.mode,
            keys: request.keys.clone(),
            new: Table { columns, rows: Vec::new(), tokens: vec![request.token.0.clone()] },
            writes: 0,
            finished: false,
            cancel: CancelToken::new(),
        })
    }

    fn publish(&self, table: &Table) -> Result<()> {
        self.store.publish(&self.place, &self.staged, table)
    }

    /// What will be at the place.
    fn result(&self) -> Table {
        let Some(old) = &self.old else {
            let rows = match self.mode {
                WriteMode::Upsert => self.upserted(&[]),
                _ => self.new.rows.clone(),
            };
            return Table { rows, ..self.new.clone() };
        };
        let few = self.new.rows.len() < 10 && fault::is("replace-replaces");
        let rows = match self.mode {
            WriteMode::Replace if few => [&old.rows[..], &self.new.rows].concat(),
            WriteMode::Replace => self.new.rows.clone(),
            WriteMode::Append if fault::is("append-appends") => {
                [&old.rows[1..], &self.new.rows].concat()
            }
            WriteMode::Append => [&old.rows[..], &self.new.rows].concat(),
            WriteMode::Upsert => self.upserted(&old.rows),
        };
        let tokens = [&old.tokens[..], &self.new.tokens].concat();
        Table { columns: self.new.columns.clone(), rows, tokens }
    }

    fn upserted(&self, old: &[Row]) -> Vec<Row> {
        let mut rows = old.to_vec();
        let mut places: HashMap<String, usize> = HashMap::new();
        places.extend(old.iter().enumerate().map(|(at, row)| (self.key(row), at)));
        for row in &self.new.rows {
            match places.get(&self.key(row)) {
                Some(at) if *at >= old.len() && fault::is("upsert-takes-the-last-row") => {}
                Some(at) => rows[*at].clone_from(row),
                None if !old.is_empty() && fault::is("upsert-replaces-by-key") => {}
                None => {
                    places.insert(self.key(row), rows.len());
                    rows.push(row.clone());
                }
            }
        }
        rows
    }

    fn key(&self, row: &Row) -> String {
        let cells = self.keys.iter().filter_map(|key| self.new.position(key)).map(|at| &row[at]);
        format!("{:?}", cells.collect::<Vec<_>>())
    }

    fn is_published(&self) -> bool {
        let known = |old: &Table| old.tokens.contains(&self.new.tokens[0]);
        let forgotten = self.mode == WriteMode::Append && fault::is("commit-twice-is-once");
        self.old.as_ref().is_some_and(known) && !forgotten
    }

    fn put(&self, table: &Table) -> Result<()> {
        if self.old.is_some() && self.mode == WriteMode::Replace && fault::is("replace-is-atomic") {
            let half = table.rows[..table.rows.len() / 2].to_vec();
            self.publish(&Table { rows: half, ..table.clone() })?;
            thread::sleep(Duration::from_millis(150));
        }
        self.publish(table)
    }

    /// Takes back what the fault has shown too early.
    fn restore(&self) -> Result<()> {
        if self.writes < 2 || !fault::is("staged-rows-are-invisible") {
            return Ok(());
        }
        match &self.old {
            Some(old) => self.publish(old),
            None => {
                self.store.remove(&self.place);
                Ok(())
            }
        }
    }
}

impl Writer for CellWriter {
    fn write(&mut self, batch: RecordBatch) -> Result<()> {
        let mut rows = rows_of(&batch);
        if rows.is_empty() && fault::is("empty-batches-are-nothing") {
            rows.push(vec![Cell::Null; batch.num_columns()]);
        }
        if fault::is("values-come-back-or-are-refused") {
            let is_nan = |cell: &&mut Cell| float(cell).is_some_and(f64::is_nan);
            rows.iter_mut().flatten().filter(is_nan).for_each(|cell| *cell = Cell::Null);
        }
        self.new.rows.extend(rows);
        self.writes += 1;
        if self.writes == 2 && fault::is("staged-rows-are-invisible") {
            self.publish(&self.new)?;
        }
        Ok(())
    }

    fn commit(mut self: Box<Self>, _record: &CommitRecord) -> Result<WriteReport> {
        let lost = self.writes == 0 && fault::is("empty-write-makes-the-place");
        if !self.is_published() && !lost {
            self.put(&self.result())?;
        }
        self.finished = true;
        let _ = std::fs::remove_file(&self.staged);
        let more = u64::from(fault::is("write-makes-a-new-place"));
        let rows = self.new.rows.len() as u64 + more;
        Ok(WriteReport { rows, ..WriteReport::default() })
    }

    fn abort(mut self: Box<Self>) -> Result<()> {
        self.finished = true;
        self.restore()?;
        if !fault::is("abort-leaves-nothing") {
            let _ = std::fs::remove_file(&self.staged);
        }
        Ok(())
    }

    fn cancel_token(&self) -> CancelToken {
        self.cancel.clone()
    }
}

impl Drop for CellWriter {
    fn drop(&mut self) {
        if self.finished {
            return;
        }
        // Nobody is left to tell.
        let _ = self.restore();
        if !fault::is("dropping-leaves-nothing") {
            let _ = std::fs::remove_file(&self.staged);
        }
    }
}
