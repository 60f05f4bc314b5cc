use serde_json::Value;

use super::{
    column::Columns,
    node::Node,
    query,
    refused::{Refused, Told},
    relation::{Output, Relation},
    resolve,
    scope::Scope,
    star,
};

/// Class of an expression; its fields that hold expressions; its fields that hold none.
type Shape = (&'static str, &'static [&'static str], &'static [&'static str]);

const SHAPES: &[Shape] = &[
    ("BETWEEN", &["input", "lower", "upper"], &[]),
    ("CASE", &["case_checks", "else_expr"], &[]),
    ("CAST", &["child"], &["cast_type", "try_cast"]),
    ("COLLATE", &["child"], &["collation"]),
    ("COMPARISON", &["left", "right"], &[]),
    ("CONJUNCTION", &["children"], &[]),
    ("CONSTANT", &[], &["value"]),
    (
        "FUNCTION",
        &["children", "filter", "order_bys"],
        &["function_name", "schema", "distinct", "is_operator"],
    ),
    ("OPERATOR", &["children"], &[]),
    ("PARAMETER", &[], &["identifier"]),
    (
        "WINDOW",
        &[
            "arg_orders",
            "children",
            "default_expr",
            "end_expr",
            "filter_expr",
            "offset_expr",
            "orders",
            "partitions",
            "start_expr",
        ],
        &["distinct", "end", "exclude_clause", "function_name", "ignore_nulls", "schema", "start"],
    ),
];

/// Fields of what wraps expressions: sort keys, lists of them, and the arms of CASE.
const WRAPPED: &[&str] = &["expression", "orders", "when_expr", "then_expr"];

/// The columns that stand in an expression.
pub(super) fn sources(scope: &Scope<'_>, expression: Node<'_>) -> Told<Columns> {
    with_star(scope, expression, None)
}

/// As [`sources`]; where the expression holds a star, `column` is what it stands for.
pub(super) fn with_star(
    scope: &Scope<'_>,
    expression: Node<'_>,
    column: Option<&Output>,
) -> Told<Columns> {
    match expression.class() {
        Some("COLUMN_REF") => {
            let expression = expression.only(&["column_names"])?;
            Ok(resolve::reference(scope, &expression.texts("column_names")?)?.sources)
        }
        Some("LAMBDA") => lambda(scope, expression.only(&["lhs", "expr"])?, column),
        Some("SUBQUERY") => subquery(scope, expression, column),
        Some("STAR") => {
            let column = column.ok_or_else(|| Refused::because("a star within an expression"))?;
            Ok(column.sources.clone())
        }
        Some("OPERATOR") if expression.kind() == "OPERATOR_UNPACK" => unpacked(scope, expression),
        class => by_shape(scope, expression, class.unwrap_or_default(), column),
    }
}

fn by_shape(
    scope: &Scope<'_>,
    expression: Node<'_>,
    class: &str,
    column: Option<&Output>,
) -> Told<Columns> {
    let Some((_, holding, others)) = SHAPES.iter().find(|(name, ..)| *name == class) else {
        return Err(Refused::because(format!("{} is not understood", expression.kind())));
    };
    expression.only(&[*holding, *others].concat())?;
    let mut found = Columns::new();
    for value in holding.iter().filter_map(|field| expression.value(field)) {
        found.extend(in_value(scope, value, column)?);
    }
    Ok(found)
}

fn in_value(scope: &Scope<'_>, value: &Value, column: Option<&Output>) -> Told<Columns> {
    if let Some(list) = value.as_array() {
        let each = list.iter().map(|value| in_value(scope, value, column));
        return each.collect::<Told<Vec<Columns>>>().map(|all| all.into_iter().flatten().collect());
    }
    let node = Node::of(value)?;
    if node.class().is_some() {
        return with_star(scope, node, column);
    }
    node.only(&[WRAPPED, &["null_order"]].concat())?;
    let mut found = Columns::new();
    for value in WRAPPED.iter().filter_map(|field| node.value(field)) {
        found.extend(in_value(scope, value, column)?);
    }
    Ok(found)
}

/// The parameters hold elements of a list, which is another argument and counted there.
fn lambda(scope: &Scope<'_>, lambda: Node<'_>, column: Option<&Output>) -> Told<Columns> {
    let left = lambda.needed("lhs")?;
    let parameters = match left.class() {
        Some("COLUMN_REF") => vec![left],
        _ => left.only(&["function_name", "children", "order_bys"])?.nodes("children")?,
    };
    let mut inside = Scope::within(scope);
    for parameter in parameters {
        let names = parameter.only(&["column_names"])?.texts("column_names")?;
        inside.parameters.extend(names.into_iter().map(str::to_owned));
    }
    with_star(&inside, lambda.needed("expr")?, column)
}

/// All that a subquery is made of stands in the expression; of EXISTS, what decides its rows.
fn subquery(scope: &Scope<'_>, node: Node<'_>, column: Option<&Output>) -> Told<Columns> {
    let node = node.only(&["subquery_type", "subquery", "child", "comparison_type"])?;
    let answer = query::answer(scope, node.needed("subquery")?.needed("node")?)?;
    let mut found = answer.filters;
    if node.text("subquery_type") != Some("EXISTS") {
        let outputs = answer.relation.outputs()?;
        found.extend(outputs.iter().flat_map(|output| output.sources.iter().cloned()));
    }
    if let Some(child) = node.node("child")? {
        found.extend(with_star(scope, child, column)?);
    }
    Ok(found)
}

/// `*COLUMNS(…)`: all its columns, as arguments.
fn unpacked(scope: &Scope<'_>, operator: Node<'_>) -> Told<Columns> {
    let mut found = Columns::new();
    for child in operator.only(&["children"])?.nodes("children")? {
        for output in star::expand(scope, child)? {
            found.extend(output.sources);
        }
    }
    Ok(found)
}

/// The sources of a relation's outputs.
pub(super) fn all_of(relation: &Relation) -> Told<Columns> {
    let outputs = relation.outputs()?;
    Ok(outputs.iter().flat_map(|output| output.sources.iter().cloned()).collect())
}
