//! A plan as the run's log has it.

use std::collections::BTreeSet;

use sqlflow_plan::{Action, OnFailure, Plan, Step, TableKey, step_json};
use sqlflow_state::PlannedStep;
use uuid::Uuid;

/// The steps of a plan, with what tells whether a step is still the same one later.
pub(crate) fn planned_steps(plan: &Plan, sample: Option<u64>) -> Vec<PlannedStep> {
    plan.steps.iter().map(|step| planned(plan, step, sample)).collect()
}

fn planned(plan: &Plan, step: &Step, sample: Option<u64>) -> PlannedStep {
    PlannedStep {
        id: step.id.clone(),
        kind: kind(step),
        name: step.name.clone(),
        depends_on: step.depends_on.clone(),
        fingerprint: fingerprint(plan, step, sample),
        connector: connector(plan, step),
        on_failure: step.options.on_failure.map(|said| match said {
            OnFailure::Stop => sqlflow_state::OnFailure::Stop,
            OnFailure::Continue => sqlflow_state::OnFailure::Continue,
        }),
    }
}

fn kind(step: &Step) -> sqlflow_state::StepKind {
    match step.kind() {
        sqlflow_plan::StepKind::Source => sqlflow_state::StepKind::Source,
        sqlflow_plan::StepKind::Load => sqlflow_state::StepKind::Load,
        sqlflow_plan::StepKind::Transform => sqlflow_state::StepKind::Transform,
        sqlflow_plan::StepKind::Export => sqlflow_state::StepKind::Export,
        sqlflow_plan::StepKind::Test => sqlflow_state::StepKind::Test,
    }
}

/// The connector that a step reads or writes with.
fn connector(plan: &Plan, step: &Step) -> Option<String> {
    match &step.action {
        Action::Source(source) => Some(source.connected.connector.clone()),
        Action::Load(load) => plan.step(&load.source).and_then(|step| connector(plan, step)),
        Action::Export(export) => Some(export.connected.connector.clone()),
        Action::Transform(_) | Action::Test(_) => None,
    }
}

/// A hash of what a step does. Secrets are no part of it: a password that was changed makes no
/// other step.
fn fingerprint(plan: &Plan, step: &Step, sample: Option<u64>) -> String {
    let source = match &step.action {
        Action::Load(load) => plan.step(&load.source).map(|source| step_json(plan, source)),
        _ => None,
    };
    let text = format!("{}\n{source:?}\n{sample:?}", step_json(plan, step));
    Uuid::new_v5(&Uuid::NAMESPACE_OID, text.as_bytes()).simple().to_string()
}

/// The tables that a step writes and reads, for the locks of steps that run at a time.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tables {
    writes: Option<TableKey>,
    reads: BTreeSet<TableKey>,
}

impl Tables {
    /// Those of every step of a plan, in its order.
    pub(crate) fn of(plan: &Plan) -> Vec<Self> {
        let known: BTreeSet<TableKey> = plan.steps.iter().filter_map(Step::writes).collect();
        let of = |step: &Step| Self { writes: step.writes(), reads: step.reads(&known) };
        plan.steps.iter().map(of).collect()
    }

    /// Whether one of the two writes what the other one writes or reads.
    pub(crate) fn conflict(&self, other: &Self) -> bool {
        let touches = |one: &Self, table: &TableKey| {
            one.writes.as_ref() == Some(table) || one.reads.contains(table)
        };
        self.writes.as_ref().is_some_and(|table| touches(other, table))
            || other.writes.as_ref().is_some_and(|table| touches(self, table))
    }
}
