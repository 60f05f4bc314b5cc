use serde_json::Value;

use super::{
    column::Columns,
    expression,
    from::{from as relations, one},
    node::{Node, text_of},
    refused::{Refused, Told},
    relation::{Output, Relation},
    scope::{From, Scope},
    star,
};

const FIELDS: &[&str] = &[
    "source",
    "aggregates",
    "unpivot_names",
    "pivots",
    "groups",
    "column_name_alias",
    "include_nulls",
];

/// PIVOT with its values, or UNPIVOT.
pub(super) fn from(outer: &Scope<'_>, node: Node<'_>) -> Told<From> {
    let node = node.only(FIELDS)?;
    let source = Scope::over(outer, relations(outer, node.needed("source")?)?);
    let (outputs, filters) = if node.values("unpivot_names").is_empty() {
        pivoted(&source, node)?
    } else {
        unpivoted(&source, node)?
    };
    let filters = filters.into_iter().chain(source.from.filters.iter().cloned()).collect();
    one(node, "__unnamed_pivot", Relation::Known(outputs), filters)
}

type Pivoted = (Vec<Output>, Columns);

/// The groups, then for each combination of values one column an aggregate. What is pivoted by
/// decides which rows an aggregate takes, as a FILTER does.
fn pivoted(source: &Scope<'_>, node: Node<'_>) -> Told<Pivoted> {
    let (mut by, mut used, mut values) = (Columns::new(), Vec::new(), vec![Some(String::new())]);
    for pivot in node.nodes("pivots")? {
        let pivot = pivot.only(&["pivot_expressions", "entries"])?;
        for expression in pivot.nodes("pivot_expressions")? {
            by.extend(expression::sources(source, expression)?);
            names_in(expression, &mut used);
        }
        let entries = pivot.nodes("entries")?;
        let entries = entries.into_iter().map(entry_name).collect::<Told<Vec<_>>>()?;
        values = values
            .iter()
            .flat_map(|before| entries.iter().map(|name| joined(before, name)))
            .collect();
    }
    let aggregates = node.nodes("aggregates")?;
    let mut made = Vec::new();
    for aggregate in &aggregates {
        names_in(*aggregate, &mut used);
        let mut sources = expression::sources(source, *aggregate)?;
        sources.extend(by.iter().cloned());
        made.push((aggregate.alias().map(str::to_owned), sources));
    }
    let mut outputs = groups(source, node, &used)?;
    let filters = outputs.iter().flat_map(|output| output.sources.iter().cloned()).collect();
    let plain = aggregates.len() == 1 && made.iter().all(|(alias, _)| alias.is_none());
    for value in &values {
        outputs.extend(made.iter().map(|(alias, sources)| {
            let name = if plain { value.clone() } else { joined(value, alias) };
            Output { name, sources: sources.clone() }
        }));
    }
    Ok((outputs, filters))
}

fn joined(before: &Option<String>, after: &Option<String>) -> Option<String> {
    match (before.as_deref()?, after.as_deref()?) {
        ("", after) => Some(after.to_owned()),
        (before, after) => Some(format!("{before}_{after}")),
    }
}

fn entry_name(entry: Node<'_>) -> Told<Option<String>> {
    let entry = entry.only(&["values"])?;
    if let Some(alias) = entry.alias() {
        return Ok(Some(alias.to_owned()));
    }
    let names = entry.values("values").iter().map(text_of).collect::<Option<Vec<String>>>();
    Ok(names.map(|names| names.join("_")))
}

/// The columns asked for, else all that no aggregate and no pivot uses.
fn groups(source: &Scope<'_>, node: Node<'_>, used: &[String]) -> Told<Vec<Output>> {
    let named = node.texts("groups")?;
    let unknown =
        |name: &str| Refused::because(format!("PIVOT groups by `{name}`, which is not known"));
    if !named.is_empty() {
        let column = |name: &&str| match source.from.column(name)? {
            Some((output, _)) => Ok(output),
            None => Err(unknown(name)),
        };
        return named.iter().map(column).collect();
    }
    let rest = |output: &Output| !used.iter().any(|name| output.is(name));
    Ok(all(&source.from)?.into_iter().filter(rest).collect())
}

fn all(from: &From) -> Told<Vec<Output>> {
    let outputs = from.tables.iter().map(|table| table.relation.outputs().map(<[_]>::to_vec));
    Ok(outputs.collect::<Told<Vec<_>>>()?.into_iter().flatten().collect())
}

/// The names of the columns in an expression.
fn names_in(expression: Node<'_>, names: &mut Vec<String>) {
    fn walk(value: &Value, names: &mut Vec<String>) {
        match value {
            Value::Array(values) => values.iter().for_each(|value| walk(value, names)),
            Value::Object(fields) => {
                let parts = fields.get("column_names").and_then(Value::as_array);
                let last = parts.and_then(|parts| parts.last()).and_then(Value::as_str);
                names.extend(last.map(str::to_owned));
                fields.values().for_each(|value| walk(value, names));
            }
            _ => {}
        }
    }
    expression.fields().for_each(|value| walk(value, names));
    names.extend(
        expression
            .texts("column_names")
            .ok()
            .and_then(|parts| parts.last().map(|name| (*name).to_owned())),
    );
}

/// The columns left, the column of names, the columns of values.
fn unpivoted(source: &Scope<'_>, node: Node<'_>) -> Told<Pivoted> {
    let value_names = node.texts("unpivot_names")?;
    let pivots = node.nodes("pivots")?;
    let [pivot] = pivots.as_slice() else {
        return Err(Refused::because("UNPIVOT of several lists is not understood"));
    };
    let pivot = pivot.only(&["unpivot_names", "entries"])?;
    let mut values = vec![Columns::new(); value_names.len()];
    let mut taken: Vec<String> = Vec::new();
    for entry in pivot.nodes("entries")? {
        if entry.value("star_expr").is_some() && value_names.len() > 1 {
            return Err(Refused::because("UNPIVOT of a star into several columns"));
        }
        let columns = entry_columns(source, entry.only(&["values", "star_expr"])?)?;
        for (at, column) in columns.into_iter().enumerate() {
            let place = if entry.value("star_expr").is_some() { 0 } else { at };
            if let Some(value) = values.get_mut(place) {
                value.extend(column.sources);
            }
            taken.extend(column.name);
        }
    }
    let filters = if node.flag("include_nulls") {
        Columns::new()
    } else {
        values.iter().flatten().cloned().collect()
    };
    let rest = |output: &Output| !taken.iter().any(|name| output.is(name));
    let mut outputs: Vec<Output> = all(&source.from)?.into_iter().filter(rest).collect();
    outputs.extend(
        pivot.texts("unpivot_names")?.iter().map(|&name| Output::named(name, Columns::new())),
    );
    outputs.extend(
        value_names.iter().zip(values).map(|(&name, sources)| Output::named(name, sources)),
    );
    Ok((outputs, filters))
}

fn entry_columns(source: &Scope<'_>, entry: Node<'_>) -> Told<Vec<Output>> {
    let unclear = || Refused::because("UNPIVOT of an expression is not understood");
    if let Some(columns) = entry.node("star_expr")? {
        let is_star = columns.class() == Some("STAR");
        return if is_star { star::expand(source, columns) } else { Err(unclear()) };
    }
    let column = |value: &Value| {
        let name = text_of(value).ok_or_else(unclear)?;
        Ok(source.from.column(&name)?.ok_or_else(unclear)?.0)
    };
    entry.values("values").iter().map(column).collect()
}
