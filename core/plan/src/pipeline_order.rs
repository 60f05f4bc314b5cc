//! In which order several pipelines run.

use std::collections::{BTreeMap, BTreeSet};

use sqlflow_syntax::{Diagnostic, Span};

use crate::{Plan, Step, TableKey, code, graph};

/// The order of several pipelines by the tables they share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PipelineOrder {
    /// The places of the plans as given, each after those that make what it reads; otherwise in
    /// the order given. Pipelines that wait for each other stand at the end.
    pub order: Vec<usize>,
    /// The pipelines that wait for each other.
    pub cycles: Vec<PipelineCycle>,
}

/// Pipelines of which each reads what the one before it makes, and the first what the last does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PipelineCycle {
    /// The place of the plan in which it is told.
    pub plan: usize,
    /// What it is, at the statement of that plan that reads the other's table.
    pub diagnostic: Diagnostic,
}

/// Orders pipelines: one that reads a table which another makes runs after it. A table that a
/// pipeline makes itself is its own, whoever else makes it.
pub fn pipeline_order(plans: &[&Plan]) -> PipelineOrder {
    let shared = Shared::of(plans);
    let graph: graph::Graph = (0..plans.len()).map(|plan| shared.makers_for(plan)).collect();
    let mut order = graph::order(&graph);
    let cycles = graph::cycles(&graph, &order);
    let ordered: BTreeSet<usize> = order.iter().copied().collect();
    order.extend((0..plans.len()).filter(|plan| !ordered.contains(plan)));
    let cycles = cycles.iter().filter_map(|cycle| shared.told(cycle, plans)).collect();
    PipelineOrder { order, cycles }
}

/// What the pipelines make, and what each reads of the others.
struct Shared {
    makers: BTreeMap<TableKey, BTreeSet<usize>>,
    /// Of each plan: the tables of others, each with the first statement that reads it.
    reads: Vec<BTreeMap<TableKey, Span>>,
}

impl Shared {
    fn of(plans: &[&Plan]) -> Self {
        let mut makers = BTreeMap::<TableKey, BTreeSet<usize>>::new();
        for (number, plan) in plans.iter().enumerate() {
            for table in plan.steps.iter().filter_map(Step::writes) {
                makers.entry(table).or_default().insert(number);
            }
        }
        let known: BTreeSet<TableKey> = makers.keys().cloned().collect();
        let reads = plans.iter().enumerate();
        let reads = reads.map(|(number, plan)| {
            let foreign = |table: &TableKey| !makers[table].contains(&number);
            let mut reads = BTreeMap::new();
            for step in &plan.steps {
                for table in step.reads(&known).into_iter().filter(foreign) {
                    reads.entry(table).or_insert(step.span);
                }
            }
            reads
        });
        let reads = reads.collect();
        Self { makers, reads }
    }

    fn makers_for(&self, plan: usize) -> BTreeSet<usize> {
        let tables = self.reads.get(plan).into_iter().flat_map(BTreeMap::keys);
        tables.filter_map(|table| self.makers.get(table)).flatten().copied().collect()
    }

    /// A cycle, told where its first pipeline reads of its second.
    fn told(&self, cycle: &[usize], plans: &[&Plan]) -> Option<PipelineCycle> {
        let (&plan, &next) = (cycle.first()?, cycle.get(1)?);
        let made_by_next =
            |table: &TableKey| self.makers.get(table).is_some_and(|makers| makers.contains(&next));
        let (_, &at) = self.reads.get(plan)?.iter().find(|(table, _)| made_by_next(table))?;
        let round = cycle.iter().chain([&plan]).filter_map(|&number| plans.get(number));
        let names: Vec<&str> = round.map(|plan| plan.pipeline.as_str()).collect();
        let message = format!("pipelines wait for each other: {}", names.join(" → "));
        let help = "each reads a table that the next makes: put one of those tables into a \
                    pipeline of its own";
        Some(PipelineCycle {
            plan,
            diagnostic: Diagnostic::error(code::PIPELINE_CYCLE, message, at).help(help),
        })
    }
}
