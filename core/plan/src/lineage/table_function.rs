use super::{
    column::Columns,
    expression,
    from::one,
    node::Node,
    refused::{Refused, Told},
    relation::{Output, Relation},
    scope::{From, Scope},
};

/// Functions that read a file, whose name is their first argument.
const READERS: &[&str] = &[
    "parquet_scan",
    "read_csv",
    "read_csv_auto",
    "read_json",
    "read_json_auto",
    "read_ndjson",
    "read_parquet",
];

/// Functions of one column, made of their arguments, which decide how many rows there are.
const SERIES: &[&str] = &["generate_series", "range", "unnest"];

/// A table function in FROM.
pub(super) fn from(outer: &Scope<'_>, node: Node<'_>) -> Told<From> {
    let node = node.only(&["function", "column_name_alias", "sample"])?;
    let function = node.needed("function")?;
    let name = function.text("function_name").unwrap_or_default().to_ascii_lowercase();
    if SERIES.contains(&name.as_str()) {
        let sources = expression::sources(outer, function)?;
        if node.values("column_name_alias").len() > 1 {
            return Err(Refused::because(format!("{name} with several columns is not understood")));
        }
        let column = Output::named(name.as_str(), sources.clone());
        return one(node, &name, Relation::Known(vec![column]), sources);
    }
    let file = function.nodes("children")?.first().and_then(|argument| argument.constant());
    match file.filter(|_| READERS.contains(&name.as_str())) {
        Some(file) => {
            only_options(outer, function)?;
            one(node, &name, Relation::Open(file), Columns::new())
        }
        None => Err(Refused::because(format!("the table function `{name}` is not understood"))),
    }
}

/// Refuses arguments other than values and options of the form `name = value`.
fn only_options(outer: &Scope<'_>, function: Node<'_>) -> Told<()> {
    let function = function.only(&["function_name", "schema", "children", "order_bys"])?;
    for argument in function.nodes("children")? {
        let value = match argument.class() {
            Some("COMPARISON") => {
                let option = argument.only(&["left", "right"])?;
                option.needed("left")?.only(&["column_names"])?;
                option.needed("right")?
            }
            _ => argument,
        };
        expression::sources(outer, value)?;
    }
    Ok(())
}
