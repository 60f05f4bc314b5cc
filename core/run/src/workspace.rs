use std::{path::PathBuf, sync::Arc};

use sqlflow_host::{Deadlines, DestinationRegistry, Lock, NoticeSink, Plugins, SourceRegistry};
use sqlflow_profile::{
    Assignments, Environment, Profile, ProfileError, Project, RunSettings, Variables, parse_vars,
};

use crate::{Problem, Trouble, search::search_path};

/// What a command is called with.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The folder the project is looked for from, upward.
    pub start: PathBuf,
    /// The profile asked for.
    pub profile: Option<String>,
    /// The text of `--vars`.
    pub vars: Option<String>,
    /// The paths of `--plugin`.
    pub plugins: Vec<PathBuf>,
    /// Whether plugins that the project's `sqlflow.lock` does not pin are refused.
    pub locked: bool,
    /// The running program, beside which plugins are looked for.
    pub executable: PathBuf,
}

/// A project with its profile, variables and plugins: what every command starts from.
#[derive(Debug)]
pub struct Workspace {
    project: Project,
    environment: Environment,
    profile: Profile,
    vars: Assignments,
    plugins: Arc<Plugins>,
}

impl Workspace {
    /// Finds the project and reads its profile. No plugin is loaded and no database opened.
    ///
    /// # Errors
    ///
    /// The profile, `.env`, `sqlflow.lock` or `--vars` is wrong.
    pub fn open(options: Options, notices: NoticeSink) -> Result<Self, Trouble> {
        let project = Project::discover(&options.start);
        let environment = environment(&project)?;
        let vars = parse_vars(options.vars.as_deref().unwrap_or_default()).map_err(|error| {
            let form = "write --vars as JSON or as name=value,name=value";
            Trouble::usage(error.code, error.to_string(), form)
        })?;
        let name = options.profile.as_deref();
        let profile = Profile::load_with_vars(&project, name, &vars, &environment)
            .map_err(|error| of_profile(&error))?;
        let lock = Lock::read(project.root())?;
        let search =
            search_path(&options.plugins, &profile.plugins.path, &environment, &options.executable);
        let search = search.pinned_by(lock, options.locked);
        let plugins = Plugins::discover_within(search, notices, deadlines(&profile.runs));
        Ok(Self { project, environment, profile, vars, plugins })
    }

    /// The project.
    pub fn project(&self) -> &Project {
        &self.project
    }

    /// The profile.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Whether the environment or `.env` names a profile, with `SQLFLOW_PROFILE`.
    pub fn is_profile_of_environment(&self) -> bool {
        self.environment.get("SQLFLOW_PROFILE").is_some_and(|(name, _)| !name.is_empty())
    }

    /// The plugins found.
    pub fn plugins(&self) -> &Arc<Plugins> {
        &self.plugins
    }

    /// What the profile should say in another way.
    pub fn warnings(&self) -> Vec<Problem> {
        let problem = |diagnostic| self.in_profile(diagnostic);
        self.profile.notes.iter().cloned().map(problem).collect()
    }

    /// The environment and `.env`.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// The values of `--vars`, the profile's variables and the environment.
    pub fn variables(&self) -> Variables {
        Variables::new(self.vars.clone(), &self.profile.variables, &self.environment)
    }

    pub(crate) fn sources(&self) -> SourceRegistry {
        SourceRegistry::new(&self.plugins)
    }

    pub(crate) fn destinations(&self) -> DestinationRegistry {
        DestinationRegistry::new(&self.plugins)
    }

    pub(crate) fn in_profile(&self, diagnostic: sqlflow_syntax::Diagnostic) -> Problem {
        in_profile(&self.profile, diagnostic)
    }
}

/// How long a call of a connector may take.
fn deadlines(settings: &RunSettings) -> Deadlines {
    let limits = Deadlines::default();
    let limits = settings.call_timeout.map_or(limits, |limit| limits.with_calls(limit));
    settings.stall_timeout.map_or(limits, |limit| limits.with_stalls(limit))
}

/// Reads the environment and the project's `.env`.
///
/// # Errors
///
/// `.env` cannot be read, or has a line that is no assignment.
pub fn environment(project: &Project) -> Result<Environment, Trouble> {
    Environment::read(project.root())
        .map_err(|error| Trouble::usage(error.code, error.to_string(), "correct the line it names"))
}

/// Reads one profile of a project by its name, and nothing else of the project.
///
/// # Errors
///
/// There is no such profile, or everything that is wrong in it.
pub fn profile(
    project: &Project,
    name: &str,
    environment: &Environment,
) -> Result<(Profile, Vec<Problem>), Trouble> {
    let profile =
        Profile::load(project, Some(name), environment).map_err(|error| of_profile(&error))?;
    let notes = profile.notes.iter().cloned().map(|note| in_profile(&profile, note)).collect();
    Ok((profile, notes))
}

fn in_profile(profile: &Profile, diagnostic: sqlflow_syntax::Diagnostic) -> Problem {
    Problem {
        path: profile.path.clone().unwrap_or_default(),
        text: profile.text.as_str().into(),
        diagnostic,
        class: None,
    }
}

/// Everything wrong with a profile.
pub(crate) fn of_profile(error: &ProfileError) -> Trouble {
    let text: Arc<str> = error.text.as_str().into();
    let problem = |diagnostic: &sqlflow_syntax::Diagnostic| Problem {
        path: error.path.clone(),
        text: Arc::clone(&text),
        diagnostic: diagnostic.clone(),
        class: None,
    };
    Trouble::Problems(error.diagnostics.iter().map(problem).collect())
}
