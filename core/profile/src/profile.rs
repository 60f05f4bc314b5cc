//! A profile: named settings for the runs of a project.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use sqlflow_syntax::{Diagnostic, Span, suggest};

use crate::chosen::{Chosen, ChosenBy};
use crate::connection::{Connection, ResolvedParams};
use crate::engine::EngineSettings;
use crate::environment::Environment;
use crate::notify::Notification;
use crate::profile_error::ProfileError;
use crate::project::Project;
use crate::runs::RunSettings;
use crate::value::Assignments;
use crate::variables::Variables;
use crate::{bounded_file, code, profile_file};

/// The settings a run is made with.
#[derive(Clone)]
pub struct Profile {
    /// Its name, the file's without `.yml`.
    pub name: String,
    /// The file; `None` for the defaults of a project without `profiles/`.
    pub path: Option<PathBuf>,
    /// The file's text, which the spans of `notes` and `connections` point into.
    pub text: String,
    /// The engine's settings, resolved.
    pub engine: EngineSettings,
    /// The variables: templates, which [`Variables::new`] resolves.
    pub variables: Assignments,
    /// The connections by name; their params are templates.
    pub connections: BTreeMap<String, Connection>,
    /// Where plugins are looked for.
    pub plugins: PluginSettings,
    /// How runs are kept and carried out.
    pub runs: RunSettings,
    /// Who is told how a run ended; nothing uses it yet.
    pub notify: Vec<Notification>,
    /// Warnings: old forms, and sections that nothing uses yet.
    pub notes: Vec<Diagnostic>,
}

/// The `plugins` section.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PluginSettings {
    /// Absolute folders to look for plugins in, in this order.
    pub path: Vec<PathBuf>,
}

impl Profile {
    /// Loads the profile `name`, else the one that `SQLFLOW_PROFILE` names, else `dev`.
    ///
    /// A project without `profiles/` has the defaults, unless a profile is asked for by name.
    ///
    /// # Errors
    ///
    /// A profile that does not exist, with those that do; all problems of one that does.
    pub fn load(
        project: &Project,
        name: Option<&str>,
        environment: &Environment,
    ) -> Result<Self, ProfileError> {
        Self::load_with_vars(project, name, &Assignments::new(), environment)
    }

    /// Like [`Profile::load`]; `vars`, the values of `--vars`, win over the profile's `variables`
    /// in the engine's settings too.
    ///
    /// # Errors
    ///
    /// As [`Profile::load`].
    pub fn load_with_vars(
        project: &Project,
        name: Option<&str>,
        vars: &Assignments,
        environment: &Environment,
    ) -> Result<Self, ProfileError> {
        let chosen = Chosen::of(name, environment);
        let name = chosen.name.as_str();
        let Some(path) = project.profile_path(name) else {
            let defaults = chosen.by == ChosenBy::Default && !project.has_profiles();
            return if defaults {
                Ok(Self::defaults(project, name))
            } else {
                Err(missing(project, name))
            };
        };
        let text = bounded_file::read(&path).map_err(|problem| unreadable(&path, &problem))?;
        let empty = Self { path: Some(path), text, ..Self::defaults(project, name) };
        profile_file::read(empty, project, |assignments| {
            Variables::new(vars.clone(), assignments, environment)
        })
    }

    /// Replaces the references in the params of the connection `name`; `None` where there is no
    /// such connection.
    ///
    /// # Errors
    ///
    /// Every reference of the params that has no value, at its place in the profile.
    pub fn resolve_connection(
        &self,
        name: &str,
        variables: &Variables,
    ) -> Option<Result<ResolvedParams, ProfileError>> {
        let resolved = self.connections.get(name)?.resolve(&self.text, variables);
        Some(resolved.map_err(|diagnostics| self.error(diagnostics)))
    }

    /// The profile `name` that says nothing.
    fn defaults(project: &Project, name: &str) -> Self {
        Self {
            name: name.to_owned(),
            path: None,
            text: String::new(),
            engine: EngineSettings::of_profile(project, name),
            variables: Assignments::new(),
            connections: BTreeMap::new(),
            plugins: PluginSettings::default(),
            runs: RunSettings::default(),
            notify: Vec::new(),
            notes: Vec::new(),
        }
    }

    pub(crate) fn error(&self, diagnostics: Vec<Diagnostic>) -> ProfileError {
        let path = self.path.clone().unwrap_or_default();
        ProfileError { path, text: self.text.clone(), diagnostics }
    }
}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Profile")
            .field("name", &self.name)
            .field("path", &self.path)
            .field("engine", &self.engine)
            .field("connections", &self.connections)
            .field("plugins", &self.plugins)
            .finish_non_exhaustive()
    }
}

fn missing(project: &Project, name: &str) -> ProfileError {
    let names = project.profiles();
    let nearest = suggest(name, names.iter().map(String::as_str));
    let help = match nearest {
        Some(nearest) => format!("did you mean `{nearest}`? There are: {}", names.join(", ")),
        None if names.is_empty() => format!("there are none; write profiles/{name}.yml"),
        None => format!("there are: {}; name one with --profile", names.join(", ")),
    };
    let message = format!("there is no profile `{name}`");
    let diagnostic = Diagnostic::error(code::PROFILE_NOT_FOUND, message, Span::at(0)).help(help);
    without_text(project.root().join("profiles"), diagnostic)
}

fn unreadable(path: &Path, problem: &str) -> ProfileError {
    let message = format!("the profile cannot be read: {problem}");
    let diagnostic = Diagnostic::error(code::UNREADABLE_FILE, message, Span::at(0))
        .help("a profile is a UTF-8 text file of at most 1 MiB");
    without_text(path.to_owned(), diagnostic)
}

fn without_text(path: PathBuf, diagnostic: Diagnostic) -> ProfileError {
    ProfileError { path, text: String::new(), diagnostics: vec![diagnostic] }
}
