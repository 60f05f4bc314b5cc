use std::collections::BTreeSet;

use sqlflow_plan::lineage::{Dataset, DatasetColumn, Edge, LineageGraph, Maker, Trace};

/// The part of a graph that was asked for.
pub(crate) struct Selection<'g> {
    /// The name that was asked for, with the columns it stands for; none for everything.
    pub(crate) target: Option<(String, Vec<Traced>)>,
    /// The edges, in the order of the steps.
    pub(crate) edges: Vec<Edge<'g>>,
    /// The steps that make the datasets of the selection.
    pub(crate) makers: Vec<&'g Maker>,
}

/// A column that was asked for.
pub(crate) struct Traced {
    pub(crate) column: DatasetColumn,
    /// What it is made of, where that was asked for.
    pub(crate) upstream: Option<Trace>,
    /// What is made of it, where that was asked for.
    pub(crate) downstream: Option<Trace>,
}

impl<'g> Selection<'g> {
    pub(crate) fn of(
        graph: &'g LineageGraph,
        target: Option<(String, Vec<DatasetColumn>)>,
        upstream: bool,
        downstream: bool,
    ) -> Self {
        let Some((name, columns)) = target else {
            let (edges, makers) = (graph.edges().collect(), graph.makers().iter().collect());
            return Self { target: None, edges, makers };
        };
        let traced = |column: DatasetColumn| Traced {
            upstream: upstream.then(|| graph.upstream(&column)),
            downstream: downstream.then(|| graph.downstream(&column)),
            column,
        };
        let traced: Vec<Traced> = columns.into_iter().map(traced).collect();
        let above = reached(traced.iter().filter_map(|traced| traced.upstream.as_ref()));
        let below = reached(traced.iter().filter_map(|traced| traced.downstream.as_ref()));
        let is_in = |edge: &Edge<'_>| {
            above.contains(&edge.to.folded()) || below.contains(&edge.from.folded())
        };
        let edges: Vec<Edge<'g>> = graph.edges().filter(is_in).collect();
        let makers = graph.makers().iter();
        let makers = makers.filter(|maker| {
            is_named(&maker.dataset, &name) || edges.iter().any(|edge| edge.maker == *maker)
        });
        let makers = makers.collect();
        Self { target: Some((name, traced)), edges, makers }
    }

    /// Every column of the selection, in order.
    pub(crate) fn columns(&self) -> BTreeSet<DatasetColumn> {
        let ends = self.edges.iter().flat_map(|edge| [edge.from.clone(), edge.to.clone()]);
        let traced = self.target.iter().flat_map(|(_, traced)| traced);
        let made = self.makers.iter().filter(|_| self.target.is_none()).flat_map(|maker| {
            maker.columns.iter().flatten().map(|(column, _)| DatasetColumn {
                dataset: maker.dataset.clone(),
                column: column.clone(),
            })
        });
        ends.chain(traced.map(|traced| traced.column.clone())).chain(made).collect()
    }
}

fn is_named(dataset: &Dataset, target: &str) -> bool {
    let table = target.rsplit_once('.').map_or(target, |(table, _)| table);
    [target, table].iter().any(|name| dataset.name.eq_ignore_ascii_case(name))
}

fn reached<'t>(traces: impl Iterator<Item = &'t Trace>) -> BTreeSet<DatasetColumn> {
    traces.flat_map(Trace::reached).collect()
}
