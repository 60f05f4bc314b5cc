use std::collections::BTreeSet;

use super::{
    column::Columns,
    expression,
    node::Node,
    pivot, query,
    refused::{Refused, Told},
    relation::{Output, Relation},
    scope::{From, Merged, Scope, Table},
    table_function,
};

/// The relations of a FROM. `outer` holds what can be named in it: the query's surroundings, and
/// for the right side of a join the tables left of it.
pub(super) fn from(outer: &Scope<'_>, node: Node<'_>) -> Told<From> {
    match node.kind() {
        "EMPTY" => node.only(&[]).map(|_| From::default()),
        "BASE_TABLE" => base_table(outer, node),
        "SUBQUERY" => {
            let node = node.only(&["subquery", "column_name_alias", "sample"])?;
            let answer = query::answer(outer, node.needed("subquery")?.needed("node")?)?;
            one(node, "unnamed_subquery", answer.relation, answer.filters)
        }
        "EXPRESSION_LIST" => values(outer, node),
        "TABLE_FUNCTION" => table_function::from(outer, node),
        "JOIN" => join(outer, node),
        "PIVOT" => pivot::from(outer, node),
        other => Err(Refused::because(format!("{other} in FROM is not understood"))),
    }
}

/// A FROM of one relation, under its alias or else `name`, with its columns renamed as it asks.
pub(super) fn one(node: Node<'_>, name: &str, relation: Relation, filters: Columns) -> Told<From> {
    let relation = relation.renamed(&node.texts("column_name_alias")?)?;
    let name = node.alias().unwrap_or(name).to_owned();
    let schema = node.text("schema_name").filter(|_| node.alias().is_none()).map(str::to_owned);
    Ok(From { tables: vec![Table { schema, name, relation }], merged: Vec::new(), filters })
}

fn base_table(outer: &Scope<'_>, node: Node<'_>) -> Told<From> {
    let node = node.only(&["schema_name", "table_name", "column_name_alias", "sample"])?;
    let name = node.text("table_name").unwrap_or_default();
    let schema = node.text("schema_name");
    if let Some(cte) = schema.is_none().then(|| outer.cte(name)).flatten() {
        return one(node, name, cte.relation.clone(), cte.filters.clone());
    }
    let entry = outer.catalog().cloned().unwrap_or_default().get(schema, name);
    one(node, name, Relation::of_table(entry), Columns::new())
}

fn values(outer: &Scope<'_>, node: Node<'_>) -> Told<From> {
    let node = node.only(&["values", "column_name_alias", "expected_names", "expected_types"])?;
    let mut columns: Vec<Columns> = Vec::new();
    for row in node.values("values") {
        for (at, value) in row.as_array().into_iter().flatten().enumerate() {
            if columns.len() <= at {
                columns.push(BTreeSet::new());
            }
            let sources = expression::sources(outer, Node::of(value)?)?;
            columns[at].extend(sources);
        }
    }
    let output = |(at, sources)| Output::named(format!("col{at}"), sources);
    let outputs = columns.into_iter().enumerate().map(output).collect();
    one(node, "valueslist", Relation::Known(outputs), Columns::new())
}

fn join(outer: &Scope<'_>, node: Node<'_>) -> Told<From> {
    let node =
        node.only(&["left", "right", "condition", "join_type", "ref_type", "using_columns"])?;
    let left = from(outer, node.needed("left")?)?;
    let beside = Scope::over(outer, left);
    let right = from(&beside, node.needed("right")?)?;
    let left = beside.from;
    let join_type = node.text("join_type").unwrap_or_default();
    let shared = match node.text("ref_type") {
        Some("NATURAL") => common(&left, &right)?,
        _ => node.texts("using_columns")?.into_iter().map(str::to_owned).collect(),
    };
    let mut joined = together(left.clone(), right.clone());
    for name in &shared {
        merge(&mut joined, (&left, &right), name, join_type)?;
    }
    if let Some(condition) = node.node("condition")? {
        let scope = Scope::over(outer, joined);
        let filters = expression::sources(&scope, condition)?;
        joined = scope.from;
        joined.filters.extend(filters);
    }
    match join_type {
        "INNER" | "LEFT" | "RIGHT" | "FULL" => Ok(joined),
        "SEMI" | "ANTI" => Ok(From { filters: joined.filters, ..left }),
        other => Err(Refused::because(format!("a join of type {other} is not understood"))),
    }
}

fn together(left: From, right: From) -> From {
    let places = left.tables.len();
    let mut joined = left;
    joined.tables.extend(right.tables);
    joined.merged.extend(right.merged.into_iter().map(|mut merged| {
        merged.members.iter_mut().for_each(|member| *member += places);
        merged
    }));
    joined.filters.extend(right.filters);
    joined
}

/// Makes one column of the two that USING names.
fn merge(joined: &mut From, sides: (&From, &From), name: &str, join_type: &str) -> Told<()> {
    let (left_members, left) = side(sides.0, name, 0)?;
    let (right_members, right) = side(sides.1, name, sides.0.tables.len())?;
    joined.filters.extend(left.sources.iter().chain(&right.sources).cloned());
    let output = match join_type {
        "RIGHT" => Output { name: left.name, ..right },
        "FULL" => Output {
            name: left.name,
            sources: left.sources.into_iter().chain(right.sources).collect(),
        },
        _ => left,
    };
    joined.merged.retain(|merged| !merged.output.is(name));
    let members = left_members.into_iter().chain(right_members).collect();
    joined.merged.push(Merged { members, output });
    Ok(())
}

/// The column of one side, and the places of the tables that have it.
fn side(from: &From, name: &str, offset: usize) -> Told<(Vec<usize>, Output)> {
    let missing = || Refused::because(format!("USING names `{name}`, which is not known"));
    if let Some(merged) = from.merged.iter().find(|merged| merged.output.is(name)) {
        let members = merged.members.iter().map(|member| member + offset).collect();
        return Ok((members, merged.output.clone()));
    }
    let place = from.place(name)?.ok_or_else(missing)?;
    let output = from.tables.get(place).and_then(|table| table.relation.column(name));
    Ok((vec![place + offset], output.ok_or_else(missing)?))
}

/// The columns that both sides of a NATURAL JOIN have.
fn common(left: &From, right: &From) -> Told<Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    for table in &left.tables {
        for output in table.relation.outputs()? {
            let name = output.name.clone().unwrap_or_default();
            if !names.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
                names.push(name);
            }
        }
    }
    let mut shared = Vec::new();
    for name in names {
        let has = right
            .tables
            .iter()
            .map(|table| Ok(table.relation.outputs()?.iter().any(|output| output.is(&name))));
        if has.collect::<Told<Vec<bool>>>()?.contains(&true) {
            shared.push(name);
        }
    }
    Ok(shared)
}
