//! Which names of the environment a project's pipelines and profiles refer to.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use sqlflow_profile::{
    Environment, Project, Reference, ReferenceKind, Value, code, profile_references, references,
};
use sqlflow_syntax::{Diagnostic, Span, line_column, parse};

use crate::Problem;

mod templates;

/// A name that the environment or `.env` has to answer, or may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentName {
    /// The name.
    pub name: String,
    /// Where it is referred to: profiles first, each in file order.
    pub places: Vec<Place>,
}

/// Where a name is referred to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub path: PathBuf,
    /// Its text.
    pub text: Arc<str>,
    /// The reference in it.
    pub span: Span,
    /// What holds where the name is not set.
    pub default: Option<Value>,
}

/// The names that the pipelines of a project and its profiles, or the one of this name, refer to;
/// sorted. A file that cannot be read or parsed is looked at as far as that goes.
///
/// A name that the profile or a SET gives a value is not asked of the environment.
pub fn environment_names(project: &Project, profile: Option<&str>) -> Vec<EnvironmentName> {
    let profiles = profile.map_or_else(|| project.profiles(), |name| vec![name.to_owned()]);
    let mut found = Found::default();
    let defined: Vec<BTreeSet<String>> =
        profiles.iter().filter_map(|name| found.profile(project, name)).collect();
    // A name that only some of the profiles define is asked for with the others.
    let everywhere = defined.into_iter().reduce(|all, one| &all & &one).unwrap_or_default();
    for name in project.pipelines() {
        if let Ok(path) = project.pipeline_path(&name) {
            found.pipeline(project.root(), &path, &everywhere);
        }
    }
    let name = |(name, places)| EnvironmentName { name, places };
    found.places.into_iter().map(name).collect()
}

impl EnvironmentName {
    /// What is wrong where the name is not set and some place has no default.
    pub fn problem(&self, environment: &Environment) -> Option<Problem> {
        if environment.get(&self.name).is_some() {
            return None;
        }
        let first = self.places.iter().find(|place| place.default.is_none())?;
        let others: Vec<String> =
            self.places.iter().filter(|place| *place != first).map(ToString::to_string).collect();
        let others = match others.is_empty() {
            true => String::new(),
            false => format!("; also needed at {}", others.join(", ")),
        };
        let message = format!("`{}` is not set", self.name);
        let help = format!("{}{others}", environment.remedy(&self.name));
        let diagnostic =
            Diagnostic::error(code::UNDEFINED_REFERENCE, message, first.span).help(help);
        Some(Problem {
            path: first.path.clone(),
            text: Arc::clone(&first.text),
            diagnostic,
            class: None,
        })
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let file = self.path.file_name().unwrap_or_default().to_string_lossy();
        let (line, column) = line_column(&self.text, self.span.start);
        write!(f, "{file}:{line}:{column}")
    }
}

#[derive(Default)]
struct Found {
    places: BTreeMap<String, Vec<Place>>,
    /// Files that were looked at, with the names that they SET: one included twice is looked at
    /// once.
    seen: BTreeMap<PathBuf, BTreeSet<String>>,
}

impl Found {
    /// Takes in a profile; returns the names it defines.
    fn profile(&mut self, project: &Project, name: &str) -> Option<BTreeSet<String>> {
        let path = project.profile_path(name)?;
        let text: Arc<str> = fs::read_to_string(&path).ok()?.into();
        let references = profile_references(&text);
        for (span, reference) in references.environment {
            self.add(&path, &text, span, &reference);
        }
        Some(references.variables)
    }

    /// Takes in a pipeline and the files it includes; returns the names they SET. `defined` are
    /// those that have a value before.
    fn pipeline(
        &mut self,
        root: &Path,
        path: &Path,
        defined: &BTreeSet<String>,
    ) -> BTreeSet<String> {
        if let Some(set) = self.seen.get(path) {
            return set.clone();
        }
        // A file that includes itself sets nothing more.
        self.seen.insert(path.to_owned(), BTreeSet::new());
        let Some(text) = read_inside(root, path) else { return BTreeSet::new() };
        let looked = templates::of(&parse(&text).pipeline.statements);
        let mut set = looked.set;
        for included in looked.included {
            let path = path.parent().unwrap_or(root).join(included);
            let inner = self.pipeline(root, &path, &(defined | &set));
            set.extend(inner);
        }
        for (template, span) in &looked.templates {
            for reference in references(template) {
                let name = &reference.name;
                let has_value = reference.kind == ReferenceKind::Variable
                    && (set.contains(name) || defined.contains(name));
                if reference.asks_environment() && !has_value {
                    let place = place(&text, *span, template, &reference);
                    self.add(path, &text, place, &reference);
                }
            }
        }
        self.seen.insert(path.to_owned(), set.clone());
        set
    }

    fn add(&mut self, path: &Path, text: &Arc<str>, span: Span, reference: &Reference) {
        let default = reference.default.clone();
        let place = Place { path: path.to_owned(), text: Arc::clone(text), span, default };
        let places = self.places.entry(reference.name.clone()).or_default();
        if !places.contains(&place) {
            places.push(place);
        }
    }
}

/// The text of a file, where that lies in the project, links followed.
fn read_inside(root: &Path, path: &Path) -> Option<Arc<str>> {
    let (path, root) = (path.canonicalize().ok()?, root.canonicalize().ok()?);
    let text = path.starts_with(root).then(|| fs::read_to_string(path))?;
    text.ok().map(Arc::from)
}

/// The place of a reference in a leaf; the whole leaf where it is written with escapes.
fn place(text: &str, leaf: Span, template: &str, reference: &Reference) -> Span {
    let written = text.get(leaf.range()).unwrap_or_default();
    match written.find(template) {
        Some(at) => {
            let start = leaf.start + at;
            Span::new(start + reference.range.start, start + reference.range.end)
        }
        None => leaf,
    }
}
