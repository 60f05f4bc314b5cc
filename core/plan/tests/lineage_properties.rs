//! What a query is called inside does not change what it is made of.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{collections::BTreeSet, fs, path::Path};

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use sqlflow_plan::lineage::{Catalog, lineage};

fn facts() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lineage/trees.json");
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn catalog(facts: &Value) -> Catalog {
    let mut catalog = Catalog::default();
    for (name, columns) in facts["catalog"].as_object().unwrap() {
        let (schema, table) = name
            .split_once('.')
            .map_or((None, name.as_str()), |(schema, table)| (Some(schema), table));
        let columns = columns.as_array().unwrap().iter();
        let columns = columns.map(|column| column.as_str().unwrap().to_owned()).collect();
        catalog.add(schema, table, Some(columns));
    }
    catalog
}

/// The trees that are told.
fn trees(facts: &Value) -> Vec<Value> {
    let trees = facts["cases"].as_object().unwrap().values().map(|case| case["tree"].clone());
    let catalog = catalog(facts);
    trees.filter(|tree| lineage(&tree.to_string(), &catalog, None).is_ok()).collect()
}

/// `WITH name AS (query) FROM name`
fn behind_a_cte(tree: &Value, name: &str) -> Value {
    let node = &tree["statements"][0]["node"];
    let cte = json!({ "key": name, "value": { "query": { "node": node } } });
    json!({ "error": false, "statements": [{ "node": {
        "type": "SELECT_NODE",
        "cte_map": { "map": [cte] },
        "select_list": [{ "class": "STAR", "type": "STAR" }],
        "from_table": { "type": "BASE_TABLE", "table_name": name },
        "aggregate_handling": "STANDARD_HANDLING",
    }}]})
}

/// `SELECT * FROM (query) AS name`
fn in_a_subquery(tree: &Value, name: &str) -> Value {
    let node = &tree["statements"][0]["node"];
    json!({ "error": false, "statements": [{ "node": {
        "type": "SELECT_NODE",
        "select_list": [{ "class": "STAR", "type": "STAR", "relation_name": name }],
        "from_table": { "type": "SUBQUERY", "alias": name, "subquery": { "node": node } },
        "aggregate_handling": "STANDARD_HANDLING",
    }}]})
}

/// Gives every alias of a relation another name, where the name means nothing else in the query.
fn with_aliases_renamed(tree: &Value, prefix: &str) -> Value {
    let (mut aliases, mut others) = (BTreeSet::new(), BTreeSet::new());
    names_in(tree, &mut aliases, &mut others);
    let mut tree = tree.clone();
    let wanted: BTreeSet<&String> = aliases.difference(&others).collect();
    rename(&mut tree, &|name| {
        wanted.contains(&name.to_lowercase()).then(|| format!("{prefix}_{name}"))
    });
    tree
}

fn is_relation(fields: &Map<String, Value>) -> bool {
    fields.get("type").is_some_and(Value::is_string) && !fields.contains_key("class")
}

/// Aliases of relations; and every other text of the tree, of a reference all but its first part.
fn names_in(value: &Value, aliases: &mut BTreeSet<String>, others: &mut BTreeSet<String>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| names_in(value, aliases, others)),
        Value::String(text) => {
            others.insert(text.to_lowercase());
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                match (name.as_str(), value) {
                    ("alias", Value::String(alias)) if is_relation(fields) => {
                        aliases.insert(alias.to_lowercase());
                    }
                    ("relation_name", _) => {}
                    ("column_names", Value::Array(parts)) if parts.len() > 1 => {
                        parts.iter().skip(1).for_each(|part| names_in(part, aliases, others));
                    }
                    _ => names_in(value, aliases, others),
                }
            }
        }
        _ => {}
    }
}

fn rename(value: &mut Value, new: &dyn Fn(&str) -> Option<String>) {
    let put = |text: &mut Value| {
        if let Some(name) = text.as_str().and_then(new) {
            *text = Value::String(name);
        }
    };
    match value {
        Value::Array(values) => values.iter_mut().for_each(|value| rename(value, new)),
        Value::Object(fields) => {
            let is_relation = is_relation(fields);
            for (name, value) in fields.iter_mut() {
                match (name.as_str(), &mut *value) {
                    ("alias", alias) if is_relation => put(alias),
                    ("relation_name", table) => put(table),
                    ("column_names", Value::Array(parts)) if parts.len() > 1 => put(&mut parts[0]),
                    _ => rename(value, new),
                }
            }
        }
        _ => {}
    }
}

proptest! {
    /// Mutation tried: the filters left out of a CTE's answer; red.
    #[test]
    fn indirection_and_other_aliases_do_not_change_the_edges(
        at in any::<prop::sample::Index>(),
        prefix in "[A-Za-z]{1,8}",
        around in prop::collection::vec((any::<bool>(), "[a-zA-Z]{3,10}"), 0..4),
    ) {
        let facts = facts();
        let catalog = catalog(&facts);
        let trees = trees(&facts);
        let tree = at.get(&trees);
        let expect = lineage(&tree.to_string(), &catalog, None).unwrap();
        let mut other = with_aliases_renamed(tree, &prefix);
        for (is_cte, name) in &around {
            let name = format!("w_{name}");
            other = if *is_cte { behind_a_cte(&other, &name) } else { in_a_subquery(&other, &name) };
        }
        let found = lineage(&other.to_string(), &catalog, None);
        prop_assert_eq!(found.unwrap(), expect, "{:#}", other);
    }
}

#[test]
fn aliases_are_renamed_in_many_cases() {
    let facts = facts();
    let renamed =
        trees(&facts).iter().filter(|tree| with_aliases_renamed(tree, "x") != **tree).count();
    assert!(renamed >= 10, "{renamed}");
}
