//! The profile's `variables`, which may refer to each other.

use std::collections::BTreeMap;

use crate::bad_reference::BadReference;
use crate::code;
use crate::environment::Environment;
use crate::origin::Origin;
use crate::substitute::{self, Resolved, fill};
use crate::template::{Reference, ReferenceKind};
use crate::value::{Assignments, Value};
use crate::variables::{default_of, from_environment, from_vars, in_capitals, undefined};

/// How many variables may stand for each other in a row.
const MAX_CHAIN: usize = 32;
/// How many bytes all variables together may grow to.
const MAX_TOTAL: usize = 16 << 20;

/// Each variable's value, or why it has none.
pub(crate) type ProfileLayer = BTreeMap<String, Result<Resolved, BadReference>>;

/// Resolves every variable once.
pub(crate) fn settle(
    vars: &Assignments,
    templates: &Assignments,
    environment: &Environment,
) -> ProfileLayer {
    let (settled, chain) = (ProfileLayer::new(), Vec::new());
    let mut settling = Settling { vars, templates, environment, settled, chain, room: MAX_TOTAL };
    for name in templates.keys() {
        settling.variable(name);
    }
    settling.settled
}

/// Reads the file of a `${file:path}`.
pub(crate) fn read_file(
    reference: &Reference,
    environment: &Environment,
) -> Result<Resolved, BadReference> {
    let (name, range) = (reference.name.clone(), reference.range.clone());
    match environment.secret_file(&name) {
        Ok(text) => Ok(Resolved { value: Value::Text(text), origin: Origin::File, secret: true }),
        Err(problem) => Err(BadReference {
            code: code::UNREADABLE_FILE,
            range,
            nearest: None,
            message: format!("the secret file `{name}` cannot be read: {problem}"),
            help: environment.file_remedy(&name),
            name,
        }),
    }
}

/// The error for a `${file:…}` in a pipeline.
pub(crate) fn file_outside_profile(reference: &Reference) -> BadReference {
    let name = reference.name.clone();
    BadReference {
        code: code::MALFORMED_REFERENCE,
        range: reference.range.clone(),
        nearest: None,
        message: format!("`${{file:{name}}}` may stand in a profile only"),
        help: "give the file's content a name under `variables` in the profile".to_owned(),
        name,
    }
}

struct Settling<'a> {
    vars: &'a Assignments,
    templates: &'a Assignments,
    environment: &'a Environment,
    settled: ProfileLayer,
    /// The variables being resolved, outermost first.
    chain: Vec<String>,
    room: usize,
}

impl Settling<'_> {
    fn variable(&mut self, name: &str) -> Option<Result<Resolved, BadReference>> {
        if let Some(settled) = self.settled.get(name) {
            return Some(settled.clone());
        }
        let template = self.templates.get(name)?;
        let settled = match template {
            Value::Text(text) if text.contains("${") => {
                self.chain.push(name.to_owned());
                let settled = self.template(text);
                self.chain.pop();
                settled
            }
            plain => {
                let value = plain.clone();
                Ok(Resolved { value, origin: Origin::Profile, secret: false })
            }
        };
        self.settled.insert(name.to_owned(), settled.clone());
        Some(settled)
    }

    fn template(&mut self, text: &str) -> Result<Resolved, BadReference> {
        let filled = fill(text, |reference| self.reference(reference));
        let filled = filled.map_err(|errors| first(errors, text))?;
        let secret = filled.is_secret();
        self.room = match self.room.checked_sub(filled.text.len()) {
            Some(room) => room,
            None => return Err(substitute::too_long(&filled.uses[0].reference)),
        };
        let value = match &filled.uses[..] {
            [only] if only.reference.range == (0..text.len()) => only.resolved.value.clone(),
            _ => Value::Text(filled.text),
        };
        Ok(Resolved { value, origin: Origin::Profile, secret })
    }

    fn reference(&mut self, reference: &Reference) -> Result<Resolved, BadReference> {
        let found = match reference.kind {
            ReferenceKind::File => {
                let content = read_file(reference, self.environment);
                Some(content.map_err(|error| self.named_here(error))?)
            }
            ReferenceKind::Environment => from_environment(self.environment, &reference.name),
            ReferenceKind::Variable => self.named(reference)?,
        };
        found.or_else(|| default_of(reference)).ok_or_else(|| {
            let known = self.vars.keys().chain(self.templates.keys()).map(String::as_str);
            let known = known.chain(self.environment.dotenv_names());
            self.named_here(undefined(reference, known, self.environment))
        })
    }

    /// Says which variable of the profile holds the reference.
    fn named_here(&self, error: BadReference) -> BadReference {
        let holder = self.chain.last().map_or("", String::as_str);
        let message = format!("{} (the profile's variable `{holder}` needs it)", error.message);
        BadReference { message, ..error }
    }

    /// A variable that names itself (`DATA: "${DATA|data}"`) means the layers below the profile.
    fn named(&mut self, reference: &Reference) -> Result<Option<Resolved>, BadReference> {
        let name = &reference.name;
        if let Some(given) = from_vars(self.vars, name) {
            return Ok(Some(given));
        }
        let itself = self.chain.last() == Some(name);
        if !itself && (self.chain.contains(name) || self.chain.len() >= MAX_CHAIN) {
            return Err(endless(reference, &self.chain));
        }
        let defined = if itself { None } else { self.variable(name).transpose()? };
        Ok(defined.or_else(|| in_capitals(self.environment, name)))
    }
}

fn endless(reference: &Reference, chain: &[String]) -> BadReference {
    let name = reference.name.clone();
    BadReference {
        code: code::UNDEFINED_REFERENCE,
        range: reference.range.clone(),
        nearest: None,
        message: format!("the profile's variables go round: {} → {name}", chain.join(" → ")),
        help: format!("let one of them not refer to the next; at most {MAX_CHAIN} in a row"),
        name,
    }
}

/// The first error of a variable's template stands for all of them.
fn first(errors: Vec<BadReference>, text: &str) -> BadReference {
    errors.into_iter().next().unwrap_or_else(|| BadReference {
        code: code::MALFORMED_REFERENCE,
        name: String::new(),
        range: 0..text.len(),
        nearest: None,
        message: "a reference is malformed".to_owned(),
        help: "write ${name}".to_owned(),
    })
}
