use serde_json::{Map, Value};

use super::refused::{Refused, Told};

/// A node of the engine's tree. Fields that are read must be declared by [`Node::only`]: one that
/// is there and not known may mean anything, so the query is refused.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node<'t>(&'t Map<String, Value>);

/// Fields of every node that say nothing about columns.
const COMMON: &[&str] = &["class", "type", "alias", "query_location"];

impl<'t> Node<'t> {
    pub(super) fn of(value: &'t Value) -> Told<Self> {
        let object = value.as_object();
        object.map(Self).ok_or_else(|| Refused::because("the engine's tree has another form"))
    }

    /// Refuses fields that are neither common nor among `known`.
    pub(super) fn only(self, known: &[&str]) -> Told<Self> {
        let is_known = |field: &str| COMMON.contains(&field) || known.contains(&field);
        match self.0.keys().find(|field| !is_known(field)) {
            Some(field) => {
                let kind = self.kind();
                Err(Refused::because(format!("`{field}` of {kind} is not understood")))
            }
            None => Ok(self),
        }
    }

    pub(super) fn fields(self) -> impl Iterator<Item = &'t Value> {
        self.0.values()
    }

    pub(super) fn kind(self) -> &'t str {
        self.text("type").unwrap_or("a part")
    }

    pub(super) fn class(self) -> Option<&'t str> {
        self.text("class")
    }

    pub(super) fn alias(self) -> Option<&'t str> {
        self.text("alias").filter(|alias| !alias.is_empty())
    }

    pub(super) fn text(self, field: &str) -> Option<&'t str> {
        self.0.get(field)?.as_str()
    }

    pub(super) fn flag(self, field: &str) -> bool {
        self.0.get(field).and_then(Value::as_bool).unwrap_or(false)
    }

    pub(super) fn value(self, field: &str) -> Option<&'t Value> {
        self.0.get(field)
    }

    /// The node in a field, where there is one.
    pub(super) fn node(self, field: &str) -> Told<Option<Node<'t>>> {
        self.0.get(field).map(Node::of).transpose()
    }

    /// The node in a field that must be there.
    pub(super) fn needed(self, field: &str) -> Told<Node<'t>> {
        let missing = || Refused::because(format!("{} has no `{field}`", self.kind()));
        self.node(field)?.ok_or_else(missing)
    }

    pub(super) fn values(self, field: &str) -> &'t [Value] {
        self.0.get(field).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    pub(super) fn nodes(self, field: &str) -> Told<Vec<Node<'t>>> {
        self.values(field).iter().map(Node::of).collect()
    }

    pub(super) fn texts(self, field: &str) -> Told<Vec<&'t str>> {
        let text = |value: &'t Value| {
            value.as_str().ok_or_else(|| Refused::because(format!("`{field}` is not understood")))
        };
        self.values(field).iter().map(text).collect()
    }

    /// The value of a constant that is text, number or boolean, as the engine would write it.
    pub(super) fn constant(self) -> Option<String> {
        if self.class() != Some("CONSTANT") {
            return None;
        }
        text_of(self.only(&["value"]).ok()?.0.get("value")?)
    }
}

/// The text of a constant's `{type, is_null, value}`; dates and the like have none here.
pub(super) fn text_of(constant: &Value) -> Option<String> {
    let kind = constant.get("type")?.get("id")?.as_str()?;
    let value = constant.get("value")?;
    match kind {
        "VARCHAR" | "STRING_LITERAL" => value.as_str().map(str::to_owned),
        "INTEGER" | "BIGINT" | "SMALLINT" | "TINYINT" | "INTEGER_LITERAL" => {
            value.as_i64().map(|number| number.to_string())
        }
        _ => None,
    }
}
