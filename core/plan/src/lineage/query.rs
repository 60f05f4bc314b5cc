use std::rc::Rc;

use super::{
    column::Columns,
    expression::all_of,
    node::Node,
    refused::{Refused, Told},
    relation::{Output, Relation},
    scope::{Answer, Scope},
    select::{self, modifiers_of_set, with_ctes},
};

/// What a query yields, and which columns decide its rows.
pub(super) fn answer(outer: &Scope<'_>, query: Node<'_>) -> Told<Answer> {
    let scope = with_ctes(outer, query)?;
    match query.kind() {
        "SELECT_NODE" => select::answer(&scope, query),
        "SET_OPERATION_NODE" => set_operation(&scope, query),
        "RECURSIVE_CTE_NODE" => recursive(&scope, query),
        other => Err(Refused::because(format!("{other} is not understood"))),
    }
}

fn set_operation(scope: &Scope<'_>, query: Node<'_>) -> Told<Answer> {
    let query =
        query.only(&["cte_map", "modifiers", "left", "right", "setop_type", "setop_all"])?;
    let left = answer(scope, query.needed("left")?)?;
    let right = answer(scope, query.needed("right")?)?;
    let mut filters: Columns = left.filters.iter().chain(&right.filters).cloned().collect();
    let keeps_all = query.value("setop_all").is_none_or(|_| query.flag("setop_all"));
    let kind = query.text("setop_type").unwrap_or_default();
    if kind == "EXCEPT" || kind == "INTERSECT" || !keeps_all {
        filters.extend(all_of(&left.relation)?);
        filters.extend(all_of(&right.relation)?);
    }
    let (left, right) = (left.relation.outputs()?, right.relation.outputs()?);
    let outputs = match kind {
        "UNION" => by_position(left, right)?,
        "UNION_BY_NAME" => by_name(left, right)?,
        // The rows are those of the left side; the right one decides which.
        "EXCEPT" | "INTERSECT" => left.to_vec(),
        other => return Err(Refused::because(format!("{other} is not understood"))),
    };
    filters.extend(modifiers_of_set(scope, query, &outputs)?);
    Ok(Answer { relation: Relation::Known(outputs), filters })
}

fn by_position(left: &[Output], right: &[Output]) -> Told<Vec<Output>> {
    if left.len() != right.len() {
        return Err(Refused::because("the sides of a UNION have different numbers of columns"));
    }
    let both = |(left, right): (&Output, &Output)| Output {
        name: left.name.clone(),
        sources: left.sources.union(&right.sources).cloned().collect(),
    };
    Ok(left.iter().zip(right).map(both).collect())
}

fn by_name(left: &[Output], right: &[Output]) -> Told<Vec<Output>> {
    let mut outputs = left.to_vec();
    if left.iter().chain(right).any(|output| output.name.is_none()) {
        return Err(Refused::because("UNION BY NAME of an expression without a name"));
    }
    for output in right {
        let name = output.name.as_deref().unwrap_or_default();
        match outputs.iter_mut().find(|known| known.is(name)) {
            Some(known) => known.sources.extend(output.sources.iter().cloned()),
            None => outputs.push(output.clone()),
        }
    }
    Ok(outputs)
}

/// Reads the recursive side again until its columns' sources no longer grow.
fn recursive(scope: &Scope<'_>, query: Node<'_>) -> Told<Answer> {
    let query = query.only(&[
        "cte_map",
        "modifiers",
        "cte_name",
        "union_all",
        "left",
        "right",
        "aliases",
    ])?;
    let start = answer(scope, query.needed("left")?)?;
    let names = query.texts("aliases")?;
    let name = query.text("cte_name").unwrap_or_default();
    let mut known = Answer { relation: start.relation.renamed(&names)?, ..start };
    loop {
        let mut inside = Scope::within(scope);
        inside.ctes.push((name.to_owned(), Rc::new(known.clone())));
        let step = answer(&inside, query.needed("right")?)?;
        let outputs = by_position(known.relation.outputs()?, step.relation.outputs()?)?;
        let filters = known.filters.union(&step.filters).cloned().collect();
        let grown = Answer { relation: Relation::Known(outputs), filters };
        if grown == known {
            break;
        }
        known = grown;
    }
    if !query.flag("union_all") {
        known.filters.extend(all_of(&known.relation)?);
    }
    Ok(known)
}
