//! Lineage over the steps of pipelines.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeSet;

use sqlflow_plan::lineage::{
    BaseColumn, Catalog, DatasetColumn, Lineage, LineageGraph, OutputColumn, Refused, Trace,
};
use support::demo;

const DAILY: &str = "SOURCE feed TYPE CSV PARAMS {\"path\": \"a.csv\"};
LOAD raw FROM feed;
CREATE VIEW clean AS SELECT id, amount FROM raw;
CREATE VIEW sums AS SELECT id AS key, amount AS total FROM clean;
EXPORT SELECT total FROM sums TO \"out.csv\" TYPE CSV;";

/// `out <- table.column table.column`, one for each output.
fn told(outputs: &[(&str, &[&str])]) -> Result<Lineage, Refused> {
    let base = |text: &&str| {
        let (table, column) = text.rsplit_once('.').unwrap();
        BaseColumn { table: table.to_owned(), column: column.to_owned() }
    };
    let column = |(name, sources): &(&str, &[&str])| OutputColumn {
        name: Some((*name).to_owned()),
        sources: sources.iter().map(base).collect(),
    };
    Ok(Lineage { columns: outputs.iter().map(column).collect(), filters: BTreeSet::new() })
}

fn daily(sums: Result<Lineage, Refused>) -> LineageGraph {
    let plan = demo(DAILY).plan();
    let mut catalog = Catalog::default();
    ["raw", "clean", "sums"].into_iter().for_each(|table| catalog.add(None, table, None));
    let mut graph = LineageGraph::default();
    let mut add = |step: &str, lineage| {
        graph.add(&plan, plan.step(step).unwrap(), &catalog, lineage);
    };
    add("load_raw", told(&[("id", &["raw.id"]), ("amount", &["raw.amount"])]));
    add("transform_clean", told(&[("id", &["raw.id"]), ("amount", &["raw.amount"])]));
    add("transform_sums", sums);
    let export = plan.steps.iter().find(|step| step.id.starts_with("export")).unwrap().id.clone();
    add(&export, told(&[("total", &["sums.total"])]));
    graph
}

fn sums() -> Result<Lineage, Refused> {
    told(&[("key", &["clean.id"]), ("total", &["clean.amount", "clean.id"])])
}

fn column(graph: &LineageGraph, name: &str) -> DatasetColumn {
    let found = graph.find(name).unwrap();
    assert_eq!(found.len(), 1, "{name}: {found:?}");
    found[0].clone()
}

/// The columns of a trace, each behind as many dots as it is deep.
fn flat(trace: &Trace, depth: usize) -> Vec<String> {
    let DatasetColumn { dataset, column } = &trace.column;
    let again = if trace.is_repeated { "!" } else { "" };
    let own = format!("{}{}.{column}{again}", ".".repeat(depth), dataset.name);
    let next = trace.next.iter().flat_map(|next| flat(next, depth + 1));
    std::iter::once(own).chain(next).collect()
}

/// Mutation tried: `trace` follows one step only; red.
#[test]
fn upstream_goes_through_two_views_to_the_source() {
    let graph = daily(sums());
    let trace = graph.upstream(&column(&graph, "out.csv.total"));
    let expect = [
        "out.csv.total",
        ".sums.total",
        "..clean.amount",
        "...raw.amount",
        "....feed.raw.amount",
        "..clean.id",
        "...raw.id",
        "....feed.raw.id",
    ];
    assert_eq!(flat(&trace, 0), expect);
}

#[test]
fn downstream_goes_to_the_export_and_names_a_column_once() {
    let graph = daily(sums());
    let trace = graph.downstream(&column(&graph, "RAW.ID"));
    let expect = ["raw.id", ".clean.id", "..sums.key", "..sums.total", "...out.csv.total"];
    assert_eq!(flat(&trace, 0), expect);
}

#[test]
fn what_is_refused_ends_the_trace_and_keeps_its_reason() {
    let reason = "no reason".to_owned();
    let graph = daily(Err(Refused { reason: reason.clone() }));
    let trace = graph.upstream(&column(&graph, "out.csv.total"));
    assert_eq!(flat(&trace, 0), ["out.csv.total", ".sums.total"]);
    let refused: Vec<_> =
        graph.makers().iter().filter_map(|maker| maker.columns.as_ref().err()).collect();
    assert_eq!(refused, [&Refused { reason }]);
}

#[test]
fn a_name_that_is_not_there_gets_the_nearest_one() {
    let graph = daily(sums());
    let check = |name: &str, is_column: bool, nearest: Option<&str>| {
        let error = graph.find(name).unwrap_err();
        assert_eq!((error.is_column, error.nearest.as_deref()), (is_column, nearest), "{name}");
    };
    check("claen", false, Some("clean"));
    check("sums.totl", true, Some("total"));
    check("summs.total", false, Some("sums"));
    check("nothing.like.it", false, None);
}

#[test]
fn columns_that_make_each_other_do_not_go_round_for_ever() {
    let graph = daily(told(&[("key", &["clean.id"]), ("total", &["sums.total", "clean.id"])]));
    let trace = graph.upstream(&column(&graph, "sums.total"));
    assert!(flat(&trace, 0).contains(&".sums.total!".to_owned()), "{:?}", flat(&trace, 0));
}
