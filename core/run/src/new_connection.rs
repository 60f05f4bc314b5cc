//! What it takes to write a connection into a profile.

use serde_json::{Map, Value};
use sqlflow_plan::ConnectorSpec;
use sqlflow_plugin_sdk::{ConfigProblem, ConfigSpec, Field, FieldKind, ProblemKind};
use sqlflow_profile::{Environment, NewConnection, code, param_value, references};

use crate::{Trouble, Workspace, compile::connector_spec};

/// A connection as it will be written, and what is still to do about it.
#[derive(Debug)]
pub struct DraftedConnection {
    /// The connection. Its secrets are references.
    pub connection: NewConnection,
    /// The names of the environment that its secrets are taken from, by param.
    pub secrets: Vec<(String, String)>,
    /// Params that it needs and that were not given.
    pub missing: Vec<Field>,
}

/// Makes a connection of what a user gave: `params` as `(name, text)`, a name given twice being a
/// list. A secret is never taken over: in its place stands a reference to the environment.
///
/// # Errors
///
/// The connector is not there, it has no such param, or a value is not one of the param's.
pub fn draft_connection(
    workspace: &Workspace,
    name: &str,
    connector: &str,
    params: &[(String, String)],
) -> Result<DraftedConnection, Trouble> {
    check_name(name)?;
    let spec = connector_spec(workspace.plugins(), connector)?;
    let mut draft = Draft { name, spec, params: Map::new(), secrets: Vec::new() };
    for (key, text) in params {
        draft.add(key, text)?;
    }
    let missing = draft.missing(workspace.environment())?;
    let (connector_type, params) = (draft.spec.name, draft.params);
    let connection = NewConnection { name: name.to_owned(), connector_type, params };
    Ok(DraftedConnection { connection, secrets: draft.secrets, missing })
}

fn check_name(name: &str) -> Result<(), Trouble> {
    let is_good = |c: char| c.is_alphanumeric() || "_-.".contains(c);
    if !name.is_empty() && name.chars().all(is_good) {
        return Ok(());
    }
    let message = format!("`{name}` is no name for a connection");
    Err(Trouble::usage(code::INVALID_VALUE, message, "use letters, digits, `_`, `-` and `.`"))
}

struct Draft<'a> {
    name: &'a str,
    spec: ConnectorSpec,
    params: Map<String, Value>,
    secrets: Vec<(String, String)>,
}

impl Draft<'_> {
    fn specs(&self) -> impl Iterator<Item = &ConfigSpec> {
        self.spec.source.iter().chain(&self.spec.destination)
    }

    fn add(&mut self, key: &str, text: &str) -> Result<(), Trouble> {
        let Some(field) = self.specs().find_map(|spec| spec.field(key)).cloned() else {
            return Err(self.unknown(key));
        };
        let value = match field.is_secret() && !is_reference(text) {
            true => self.secret(&field),
            false => read(&field, text),
        };
        match self.params.get_mut(field.name()) {
            None => {
                self.params.insert(field.name().to_owned(), value);
            }
            Some(Value::Array(items)) => items.push(value),
            Some(first) => *first = Value::Array(vec![first.clone(), value]),
        }
        Ok(())
    }

    /// The reference that stands in place of a secret.
    fn secret(&mut self, field: &Field) -> Value {
        let name = environment_name(self.name, field.name());
        let reference = format!("${{{name}}}");
        self.secrets.push((field.name().to_owned(), name));
        reference.into()
    }

    /// What the role lacks that lacks the least; its secrets are filled in.
    fn missing(&mut self, environment: &Environment) -> Result<Vec<Field>, Trouble> {
        let mut least: Option<Vec<Field>> = None;
        let specs: Vec<ConfigSpec> = self.specs().cloned().collect();
        for spec in &specs {
            let missing = self.missing_in(spec, environment)?;
            // Of two roles that lack as much, the source is the one that is meant.
            if least.as_ref().is_none_or(|least| missing.len() < least.len()) {
                least = Some(missing);
            }
        }
        let (secret, missing): (Vec<Field>, Vec<Field>) =
            least.unwrap_or_default().into_iter().partition(Field::is_secret);
        for field in &secret {
            let reference = self.secret(field);
            self.params.insert(field.name().to_owned(), reference);
        }
        Ok(missing)
    }

    fn missing_in(
        &self,
        spec: &ConfigSpec,
        environment: &Environment,
    ) -> Result<Vec<Field>, Trouble> {
        let is_known = |value: &Value| !value.to_string().contains("${");
        let given =
            self.params.iter().filter(|(key, value)| spec.field(key).is_some() && is_known(value));
        let given: Map<String, Value> =
            given.map(|(key, value)| (key.clone(), value.clone())).collect();
        let problems = spec.resolve(&given).err().unwrap_or_default();
        if let Some(wrong) = problems.iter().find(|problem| problem.kind != ProblemKind::Missing) {
            return Err(self.wrong(wrong, spec));
        }
        let fields = problems.iter().filter_map(|problem| spec.field(&problem.key));
        let is_set = |name: &String| environment.get(name).is_some();
        let lacking = fields.filter(|field| {
            !self.params.contains_key(field.name()) && !field.environment().iter().any(is_set)
        });
        Ok(lacking.cloned().collect())
    }

    fn wrong(&self, problem: &ConfigProblem, spec: &ConfigSpec) -> Trouble {
        let doc = spec.field(&problem.key).map_or("", Field::doc);
        let message = format!("{}: {problem}", self.spec.name);
        let remedy = problem.remedy().unwrap_or_else(|| format!("`{}`: {doc}", problem.key));
        Trouble::usage(sqlflow_plan::code::WRONG_OPTION_TYPE, message, remedy)
    }

    fn unknown(&self, key: &str) -> Trouble {
        let mut names: Vec<&str> =
            self.specs().flat_map(ConfigSpec::fields).map(Field::name).collect();
        names.sort_unstable();
        names.dedup();
        let message = format!("{}: unknown option `{key}`", self.spec.name);
        let remedy = match sqlflow_syntax::suggest(key, names.iter().copied()) {
            Some(nearest) => format!("did you mean `{nearest}`? Known: {}", names.join(", ")),
            None => format!("known: {}", names.join(", ")),
        };
        Trouble::usage(sqlflow_plan::code::UNKNOWN_OPTION, message, remedy)
    }
}

/// Whether a text is one reference and nothing else, so that no secret can be in it.
fn is_reference(text: &str) -> bool {
    references(text)
        .next()
        .is_some_and(|only| only.default.is_none() && only.range == (0..text.len()))
}

/// Reads a value in the form of its field; what cannot be read so stays text, which the spec
/// refuses.
fn read(field: &Field, text: &str) -> Value {
    let json = || serde_json::from_str::<Value>(text).ok();
    let structured = || json().filter(|value| value.is_array() || value.is_object());
    match field.kind() {
        FieldKind::Text => text.into(),
        FieldKind::List => structured().unwrap_or_else(|| vec![text].into()),
        FieldKind::TextOrList => structured().unwrap_or_else(|| text.into()),
        FieldKind::Integer | FieldKind::Number | FieldKind::Boolean => param_value(text),
        FieldKind::Map | FieldKind::Any => structured().unwrap_or_else(|| param_value(text)),
    }
}

/// Such as `SHOP_API_TOKEN` for the param `api_token` of the connection `shop`.
fn environment_name(connection: &str, param: &str) -> String {
    let name = format!("{connection}_{param}").to_uppercase();
    let name: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if name.starts_with(|c: char| c.is_ascii_digit()) { format!("_{name}") } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_secret_is_one_that_the_environment_takes() {
        assert_eq!(environment_name("my-shop", "api_token"), "MY_SHOP_API_TOKEN");
        assert_eq!(environment_name("2nd.db", "password"), "_2ND_DB_PASSWORD");
    }

    fn shop() -> Draft<'static> {
        let source = ConfigSpec::new([
            Field::text("domain", "").required(),
            Field::text("token", "").required().secret().alias("key"),
            Field::text("proxy", "").required().env(&["SHOP_PROXY"]),
            Field::integer("pages", ""),
        ]);
        let spec = ConnectorSpec {
            name: "shop".to_owned(),
            source: Some(source),
            source_capabilities: Default::default(),
            destination: None,
            destination_capabilities: Default::default(),
        };
        Draft { name: "mine", spec, params: Map::new(), secrets: Vec::new() }
    }

    /// Mutation tried: `add` takes the text of a secret; red.
    #[test]
    fn a_secret_is_written_as_a_reference_whether_or_not_it_is_given() {
        let environment = Environment::of([("SHOP_PROXY", "p")]);
        for given in
            [None, Some(("token", "s3cret")), Some(("key", "s3cret")), Some(("key", "s${3}cret"))]
        {
            let mut draft = shop();
            draft.add("domain", "x.example").unwrap();
            if let Some((name, text)) = given {
                draft.add(name, text).unwrap();
            }
            assert!(draft.missing(&environment).unwrap().is_empty(), "{given:?}");
            let expect = serde_json::json!({ "domain": "x.example", "token": "${MINE_TOKEN}" });
            assert_eq!(Value::Object(draft.params), expect, "{given:?}");
            assert_eq!(draft.secrets, [("token".to_owned(), "MINE_TOKEN".to_owned())]);
        }
    }

    #[test]
    fn what_is_missing_is_told_but_not_what_the_environment_gives() {
        let mut draft = shop();
        draft.add("key", "${OWN_NAME}").unwrap();
        let names = |missing: Vec<Field>| -> Vec<String> {
            missing.iter().map(|field| field.name().to_owned()).collect()
        };
        let missing = draft.missing(&Environment::of([("SHOP_PROXY", "p")])).unwrap();
        assert_eq!(names(missing), ["domain"]);
        let missing = draft.missing(&Environment::of([("X", "p")])).unwrap();
        assert_eq!(names(missing), ["domain", "proxy"]);
        assert_eq!(draft.params["token"], "${OWN_NAME}");
        assert!(draft.secrets.is_empty());
        draft.add("pages", "many").unwrap();
        assert!(draft.missing(&Environment::of([("X", "p")])).is_err());
        assert!(draft.add("domian", "x").is_err());
    }

    #[test]
    fn a_value_is_read_in_the_form_of_its_field() {
        let check =
            |field: Field, text: &str, expect: Value| assert_eq!(read(&field, text), expect);
        check(Field::text("a", ""), "5", "5".into());
        check(Field::integer("a", ""), "5", 5.into());
        check(Field::boolean("a", ""), "true", true.into());
        check(Field::list("a", ""), "x", serde_json::json!(["x"]));
        check(Field::list("a", ""), "[\"x\", \"y\"]", serde_json::json!(["x", "y"]));
        check(Field::text_or_list("a", ""), "x", "x".into());
        check(Field::map("a", ""), "{\"x\": \"y\"}", serde_json::json!({"x": "y"}));
    }
}
