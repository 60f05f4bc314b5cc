//! Lineage of queries, against lists written by hand and against what DuckDB itself shows.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::{Map, Value, json};
use sqlflow_plan::lineage::{Catalog, Lineage, Refused, lineage};

/// A case of `tests/lineage/cases`: below its query stand the outputs and the filters.
struct Case {
    name: String,
    /// Name and sources of each output; `None` where the query is to be refused.
    outputs: Option<Vec<(String, BTreeSet<String>)>>,
    filters: BTreeSet<String>,
    /// What DuckDB says of it, written by `make.py`.
    facts: Value,
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lineage")
}

fn facts() -> Value {
    serde_json::from_str(&fs::read_to_string(folder().join("trees.json")).unwrap()).unwrap()
}

fn catalog(facts: &Value) -> Catalog {
    let mut catalog = Catalog::default();
    for (name, columns) in facts["catalog"].as_object().unwrap() {
        let (schema, table) = name
            .split_once('.')
            .map_or((None, name.as_str()), |(schema, table)| (Some(schema), table));
        catalog.add(schema, table, Some(texts(columns)));
    }
    catalog
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

fn cases() -> Vec<Case> {
    let facts = facts();
    let cases: &Map<String, Value> = facts["cases"].as_object().unwrap();
    let mut files: Vec<_> =
        fs::read_dir(folder().join("cases")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let names: Vec<String> =
        files.iter().map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    assert_eq!(names, cases.keys().cloned().collect::<Vec<String>>(), "run make.py");
    let case = |(path, name): (&std::path::PathBuf, String)| {
        let text = fs::read_to_string(path).unwrap();
        let facts = cases[&name].clone();
        assert!(text.starts_with(facts["query"].as_str().unwrap()), "{name}: run make.py");
        case(name, &text, facts)
    };
    files.iter().zip(names).map(case).collect()
}

fn case(name: String, text: &str, facts: Value) -> Case {
    let lines = |mark: &'static str| text.lines().filter_map(move |line| line.strip_prefix(mark));
    let outputs = lines("--> ").filter(|line| *line != "refused");
    let outputs: Vec<_> = outputs
        .map(|line| {
            let (name, sources) = line.rsplit_once(':').unwrap();
            (name.to_owned(), columns(sources))
        })
        .collect();
    let refused = lines("--> ").any(|line| line == "refused");
    let filters = lines("--| ").flat_map(columns).collect();
    Case { name, outputs: (!refused).then_some(outputs), filters, facts }
}

/// Columns with a blank between them; the two names that have one inside are told by hand.
fn columns(text: &str) -> BTreeSet<String> {
    let words = text
        .replace("Mixed Case.Order ID", "Mixed_Case.Order_ID")
        .replace("Mixed Case", "Mixed_Case");
    let word = |word: &str| match word.strip_prefix("Mixed_Case.") {
        Some(column) => format!("Mixed Case.{}", column.replace('_', " ")),
        None => word.to_owned(),
    };
    words.split_whitespace().map(word).collect()
}

fn shown(columns: &BTreeSet<sqlflow_plan::lineage::BaseColumn>) -> BTreeSet<String> {
    columns.iter().map(ToString::to_string).collect()
}

fn told(case: &Case, bound: Option<&[String]>) -> Result<Lineage, Refused> {
    lineage(&case.facts["tree"].to_string(), &catalog(&facts()), bound)
}

/// Mutation tried: the filters left out of a CTE's answer; red.
#[test]
fn every_lineage_is_as_written_by_hand_or_refused() {
    let cases = cases();
    let (mut exact, mut refused) = (Vec::new(), Vec::new());
    for case in &cases {
        match (told(case, None), &case.outputs) {
            (Ok(lineage), Some(expect)) => {
                let found: Vec<_> = lineage
                    .columns
                    .iter()
                    .map(|column| (column.name.clone().unwrap_or_default(), shown(&column.sources)))
                    .collect();
                assert_eq!(&found, expect, "{}", case.name);
                assert_eq!(shown(&lineage.filters), case.filters, "filters of {}", case.name);
                exact.push(&case.name);
            }
            (Ok(lineage), None) => panic!("{} should be refused: {lineage:?}", case.name),
            (Err(reason), _) => refused.push(format!("{}: {reason}", case.name)),
        }
    }
    println!("{} exact of {}, refused: {refused:#?}", exact.len(), cases.len());
    assert!(exact.len() >= 28, "{refused:#?}");
    let expected = cases.iter().filter(|case| case.outputs.is_none()).count();
    assert_eq!(refused.len(), expected, "{refused:#?}");
}

/// DuckDB is the judge: a base column that changes an output when it changes is among the output's
/// sources or among the query's filters.
///
/// Mutation tried: `filters` left out of a CTE's answer; red.
#[test]
fn what_moves_an_output_is_among_its_sources_or_filters() {
    let mut moves = 0;
    for case in cases() {
        let Ok(lineage) = told(&case, None) else { continue };
        let filters = shown(&lineage.filters);
        let moved = case.facts["moves"].as_array().unwrap();
        assert_eq!(moved.len(), lineage.columns.len(), "{}", case.name);
        for (column, moved) in lineage.columns.iter().zip(moved) {
            let known: BTreeSet<String> = shown(&column.sources).union(&filters).cloned().collect();
            for base in texts(moved) {
                assert!(known.contains(&base), "{}: {base} moves {:?}", case.name, column.name);
                moves += 1;
            }
        }
    }
    assert!(moves > 200, "DuckDB moved {moves} outputs only");
}

#[test]
fn the_names_are_those_that_the_engine_binds() {
    for case in cases() {
        let names = texts(&case.facts["names"]);
        let Ok(lineage) = told(&case, Some(&names)) else {
            assert!(case.outputs.is_none(), "{}", case.name);
            continue;
        };
        let found: Vec<String> =
            lineage.columns.iter().map(|column| column.name.clone().unwrap()).collect();
        assert_eq!(found, names, "{}", case.name);
    }
}

#[test]
fn other_columns_than_the_engine_binds_are_refused() {
    for case in cases().iter().filter(|case| case.outputs.is_some()) {
        let mut names = texts(&case.facts["names"]);
        names.push("more".to_owned());
        assert!(told(case, Some(&names)).is_err(), "{}", case.name);
        names.pop();
        names[0] = "another".to_owned();
        assert!(told(case, Some(&names)).is_err(), "{}", case.name);
    }
}

/// Whatever the engine's tree gains is refused until it is understood.
#[test]
fn a_field_that_is_not_known_is_refused_wherever_it_stands() {
    for case in cases().iter().filter(|case| case.outputs.is_some()) {
        for at in 0.. {
            let mut tree = case.facts["tree"].clone();
            let mut left = at;
            if !add_field(&mut tree["statements"][0]["node"], &mut left) {
                break;
            }
            let told = lineage(&tree.to_string(), &catalog(&facts()), None);
            assert!(told.is_err(), "{}: node {at} of {tree:#}", case.name);
        }
    }
}

/// Adds a field to the node number `left`, and says whether there is one. Types, constants and
/// samples are no nodes; the empty sort keys of every function are left out.
fn add_field(value: &mut Value, left: &mut usize) -> bool {
    match value {
        Value::Array(values) => values.iter_mut().any(|value| add_field(value, left)),
        Value::Object(fields) => {
            if fields.get("type").is_some_and(Value::is_string) {
                if *left == 0 {
                    fields.insert("novelty".to_owned(), Value::Bool(true));
                    return true;
                }
                *left -= 1;
            }
            let parts = fields
                .iter_mut()
                .filter(|(name, _)| !["sample", "value", "order_bys"].contains(&name.as_str()));
            parts.into_iter().any(|(_, value)| add_field(value, left))
        }
        _ => false,
    }
}

/// GROUP BY ALL groups by what holds no aggregate function.
///
/// Mutation tried: `sum` left out of the list; red.
#[test]
fn every_aggregate_function_of_the_engine_is_known_as_one() {
    let facts = facts();
    let names = texts(&facts["aggregates"]);
    assert!(names.len() > 80, "{}", names.len());
    for name in names {
        let column = |name: &str| json!({ "class": "COLUMN_REF", "type": "COLUMN_REF", "column_names": [name] });
        let function = json!({
            "class": "FUNCTION", "type": "FUNCTION", "function_name": name, "children": [column("amount")],
        });
        let tree = json!({ "error": false, "statements": [{ "node": {
            "type": "SELECT_NODE",
            "select_list": [column("id"), function],
            "from_table": { "type": "BASE_TABLE", "table_name": "orders" },
            "aggregate_handling": "FORCE_AGGREGATES",
        }}]});
        let told = lineage(&tree.to_string(), &catalog(&facts), None).unwrap();
        assert_eq!(shown(&told.filters), BTreeSet::from(["orders.id".to_owned()]), "{name}");
    }
}
