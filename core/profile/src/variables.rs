//! The layers a `${…}` is looked up in.

use std::collections::BTreeMap;
use std::fmt;

use sqlflow_syntax::suggest;

use crate::bad_reference::BadReference;
use crate::code;
use crate::environment::Environment;
use crate::origin::Origin;
use crate::profile_layer::{self, ProfileLayer};
use crate::substitute::Resolved;
use crate::template::{Reference, ReferenceKind};
use crate::value::{Assignments, Value};

/// The variables of a run. A value of `--vars` wins over one of the profile, that over `SET`, that
/// over the environment and `.env` (names in CAPITALS only), that over a reference's default.
#[derive(Clone)]
pub struct Variables {
    vars: Assignments,
    profile: ProfileLayer,
    set: BTreeMap<String, Resolved>,
    environment: Environment,
}

impl Variables {
    /// Joins the values of `--vars`, a profile's `variables` and the environment.
    ///
    /// The profile's values are templates and are resolved here, `${file:…}` being read; one that
    /// cannot be resolved is an error where it is used.
    #[must_use]
    pub fn new(vars: Assignments, profile: &Assignments, environment: &Environment) -> Self {
        let profile = profile_layer::settle(&vars, profile, environment);
        Self { vars, profile, set: BTreeMap::new(), environment: environment.clone() }
    }

    /// Takes in a `SET`, in file order; a later one of the same name takes its place.
    pub fn set(&mut self, name: impl Into<String>, value: Value) {
        self.insert(name.into(), value, false);
    }

    /// Takes in a `SET` whose value is made of a secret, so that it stays one.
    pub fn set_secret(&mut self, name: impl Into<String>, value: Value) {
        self.insert(name.into(), value, true);
    }

    /// Looks a variable up in all layers. `None` also where the profile's value of that name
    /// cannot be resolved; [`Variables::resolve`] says why.
    #[must_use]
    pub fn lookup(&self, name: &str) -> Option<Resolved> {
        self.layered(name)?.ok()
    }

    /// Finds the value of a reference, its default included.
    ///
    /// # Errors
    ///
    /// A reference without a value, and any `${file:…}`: only profiles may read files.
    pub fn resolve(&self, reference: &Reference) -> Result<Resolved, BadReference> {
        let found = match reference.kind {
            ReferenceKind::Variable => self.layered(&reference.name).transpose(),
            ReferenceKind::Environment => Ok(from_environment(&self.environment, &reference.name)),
            ReferenceKind::File => Err(profile_layer::file_outside_profile(reference)),
        };
        let found =
            found.map_err(|error| BadReference { range: reference.range.clone(), ..error })?;
        found.or_else(|| default_of(reference)).ok_or_else(|| {
            undefined(
                reference,
                self.names().chain(self.environment.dotenv_names()),
                &self.environment,
            )
        })
    }

    /// Like [`Variables::resolve`], for a reference of the profile: `${file:…}` is read.
    pub(crate) fn resolve_in_profile(
        &self,
        reference: &Reference,
    ) -> Result<Resolved, BadReference> {
        match reference.kind {
            ReferenceKind::File => profile_layer::read_file(reference, &self.environment),
            ReferenceKind::Variable | ReferenceKind::Environment => self.resolve(reference),
        }
    }

    /// The names that have a value outside the environment, some of them twice.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let profile = self.profile.keys();
        self.vars.keys().chain(profile).chain(self.set.keys()).map(String::as_str)
    }

    fn insert(&mut self, name: String, value: Value, secret: bool) {
        self.set.insert(name, Resolved { value, origin: Origin::Set, secret });
    }

    fn layered(&self, name: &str) -> Option<Result<Resolved, BadReference>> {
        from_vars(&self.vars, name)
            .map(Ok)
            .or_else(|| self.profile.get(name).cloned())
            .or_else(|| self.set.get(name).cloned().map(Ok))
            .or_else(|| in_capitals(&self.environment, name).map(Ok))
    }
}

impl fmt::Debug for Variables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Variables")
            .field("names", &self.names().collect::<Vec<_>>())
            .field("environment", &self.environment)
            .finish_non_exhaustive()
    }
}

pub(crate) fn from_vars(vars: &Assignments, name: &str) -> Option<Resolved> {
    let value = vars.get(name)?.clone();
    Some(Resolved { value, origin: Origin::Vars, secret: false })
}

/// A name in CAPITALS, looked up in the environment.
pub(crate) fn in_capitals(environment: &Environment, name: &str) -> Option<Resolved> {
    is_capitals(name).then(|| from_environment(environment, name)).flatten()
}

pub(crate) fn from_environment(environment: &Environment, name: &str) -> Option<Resolved> {
    let (text, origin) = environment.get(name)?;
    Some(Resolved { value: Value::from_literal(text), origin, secret: origin.is_secret() })
}

pub(crate) fn default_of(reference: &Reference) -> Option<Resolved> {
    let value = reference.default.clone()?;
    Some(Resolved { value, origin: Origin::Default, secret: false })
}

/// The error for a reference without a value; `known` are the names worth suggesting.
pub(crate) fn undefined<'a>(
    reference: &Reference,
    known: impl Iterator<Item = &'a str>,
    environment: &Environment,
) -> BadReference {
    let name = &reference.name;
    let nearest = suggest(name, known).map(Box::from);
    let in_environment = reference.kind == ReferenceKind::Environment || is_capitals(name);
    let (message, remedy) = if in_environment {
        (format!("`{name}` is not set"), environment.remedy(name))
    } else {
        (format!("the variable `{name}` is not defined"), define(name))
    };
    let help = match &nearest {
        Some(nearest) => format!("did you mean `{nearest}`? Otherwise: {remedy}"),
        None => remedy,
    };
    let (name, range) = (name.clone(), reference.range.clone());
    BadReference { code: code::UNDEFINED_REFERENCE, name, range, nearest, message, help }
}

fn define(name: &str) -> String {
    format!(
        "define it with `--vars {name}=…`, with `{name}: …` under `variables` in the profile, or \
         with `SET {name} = …;` (only names in CAPITALS are looked up in the environment)"
    )
}

pub(crate) fn is_capitals(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}
