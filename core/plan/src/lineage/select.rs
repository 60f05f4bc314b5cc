use super::{
    aggregates,
    column::Columns,
    expression, from,
    node::Node,
    query,
    refused::Told,
    relation::{Output, Relation},
    scope::{Answer, Scope},
    star,
};

const FIELDS: &[&str] = &[
    "cte_map",
    "modifiers",
    "select_list",
    "from_table",
    "where_clause",
    "group_expressions",
    "group_sets",
    "aggregate_handling",
    "having",
    "qualify",
    "sample",
];

/// Functions that make several rows of one.
const MULTIPLYING: &[&str] = &["generate_subscripts", "unlist", "unnest"];

/// What a SELECT yields. `outer` holds its CTEs.
pub(super) fn answer(outer: &Scope<'_>, select: Node<'_>) -> Told<Answer> {
    let select = select.only(FIELDS)?;
    let relations = match select.node("from_table")? {
        Some(table) => from::from(outer, table)?,
        None => Default::default(),
    };
    let mut scope = Scope::over(outer, relations);
    let (mut outputs, mut grouping) = (Vec::new(), Columns::new());
    for item in select.nodes("select_list")? {
        let columns = item_outputs(&scope, item)?;
        let repeated = multiplied(&scope, item)?;
        scope.from.filters.extend(repeated);
        if !aggregates::stand_in(item) {
            grouping.extend(columns.iter().flat_map(|output| output.sources.iter().cloned()));
        }
        if item.alias().is_some() {
            scope.aliases.extend(columns.iter().cloned());
        }
        outputs.extend(columns);
    }
    let mut filters = scope.from.filters.clone();
    if select.text("aggregate_handling") == Some("FORCE_AGGREGATES") {
        filters.extend(grouping);
    }
    for clause in ["where_clause", "having", "qualify"] {
        if let Some(condition) = select.node(clause)? {
            filters.extend(expression::sources(&scope, condition)?);
        }
    }
    for group in select.nodes("group_expressions")? {
        filters.extend(key(&scope, group, &outputs)?);
    }
    scope.aliases_first = true;
    filters.extend(modifiers(&scope, select, &outputs)?);
    Ok(Answer { relation: Relation::Known(outputs), filters })
}

/// The outputs of one item of the select list: of a star, its columns; of an expression that holds
/// one, one for each.
fn item_outputs(scope: &Scope<'_>, item: Node<'_>) -> Told<Vec<Output>> {
    if item.class() == Some("STAR") {
        let mut columns = star::expand(scope, item)?;
        if let Some(alias) = item.alias() {
            columns.iter_mut().for_each(|column| column.name = given(alias));
        }
        return Ok(columns);
    }
    if let Some(columns) = star::within(item) {
        if !columns.flag("columns") {
            return Err(super::Refused::because("a pattern over `*` is not understood"));
        }
        let each = star::expand(scope, columns)?.into_iter().map(|column| {
            let sources = expression::with_star(scope, item, Some(&column))?;
            let name = item.alias().map_or(column.name, given);
            Ok(Output { name, sources })
        });
        return each.collect();
    }
    if item.class() == Some("COLUMN_REF") {
        let parts = item.only(&["column_names"])?.texts("column_names")?;
        let found = super::resolve::reference(scope, &parts)?;
        let name = item.alias().map(str::to_owned).or(found.name);
        return Ok(vec![Output { name, sources: found.sources }]);
    }
    let sources = expression::sources(scope, item)?;
    Ok(vec![Output { name: item.alias().map(str::to_owned), sources }])
}

/// An alias of COLUMNS that refers to groups of its pattern is left to the engine.
fn given(alias: &str) -> Option<String> {
    (!alias.contains('\\')).then(|| alias.to_owned())
}

/// The arguments of `unnest` and the like in an item.
fn multiplied(scope: &Scope<'_>, item: Node<'_>) -> Told<Columns> {
    let name = item.text("function_name").unwrap_or_default();
    if MULTIPLYING.iter().any(|function| function.eq_ignore_ascii_case(name)) {
        return expression::sources(scope, item);
    }
    let mut found = Columns::new();
    for child in ["children", "left", "right", "child"] {
        let values = item.values(child).iter().chain(item.value(child));
        for node in values.filter_map(|value| Node::of(value).ok()) {
            found.extend(multiplied(scope, node)?);
        }
    }
    Ok(found)
}

/// What decides by DISTINCT, ORDER BY and LIMIT which rows there are, in which order.
pub(super) fn modifiers<'t>(
    scope: &Scope<'_>,
    query: Node<'t>,
    outputs: &[Output],
) -> Told<Columns> {
    let all = || outputs.iter().flat_map(|output| output.sources.iter().cloned());
    let mut filters = Columns::new();
    for modifier in query.nodes("modifiers")? {
        let modifier = modifier.only(&["distinct_on_targets", "orders", "limit", "offset"])?;
        let targets = modifier.nodes("distinct_on_targets")?;
        if modifier.kind() == "DISTINCT_MODIFIER" && targets.is_empty() {
            filters.extend(all());
        }
        let by = |order: Node<'t>| order.only(&["expression", "null_order"])?.needed("expression");
        let orders = modifier.nodes("orders")?.into_iter().map(by);
        let keys = targets.into_iter().map(Ok).chain(orders);
        for expression in keys.collect::<Told<Vec<Node<'_>>>>()? {
            let by_all = expression.class() == Some("STAR");
            filters.extend(if by_all { all().collect() } else { key(scope, expression, outputs)? });
        }
        for limit in ["limit", "offset"] {
            if let Some(limit) = modifier.node(limit)? {
                filters.extend(expression::sources(scope, limit)?);
            }
        }
    }
    Ok(filters)
}

/// A key of GROUP BY, DISTINCT ON or ORDER BY: the number of an output, or an expression.
fn key(scope: &Scope<'_>, expression: Node<'_>, outputs: &[Output]) -> Told<Columns> {
    let number = expression.constant().and_then(|number| number.parse::<usize>().ok());
    match number.and_then(|number| outputs.get(number.checked_sub(1)?)) {
        Some(output) => Ok(output.sources.clone()),
        None => expression::sources(scope, expression),
    }
}

/// What a set operation, whose ORDER BY can name its outputs only, is ordered by.
pub(super) fn modifiers_of_set(
    outer: &Scope<'_>,
    query: Node<'_>,
    outputs: &[Output],
) -> Told<Columns> {
    let mut scope = Scope::within(outer);
    scope.aliases = outputs.to_vec();
    scope.aliases_first = true;
    modifiers(&scope, query, outputs)
}

/// A query's CTEs, then what it yields.
pub(super) fn with_ctes<'s>(outer: &'s Scope<'s>, query: Node<'_>) -> Told<Scope<'s>> {
    let mut scope = Scope::within(outer);
    let map = query.node("cte_map")?;
    let entries = map.map(|map| map.nodes("map")).transpose()?.unwrap_or_default();
    for entry in entries {
        let name = entry.text("key").unwrap_or_default().to_owned();
        let cte = entry.needed("value")?.only(&["aliases", "query", "materialized"])?;
        let mut answer = query::answer(&scope, cte.needed("query")?.needed("node")?)?;
        answer.relation = answer.relation.renamed(&cte.texts("aliases")?)?;
        scope.ctes.push((name, std::rc::Rc::new(answer)));
    }
    Ok(scope)
}
