use std::collections::{BTreeMap, BTreeSet};

use sqlflow_syntax::{Diagnostic, Span};

use crate::{
    Finding, Input, Partial, Plan, Skipped, SkippedBranch, TableKey, VariableUse, checks, code,
    draft::Draft, duplicates, finding, graph, translation::Translation,
};

/// Makes the plan of a pipeline.
///
/// # Errors
///
/// Everything that is wrong, and the warnings, in the order of the files.
pub fn build(input: &Input<'_>) -> Result<Plan, Vec<Finding>> {
    build_partly(input).into_plan()
}

/// As [`build`], with the steps that are sound even where others are not.
pub fn build_partly(input: &Input<'_>) -> Partial {
    let mut translation = Translation::of(input);
    translation.settle_loads();
    let Translation { mut drafts, mut findings, unbuilt, .. } = translation;
    let is_whole = input.settled.is_sound();
    leave_out_misread(&mut drafts, &input.settled.findings);
    let twice = duplicates::find(input.settled);
    leave_out_duplicates(&mut drafts, &twice);
    findings.extend(twice);
    findings.extend(checks::same_places(&drafts, &input.settled.sources));
    let graph = graph::dependencies(&drafts);
    let order = graph::order(&graph);
    let cycles = graph::cycles(&graph, &order);
    findings.extend(cycles.iter().map(|cycle| cycle_finding(cycle, &drafts)));
    if !is_whole {
        findings.retain(|finding| !MAY_BE_GIVEN.contains(&finding.diagnostic.code));
    }
    findings.extend(input.settled.findings.iter().cloned());
    let is_wrong = findings.iter().any(Finding::is_error);
    if !is_wrong {
        findings.extend(checks::unused_sources(&drafts));
    }
    let findings = finding::in_order(findings);
    let (findings, warnings) =
        if is_wrong { (findings, Vec::new()) } else { (Vec::new(), findings) };
    let unknown = unknown_tables(&drafts, &order);
    let plan = Plan {
        pipeline: input.name.to_owned(),
        profile: input.profile.name.clone(),
        steps: steps(drafts, &graph, &order),
        skipped: input
            .settled
            .skipped
            .iter()
            .map(|skipped| skipped_branch(input, skipped))
            .collect(),
        warnings,
        unbuilt: finding::in_order(unbuilt),
    };
    Partial { plan, findings, is_whole, unknown }
}

/// What a statement that could not be read may put right: it is no finding of its own.
const MAY_BE_GIVEN: &[&str] =
    &[code::UNKNOWN_SOURCE, code::CYCLE, sqlflow_profile::code::UNDEFINED_REFERENCE];

/// A statement with an error inside says something else than was meant: it has its finding.
fn leave_out_misread(drafts: &mut [Draft], found: &[Finding]) {
    let errors = found.iter().filter(|finding| finding.is_error());
    let places: Vec<usize> = errors.map(|error| error.diagnostic.span.start).collect();
    let holds = |span: Span| places.iter().any(|place| span.range().contains(place));
    for draft in drafts.iter_mut().filter(|draft| holds(draft.span)) {
        draft.action = None;
    }
}

/// Of two sources with one name nobody knows which is meant; a table is what its first CREATE says.
fn leave_out_duplicates(drafts: &mut [Draft], twice: &[Finding]) {
    let places: BTreeSet<Span> = twice.iter().map(|finding| finding.diagnostic.span).collect();
    let again = drafts.iter().filter(|draft| places.contains(&draft.at));
    let ids: BTreeSet<String> = again.map(|draft| draft.id.clone()).collect();
    for draft in drafts.iter_mut().filter(|draft| ids.contains(&draft.id)) {
        draft.action = None;
    }
}

/// The tables of statements that do not become steps.
fn unknown_tables(drafts: &[Draft], order: &[usize]) -> BTreeSet<TableKey> {
    let ordered: BTreeSet<usize> = order.iter().copied().collect();
    let is_left_out =
        |(node, draft): &(usize, &Draft)| draft.action.is_none() || !ordered.contains(node);
    let left_out = drafts.iter().enumerate().filter(is_left_out);
    left_out.filter_map(|(_, draft)| draft.writes.clone()).collect()
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
