use super::{
    column::Columns,
    refused::{Refused, Told},
    relation::{Output, Relation},
    scope::{From, Scope, Table},
};

/// Words that stand for a value where no column has their name.
const BARE_VALUES: &[&str] = &[
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "localtime",
    "localtimestamp",
    "session_user",
    "user",
];

/// What a column reference means: `c`, `t.c`, `s.t.c`, each with fields of a struct behind it, a
/// whole row `t`, an alias of the SELECT, or a parameter of a lambda.
pub(super) fn reference(scope: &Scope<'_>, parts: &[&str]) -> Told<Output> {
    let Some((first, rest)) = parts.split_first() else {
        return Err(Refused::because("a column without a name is not understood"));
    };
    for level in scope.chain() {
        if level.parameters.iter().any(|parameter| parameter.eq_ignore_ascii_case(first)) {
            // `p.c` may be a field of the parameter `p`, or a column of a table of its name.
            for outside in level.chain() {
                if qualified(&outside.from, first, rest)?.is_some() {
                    return Err(unclear(first));
                }
            }
            return Ok(Output { name: None, sources: Columns::new() });
        }
        if let Some(output) = at_level(level, first, rest)? {
            return Ok(output);
        }
    }
    if rest.is_empty() && BARE_VALUES.iter().any(|value| value.eq_ignore_ascii_case(first)) {
        return Ok(Output { name: None, sources: Columns::new() });
    }
    Err(Refused::because(format!("there is no column `{}` that is known", parts.join("."))))
}

fn at_level(level: &Scope<'_>, first: &str, rest: &[&str]) -> Told<Option<Output>> {
    if level.aliases_first
        && rest.is_empty()
        && let Some(alias) = alias(level, first)?
    {
        return Ok(Some(alias));
    }
    if let Some(output) = qualified(&level.from, first, rest)? {
        return Ok(Some(output));
    }
    let column = level.from.column(first)?;
    if let Some((output, Certain::Yes)) = column {
        return Ok(Some(field_of(output, rest)));
    }
    let others = alias(level, first)?.or_else(|| whole_row(level, first, rest));
    match (column, others) {
        (Some(_), Some(_)) => Err(unclear(first)),
        (Some(_), None) if known_outside(level, first) => Err(unclear(first)),
        (Some((output, _)), None) => Ok(Some(field_of(output, rest))),
        (None, Some(other)) => Ok(Some(field_of(other, rest))),
        (None, None) => Ok(None),
    }
}

/// The output of the SELECT that has this alias; two with one alias must be made of the same.
fn alias(level: &Scope<'_>, name: &str) -> Told<Option<Output>> {
    let mut named = level.aliases.iter().filter(|alias| alias.is(name));
    let Some(first) = named.next() else { return Ok(None) };
    if named.any(|other| other.sources != first.sources) {
        return Err(Refused::because(format!("`{name}` is the alias of several columns")));
    }
    Ok(Some(first.clone()))
}

/// `t.c` or `s.t.c`.
fn qualified(from: &From, first: &str, rest: &[&str]) -> Told<Option<Output>> {
    let [second, fields @ ..] = rest else { return Ok(None) };
    let mut tables = from.tables.iter().filter(|table| table.name.eq_ignore_ascii_case(first));
    if let Some(output) = tables.find_map(|table| table.relation.column(second)) {
        return Ok(Some(field_of(output, fields)));
    }
    let [third, fields @ ..] = fields else { return Ok(None) };
    let in_schema = |table: &&Table| {
        let schema = table.schema.as_deref().unwrap_or("main");
        schema.eq_ignore_ascii_case(first) && table.name.eq_ignore_ascii_case(second)
    };
    let mut tables = from.tables.iter().filter(in_schema);
    let output = tables.find_map(|table| table.relation.column(third));
    Ok(output.map(|output| field_of(output, fields)))
}

/// A field of a struct has its own name, which is left to the engine.
fn field_of(output: Output, fields: &[&str]) -> Output {
    match fields.last() {
        None => output,
        Some(field) => Output::named(*field, output.sources),
    }
}

fn whole_row(level: &Scope<'_>, first: &str, rest: &[&str]) -> Option<Output> {
    let table = level.from.tables.iter().find(|table| table.name.eq_ignore_ascii_case(first))?;
    let Relation::Known(outputs) = &table.relation else { return None };
    let sources = outputs.iter().flat_map(|output| output.sources.iter().cloned()).collect();
    rest.is_empty().then(|| Output::named(table.name.clone(), sources))
}

fn known_outside(level: &Scope<'_>, name: &str) -> bool {
    let outside = level.chain().skip(1);
    let mut found = outside.map(|level| level.from.column(name));
    found.any(|column| !matches!(column, Ok(None)))
}

fn unclear(name: &str) -> Refused {
    Refused::because(format!("`{name}` may be a column of a table, or something else of its name"))
}

/// Whether a name surely is that column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Certain {
    Yes,
    /// Its table's columns are not known, so it is the only one left.
    No,
}

impl From {
    /// The column of a name without a table.
    pub(super) fn column(&self, name: &str) -> Told<Option<(Output, Certain)>> {
        if let Some(merged) = self.merged.iter().find(|merged| merged.output.is(name)) {
            return Ok(Some((merged.output.clone(), Certain::Yes)));
        }
        let place = self.place(name)?;
        let found = place.and_then(|place| {
            let relation = &self.tables.get(place)?.relation;
            let certain = match relation {
                Relation::Known(_) => Certain::Yes,
                Relation::Open(_) => Certain::No,
            };
            Some((relation.column(name)?, certain))
        });
        Ok(found)
    }

    /// The table that has a column of this name: the only one that surely has, else the only one
    /// that may.
    pub(super) fn place(&self, name: &str) -> Told<Option<usize>> {
        let places = |open: bool| {
            let tables = self.tables.iter().enumerate();
            let wanted = tables.filter(move |(_, table)| {
                matches!(table.relation, Relation::Open(_)) == open
                    && table.relation.column(name).is_some()
            });
            wanted.map(|(place, _)| place).collect::<Vec<usize>>()
        };
        let known = places(false);
        let places = if known.is_empty() { places(true) } else { known };
        match places.as_slice() {
            [] => Ok(None),
            [place] => Ok(Some(*place)),
            _ => Err(Refused::because(format!("`{name}` may be a column of several tables"))),
        }
    }
}
