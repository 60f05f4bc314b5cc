use std::collections::BTreeSet;

use sqlflow_syntax::suggest;

use super::{catalog::Catalog, column::BaseColumn, refused::Refused, tree::Lineage};
use crate::{Action, Plan, Step, mask};

/// What a step reads or writes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dataset {
    /// What it is.
    pub kind: DatasetKind,
    /// A table's name, a source's with its stream behind it, an export's place.
    pub name: String,
}

/// The kinds of [`Dataset`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DatasetKind {
    /// A stream of a source.
    Source,
    /// A table or view of the database.
    Table,
    /// A file that a query reads by itself, or a table that is not known.
    Other,
    /// The place of an export.
    Export,
}

impl DatasetKind {
    /// The word for it in output.
    pub fn word(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Table => "table",
            Self::Other => "other",
            Self::Export => "export",
        }
    }
}

/// A column of a dataset.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DatasetColumn {
    /// The dataset.
    pub dataset: Dataset,
    /// The column.
    pub column: String,
}

/// A step, with what it makes of what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Maker {
    /// The pipeline's name.
    pub pipeline: String,
    /// The step's id.
    pub step: String,
    /// What it writes.
    pub dataset: Dataset,
    /// Its columns in their order, each with what it is made of, or why that is not told.
    pub columns: Result<Vec<(String, BTreeSet<DatasetColumn>)>, Refused>,
    /// The columns that decide its rows.
    pub filters: BTreeSet<DatasetColumn>,
}

/// A column that is made of another, by a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge<'g> {
    /// What it is made of.
    pub from: &'g DatasetColumn,
    /// What is made.
    pub to: DatasetColumn,
    /// The step.
    pub maker: &'g Maker,
}

/// Which columns make which, over all steps of one or more pipelines.
#[derive(Debug, Clone, Default)]
pub struct LineageGraph {
    makers: Vec<Maker>,
}

/// A name that is none in the lineage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotFound {
    /// Whether the table is there, and its column is not.
    pub is_column: bool,
    /// The name that is not there.
    pub name: String,
    /// The nearest name.
    pub nearest: Option<String>,
}

/// A column with all that it is made of, or all that is made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// The column.
    pub column: DatasetColumn,
    /// What comes next. Empty where the column was traced before.
    pub next: Vec<Trace>,
    /// Whether it was traced before.
    pub is_repeated: bool,
}

impl LineageGraph {
    /// Adds what a step makes; of a step that makes nothing, nothing. Tables are told from files by
    /// the catalog.
    pub fn add(
        &mut self,
        plan: &Plan,
        step: &Step,
        catalog: &Catalog,
        lineage: Result<Lineage, Refused>,
    ) {
        let Some(dataset) = written(step) else { return };
        let resolve = |base: &BaseColumn| DatasetColumn {
            dataset: read(plan, step, catalog, &base.table),
            column: base.column.clone(),
        };
        let (columns, filters) = match lineage {
            Err(Refused { reason }) => {
                (Err(Refused { reason: masked(step, &reason) }), BTreeSet::new())
            }
            Ok(lineage) => {
                let column = |(at, column): (usize, &super::OutputColumn)| {
                    let name = column.name.clone().unwrap_or_else(|| format!("column {}", at + 1));
                    (name, column.sources.iter().map(resolve).collect())
                };
                let columns = lineage.columns.iter().enumerate().map(column).collect();
                (Ok(columns), lineage.filters.iter().map(resolve).collect())
            }
        };
        let (pipeline, step) = (plan.pipeline.clone(), step.id.clone());
        self.makers.push(Maker { pipeline, step, dataset, columns, filters });
    }

    /// The steps that make something, in the order they were added.
    pub fn makers(&self) -> &[Maker] {
        &self.makers
    }

    /// Every edge, in the order of the steps and their columns.
    pub fn edges(&self) -> impl Iterator<Item = Edge<'_>> {
        self.makers.iter().flat_map(|maker| {
            let columns = maker.columns.iter().flatten();
            columns.flat_map(move |(column, sources)| {
                sources.iter().map(move |from| {
                    let to =
                        DatasetColumn { dataset: maker.dataset.clone(), column: column.clone() };
                    Edge { from, to, maker }
                })
            })
        })
    }

    /// The columns of every dataset that is known.
    pub fn columns(&self) -> BTreeSet<DatasetColumn> {
        let made = self.makers.iter().flat_map(|maker| {
            let columns = maker.columns.iter().flatten();
            columns.map(|(column, _)| DatasetColumn {
                dataset: maker.dataset.clone(),
                column: column.clone(),
            })
        });
        let filters = self.makers.iter().flat_map(|maker| maker.filters.iter().cloned());
        made.chain(filters).chain(self.edges().map(|edge| edge.from.clone())).collect()
    }

    /// Every dataset that is known.
    pub fn datasets(&self) -> BTreeSet<Dataset> {
        let made = self.makers.iter().map(|maker| maker.dataset.clone());
        made.chain(self.columns().into_iter().map(|column| column.dataset)).collect()
    }

    /// The columns that `name`, a dataset or `dataset.column`, stands for.
    ///
    /// # Errors
    ///
    /// There is no such dataset, or it has no such column.
    pub fn find(&self, name: &str) -> Result<Vec<DatasetColumn>, NotFound> {
        let columns = self.columns();
        let of = |dataset: &str, column: Option<&str>| {
            let is_wanted = |wanted: &&DatasetColumn| {
                wanted.dataset.name.eq_ignore_ascii_case(dataset)
                    && column.is_none_or(|column| wanted.column.eq_ignore_ascii_case(column))
            };
            columns.iter().filter(is_wanted).cloned().collect::<Vec<DatasetColumn>>()
        };
        let has = |dataset: &str| {
            self.datasets().iter().any(|known| known.name.eq_ignore_ascii_case(dataset))
        };
        if has(name) {
            return Ok(of(name, None));
        }
        match name.rsplit_once('.') {
            Some((dataset, column)) if has(dataset) => match of(dataset, Some(column)) {
                found if found.is_empty() => Err(not_found(true, column, &of(dataset, None))),
                found => Ok(found),
            },
            _ => Err(self.no_dataset(name)),
        }
    }

    fn no_dataset(&self, name: &str) -> NotFound {
        let datasets = self.datasets();
        let names = || datasets.iter().map(|dataset| dataset.name.as_str());
        let table = name.rsplit_once('.').map_or(name, |(table, _)| table);
        let nearest = suggest(name, names()).or_else(|| suggest(table, names()));
        NotFound { is_column: false, name: name.to_owned(), nearest: nearest.map(str::to_owned) }
    }

    /// All that a column is made of, through all steps.
    pub fn upstream(&self, column: &DatasetColumn) -> Trace {
        self.trace(column, &mut BTreeSet::new(), &|edge| (edge.to, edge.from.clone()))
    }

    /// All that is made of a column, through all steps.
    pub fn downstream(&self, column: &DatasetColumn) -> Trace {
        self.trace(column, &mut BTreeSet::new(), &|edge| (edge.from.clone(), edge.to))
    }

    fn trace(
        &self,
        column: &DatasetColumn,
        seen: &mut BTreeSet<DatasetColumn>,
        ends: &dyn Fn(Edge<'_>) -> (DatasetColumn, DatasetColumn),
    ) -> Trace {
        if !seen.insert(folded(column)) {
            return Trace { column: column.clone(), next: Vec::new(), is_repeated: true };
        }
        let next = self.edges().map(ends).filter(|(near, _)| folded(near) == folded(column));
        let mut found: Vec<DatasetColumn> = next.map(|(_, far)| far).collect();
        found.dedup();
        let next = found.iter().map(|far| self.trace(far, seen, ends)).collect();
        Trace { column: column.clone(), next, is_repeated: false }
    }
}

impl Trace {
    /// Every column of it, itself included, in lower case.
    pub fn reached(&self) -> BTreeSet<DatasetColumn> {
        let mut reached = BTreeSet::from([folded(&self.column)]);
        self.next.iter().for_each(|next| reached.extend(next.reached()));
        reached
    }
}

impl DatasetColumn {
    /// The column in lower case: names that mean the same are equal then.
    pub fn folded(&self) -> Self {
        folded(self)
    }
}

fn folded(column: &DatasetColumn) -> DatasetColumn {
    let Dataset { kind, name } = &column.dataset;
    let dataset = Dataset { kind: *kind, name: name.to_ascii_lowercase() };
    DatasetColumn { dataset, column: column.column.to_ascii_lowercase() }
}

fn not_found(is_column: bool, name: &str, columns: &[DatasetColumn]) -> NotFound {
    let nearest = suggest(name, columns.iter().map(|column| column.column.as_str()));
    NotFound { is_column, name: name.to_owned(), nearest: nearest.map(str::to_owned) }
}

/// What a step writes.
fn written(step: &Step) -> Option<Dataset> {
    let (kind, name) = match &step.action {
        Action::Load(load) => (DatasetKind::Table, load.table.to_string()),
        Action::Transform(transform) => (DatasetKind::Table, transform.table.to_string()),
        Action::Export(export) => {
            let place = mask::text(&export.place_as_written, &export.connected.secrets);
            (DatasetKind::Export, place)
        }
        _ => return None,
    };
    Some(Dataset { kind, name: if kind == DatasetKind::Table { plain(&name) } else { name } })
}

/// A text about a step's query, with `***` in place of every secret in it.
fn masked(step: &Step, text: &str) -> String {
    match &step.action {
        Action::Transform(transform) => transform.query.mask(text),
        Action::Export(export) => export.query.mask(text),
        _ => text.to_owned(),
    }
}

/// A table's name as the catalog labels it.
fn plain(name: &str) -> String {
    let name = name.strip_prefix("main.").unwrap_or(name);
    name.replace('"', "")
}

/// What a table that a step's query names is: a source, where the pipeline has one of this name.
fn read(plan: &Plan, step: &Step, catalog: &Catalog, table: &str) -> Dataset {
    let sources: &[(String, String)] = match &step.action {
        Action::Load(load) => {
            let name = stream_name(plan, &load.source, &load.stream);
            return Dataset { kind: DatasetKind::Source, name };
        }
        Action::Transform(transform) => &transform.sources,
        Action::Export(export) => &export.sources,
        _ => &[],
    };
    match sources.iter().find(|(name, _)| name.eq_ignore_ascii_case(table)) {
        Some((stream, source)) => {
            Dataset { kind: DatasetKind::Source, name: stream_name(plan, source, stream) }
        }
        None => {
            if catalog.has(table) {
                return Dataset { kind: DatasetKind::Table, name: table.to_owned() };
            }
            // The name of a file may be made of a secret.
            Dataset { kind: DatasetKind::Other, name: masked(step, table) }
        }
    }
}

/// `source.stream`, or the source alone where the stream goes by its name.
fn stream_name(plan: &Plan, source_step: &str, stream: &str) -> String {
    let source = plan.step(source_step).map_or(source_step, |step| step.name.as_str());
    if source.eq_ignore_ascii_case(stream) {
        return source.to_owned();
    }
    format!("{source}.{stream}")
}
