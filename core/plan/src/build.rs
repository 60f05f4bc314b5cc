use std::collections::{BTreeMap, BTreeSet};

use sqlflow_syntax::Diagnostic;

use crate::{
    Finding, Input, Plan, Skipped, SkippedBranch, VariableUse, checks, code, draft::Draft,
    duplicates, finding, graph, translation::Translation,
};

/// Makes the plan of a pipeline.
///
/// # Errors
///
/// Everything that is wrong, and the warnings, in the order of the files.
pub fn build(input: &Input<'_>) -> Result<Plan, Vec<Finding>> {
    if !input.settled.is_sound() {
        return Err(finding::in_order(input.settled.findings.clone()));
    }
    let mut translation = Translation::of(input);
    translation.settle_loads();
    let Translation { drafts, mut findings, unbuilt, .. } = translation;
    findings.extend(input.settled.findings.iter().cloned());
    findings.extend(duplicates::find(input.settled));
    findings.extend(checks::same_places(&drafts, &input.settled.sources));
    let graph = graph::dependencies(&drafts);
    let order = graph::order(&graph);
    let cycles = graph::cycles(&graph, &order);
    findings.extend(cycles.iter().map(|cycle| cycle_finding(cycle, &drafts)));
    if findings.iter().any(Finding::is_error) {
        return Err(finding::in_order(findings));
    }
    findings.extend(checks::unused_sources(&drafts));
    Ok(Plan {
        pipeline: input.name.to_owned(),
        profile: input.profile.name.clone(),
        steps: steps(drafts, &graph, &order),
        skipped: input
            .settled
            .skipped
            .iter()
            .map(|skipped| skipped_branch(input, skipped))
            .collect(),
        warnings: finding::in_order(findings),
        unbuilt: finding::in_order(unbuilt),
    })
}

/// Every reference of the pipeline, and of the connections it uses, that has a value: for `check`,
/// which shows where each value came from and lists each that is spliced as SQL.
pub fn variable_uses(input: &Input<'_>) -> Vec<VariableUse> {
    let mut uses = Translation::of(input).uses;
    uses.sort_by_key(|used| (used.file, used.span));
    uses.dedup();
    uses
}

fn steps(drafts: Vec<Draft>, graph: &graph::Graph, order: &[usize]) -> Vec<crate::Step> {
    let ids: Vec<String> = drafts.iter().map(|draft| draft.id.clone()).collect();
    let places: BTreeMap<usize, usize> =
        order.iter().enumerate().map(|(place, &node)| (node, place)).collect();
    let names = |before: &BTreeSet<usize>| {
        let mut before: Vec<usize> = before.iter().copied().collect();
        before.sort_by_key(|node| places.get(node));
        before.iter().map(|&node| ids[node].clone()).collect::<Vec<String>>()
    };
    let mut drafts: Vec<Option<Draft>> = drafts.into_iter().map(Some).collect();
    let step = |&node: &usize| drafts[node].take()?.into_step(names(&graph[node]));
    order.iter().filter_map(step).collect()
}

fn skipped_branch(input: &Input<'_>, skipped: &Skipped) -> SkippedBranch {
    SkippedBranch {
        place: input.settled.sources.line(skipped.span.start, 0),
        statements: skipped.statements,
        reason: skipped.reason.clone(),
    }
}

fn cycle_finding(cycle: &[usize], drafts: &[Draft]) -> Finding {
    let round = cycle.iter().chain(cycle.first());
    let names: Vec<&str> = round.map(|&node| drafts[node].name.as_str()).collect();
    let message = format!("steps wait for each other: {}", names.join(" → "));
    let at = cycle.first().map_or_else(Default::default, |&node| drafts[node].at);
    let help = "let one of them read another table; if it means a table of an earlier run, make \
                the new one under another name";
    Finding::pipeline(Diagnostic::error(code::CYCLE, message, at).help(help))
}
