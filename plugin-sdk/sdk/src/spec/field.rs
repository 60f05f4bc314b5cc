use serde_json::Value;

/// The shape of a field's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// A string.
    Text,
    /// A whole number of 64 bits.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A list of strings.
    List,
    /// A string or a list of strings; one string is resolved to a list of one.
    TextOrList,
    /// An object whose values are strings.
    Map,
    /// Any JSON value.
    Any,
}

impl FieldKind {
    /// How a message names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "a string",
            Self::Integer => "a whole number",
            Self::Number => "a number",
            Self::Boolean => "true or false",
            Self::List => "a list of strings",
            Self::TextOrList => "a string or a list of strings",
            Self::Map => "an object of strings",
            Self::Any => "any value",
        }
    }
}

/// One setting of a connector.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    pub(super) name: String,
    pub(super) kind: FieldKind,
    pub(super) doc: String,
    pub(super) aliases: Vec<String>,
    pub(super) required: bool,
    pub(super) default: Option<Value>,
    pub(super) one_of: Vec<String>,
    pub(super) minimum: Option<i64>,
    pub(super) secret: bool,
    pub(super) path: bool,
    pub(super) env: Vec<String>,
    pub(super) placeholder: Option<String>,
}

impl Field {
    /// An optional field without a default. `doc` is one or two sentences for the user.
    pub fn new(name: &str, kind: FieldKind, doc: &str) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            doc: doc.to_owned(),
            aliases: Vec::new(),
            required: false,
            default: None,
            one_of: Vec::new(),
            minimum: None,
            secret: false,
            path: false,
            env: Vec::new(),
            placeholder: None,
        }
    }

    /// A string field.
    pub fn text(name: &str, doc: &str) -> Self {
        Self::new(name, FieldKind::Text, doc)
    }

    /// A field of a whole number.
    pub fn integer(name: &str, doc: &str) -> Self {
        Self::new(name, FieldKind::Integer, doc)
    }

    /// A yes-or-no field.
    pub fn boolean(name: &str, doc: &str) -> Self {
        Self::new(name, FieldKind::Boolean, doc)
    }

    /// A field of a list of strings.
    pub fn list(name: &str, doc: &str) -> Self {
        Self::new(name, FieldKind::List, doc)
    }

    /// A field that takes one string or several.
    pub fn text_or_list(name: &str, doc: &str) -> Self {
        Self::new(name, FieldKind::TextOrList, doc)
    }

    /// A field of an object whose values are strings.
    pub fn map(name: &str, doc: &str) -> Self {
        Self::new(name, FieldKind::Map, doc)
    }

    /// Makes the field obligatory.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Gives the value that holds where none is given.
    #[must_use]
    pub fn default(mut self, value: impl Into<Value>) -> Self {
        self.default = Some(value.into());
        self
    }

    /// Accepts another name for the field.
    #[must_use]
    pub fn alias(mut self, name: &str) -> Self {
        self.aliases.push(name.to_owned());
        self
    }

    /// Allows these values only, compared without regard to case.
    #[must_use]
    pub fn one_of(mut self, values: &[&str]) -> Self {
        self.one_of = values.iter().map(|&value| value.to_owned()).collect();
        self
    }

    /// Refuses numbers below this one.
    #[must_use]
    pub fn at_least(mut self, minimum: i64) -> Self {
        self.minimum = Some(minimum);
        self
    }

    /// Marks a secret: the value never reaches a log, event, report or error.
    #[must_use]
    pub fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    /// Marks a file path: the host resolves a relative one against the project's folder.
    #[must_use]
    pub fn path(mut self) -> Self {
        self.path = true;
        self
    }

    /// Names environment variables that stand in where the field is not given, first hit wins.
    #[must_use]
    pub fn env(mut self, names: &[&str]) -> Self {
        self.env = names.iter().map(|&name| name.to_owned()).collect();
        self
    }

    /// Gives a value to show in examples.
    #[must_use]
    pub fn placeholder(mut self, value: &str) -> Self {
        self.placeholder = Some(value.to_owned());
        self
    }

    /// The name that documentation uses.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The shape of the value.
    pub fn kind(&self) -> FieldKind {
        self.kind
    }

    /// The sentences for the user.
    pub fn doc(&self) -> &str {
        &self.doc
    }

    /// The other names it goes by.
    pub fn aliases(&self) -> &[String] {
        &self.aliases
    }

    /// Whether a value must be given.
    pub fn is_required(&self) -> bool {
        self.required
    }

    /// The value that holds where none is given.
    pub fn default_value(&self) -> Option<&Value> {
        self.default.as_ref()
    }

    /// The values allowed; empty where every value is.
    pub fn allowed(&self) -> &[String] {
        &self.one_of
    }

    /// Whether the value is a secret.
    pub fn is_secret(&self) -> bool {
        self.secret
    }

    /// Whether the value is a file path.
    pub fn is_path(&self) -> bool {
        self.path
    }

    /// The environment variables that stand in.
    pub fn environment(&self) -> &[String] {
        &self.env
    }

    /// Whether it goes by this name.
    pub fn answers_to(&self, name: &str) -> bool {
        self.name == name || self.aliases.iter().any(|alias| alias == name)
    }
}
