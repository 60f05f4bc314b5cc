use serde_json::Value;

use super::{
    catalog::Catalog,
    column::{BaseColumn, Columns},
    node::Node,
    query,
    refused::{Refused, Told},
    relation::Output,
    scope::Scope,
};

/// What a query's columns are made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lineage {
    /// The output columns in their order.
    pub columns: Vec<OutputColumn>,
    /// The columns that decide which rows there are, and in which order.
    pub filters: Columns,
}

/// An output column of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputColumn {
    /// Its name; `None` for an expression without one, which the engine names.
    pub name: Option<String>,
    /// The columns that stand in its expression.
    pub sources: Columns,
}

impl Lineage {
    /// The lineage of a table that is copied as it is.
    pub fn copied(table: &str, columns: &[String]) -> Self {
        let output = |column: &String| OutputColumn {
            name: Some(column.clone()),
            sources: Columns::from([BaseColumn {
                table: table.to_owned(),
                column: column.clone(),
            }]),
        };
        Self { columns: columns.iter().map(output).collect(), filters: Columns::new() }
    }
}

/// Tells which columns a query is made of.
///
/// `tree` is what the engine's `json_serialize_sql` makes of the query, with null, empty and
/// default fields left out. `bound` are the names of the query's columns where the engine has bound
/// it: they name expressions, and other columns than these are refused.
///
/// # Errors
///
/// Anything in the query is not understood, or the columns are not those of `bound`.
pub fn lineage(
    tree: &str,
    catalog: &Catalog,
    bound: Option<&[String]>,
) -> Result<Lineage, Refused> {
    let tree: Value = serde_json::from_str(tree)
        .map_err(|error| Refused::because(format!("the engine's tree cannot be read: {error}")))?;
    let scope = Scope { catalog: Some(catalog), ..Scope::default() };
    let answer = query::answer(&scope, statement(Node::of(&tree)?)?)?;
    let outputs = answer.relation.outputs()?.to_vec();
    let columns = match bound {
        Some(names) => as_bound(outputs, names)?,
        None => outputs
            .into_iter()
            .map(|Output { name, sources }| OutputColumn { name, sources })
            .collect(),
    };
    Ok(Lineage { columns, filters: answer.filters })
}

/// The only statement of the tree.
fn statement(tree: Node<'_>) -> Told<Node<'_>> {
    if tree.flag("error") {
        let unserialized = tree.text("error_type") == Some("not implemented");
        let reason = if unserialized {
            "its columns depend on the rows (PIVOT without IN), or it is no SELECT"
        } else {
            "the engine cannot parse it"
        };
        return Err(Refused::because(reason));
    }
    match tree.nodes("statements")?.as_slice() {
        [statement] => statement.needed("node"),
        _ => Err(Refused::because("it is not one statement")),
    }
}

/// The engine's word on the columns: how many there are, and their names. Of two columns with one
/// name, the engine may name the later one differently.
fn as_bound(outputs: Vec<Output>, names: &[String]) -> Told<Vec<OutputColumn>> {
    let differ = || Refused::because("the engine finds other columns in it");
    if outputs.len() != names.len() {
        return Err(differ());
    }
    let is_same = |(at, (output, name)): (usize, (&Output, &String))| {
        let earlier = outputs
            .iter()
            .take(at)
            .any(|other| output.name.as_deref().is_some_and(|own| other.is(own)));
        output.name.is_none() || earlier || output.is(name)
    };
    if !outputs.iter().zip(names).enumerate().all(is_same) {
        return Err(differ());
    }
    let column = |(output, name): (Output, &String)| OutputColumn {
        name: Some(name.clone()),
        sources: output.sources,
    };
    Ok(outputs.into_iter().zip(names).map(column).collect())
}
