use regex::Regex;
use serde_json::Value;

use super::{
    expression,
    node::Node,
    refused::{Refused, Told},
    relation::Output,
    scope::{From, Scope},
};

const FIELDS: &[&str] = &[
    "columns",
    "exclude_list",
    "expr",
    "qualified_exclude_list",
    "relation_name",
    "rename_list",
    "replace_list",
];

/// The columns that `*`, `t.*` or `COLUMNS(…)` stands for, in their order.
pub(super) fn expand(scope: &Scope<'_>, star: Node<'_>) -> Told<Vec<Output>> {
    let star = star.only(FIELDS)?;
    let mut columns = match star.text("relation_name").filter(|name| !name.is_empty()) {
        Some(table) => of_table(&scope.from, table)?,
        None => of_all(&scope.from)?,
    };
    if let Some(wanted) = star.node("expr")? {
        columns = chosen(columns, wanted)?;
    }
    let excluded = names(star)?;
    columns.retain(|column| !excluded.iter().any(|name| column.is(name)));
    for entry in star.nodes("replace_list")? {
        replace(scope, &mut columns, entry.only(&["key", "value"])?)?;
    }
    for entry in star.nodes("rename_list")? {
        let (old, new) = (entry.needed("key")?.text("column"), entry.text("value"));
        let column = columns.iter_mut().find(|column| old.is_some_and(|old| column.is(old)));
        if let Some(column) = column {
            column.name = new.map(str::to_owned);
        }
    }
    Ok(columns)
}

fn of_table(from: &From, name: &str) -> Told<Vec<Output>> {
    let table = from.tables.iter().find(|table| table.name.eq_ignore_ascii_case(name));
    let missing = || Refused::because(format!("`{name}.*` is not understood"));
    Ok(table.ok_or_else(missing)?.relation.outputs()?.to_vec())
}

/// The columns of all tables; one that USING has merged stands where it comes first.
fn of_all(from: &From) -> Told<Vec<Output>> {
    let mut columns = Vec::new();
    for (place, table) in from.tables.iter().enumerate() {
        for output in table.relation.outputs()? {
            let name = output.name.as_deref().unwrap_or_default();
            let merged = from
                .merged
                .iter()
                .find(|merged| merged.output.is(name) && merged.members.contains(&place));
            match merged {
                None => columns.push(output.clone()),
                Some(merged) if merged.members.first() == Some(&place) => {
                    columns.push(merged.output.clone());
                }
                Some(_) => {}
            }
        }
    }
    Ok(columns)
}

/// The columns whose names match what stands in `COLUMNS(…)`: a regular expression or a list.
fn chosen(columns: Vec<Output>, wanted: Node<'_>) -> Told<Vec<Output>> {
    if let Some(pattern) = wanted.constant() {
        let pattern = Regex::new(&pattern)
            .map_err(|_| Refused::because("the pattern of COLUMNS is not understood"))?;
        let matches =
            |output: &Output| pattern.is_match(output.name.as_deref().unwrap_or_default());
        return Ok(columns.into_iter().filter(matches).collect());
    }
    let by_lambda = || Refused::because("COLUMNS with a lambda is not understood");
    let wanted = wanted.only(&["function_name", "schema", "children", "order_bys"])?;
    if wanted.text("function_name") != Some("list_value") {
        return Err(by_lambda());
    }
    let names = wanted.nodes("children")?.into_iter().map(Node::constant);
    let names = names.collect::<Option<Vec<String>>>().ok_or_else(by_lambda)?;
    let column = |name: &String| columns.iter().find(|column| column.is(name)).cloned();
    Ok(names.iter().filter_map(column).collect())
}

fn names<'t>(star: Node<'t>) -> Told<Vec<&'t str>> {
    let mut names = star.texts("exclude_list")?;
    for entry in star.nodes("qualified_exclude_list")? {
        if entry.text("table").is_some() {
            return Err(Refused::because("EXCLUDE with the name of a table is not understood"));
        }
        names.extend(entry.text("column"));
    }
    Ok(names)
}

fn replace(scope: &Scope<'_>, columns: &mut [Output], entry: Node<'_>) -> Told<()> {
    let name = entry.text("key").unwrap_or_default();
    let sources = expression::sources(scope, entry.needed("value")?)?;
    if let Some(column) = columns.iter_mut().find(|column| column.is(name)) {
        *column = Output::named(name, sources);
    }
    Ok(())
}

/// The `COLUMNS(…)` within an expression, which is repeated for each of its columns; not one that
/// is unpacked or stands in a subquery.
pub(super) fn within(expression: Node<'_>) -> Option<Node<'_>> {
    match (expression.class(), expression.kind()) {
        (Some("STAR"), _) => Some(expression),
        (Some("SUBQUERY"), _) | (_, "OPERATOR_UNPACK") => None,
        _ => expression.fields().find_map(in_value),
    }
}

fn in_value(value: &Value) -> Option<Node<'_>> {
    match value {
        Value::Array(values) => values.iter().find_map(in_value),
        _ => Node::of(value).ok().and_then(within),
    }
}
