//! `sqlflow plugin …`.

mod build;
mod connector_crate;
mod dev;
mod docs;
mod inspect;
mod install;
mod list;
mod new;
mod place;
mod reference;
mod remove;
mod sdk_place;
mod template;
mod test;
mod try_out;
mod verify;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::failure::Outcome;
use crate::format::{Format, Report};
use crate::verb::unknown::refuse;
use crate::workspace_args::WorkspaceArgs;

/// Verbs for plugins that are.
const BUILT: &[&str] =
    &["list", "test", "inspect", "install", "remove", "verify", "new", "build", "dev", "docs"];

/// Verbs for plugins that are not built yet.
const NOT_BUILT: &[&str] = &["check", "pack"];

/// The verbs behind `sqlflow plugin`.
#[derive(Debug, Subcommand)]
pub(crate) enum PluginVerb {
    /// Show the plugins that are found, and why one cannot be used
    List(PluginListArgs),
    /// Show what a plugin says of itself; none of its code runs
    Inspect(PluginInspectArgs),
    /// Try whether a plugin keeps the contract, case by case
    Test(PluginTestArgs),
    /// Copy a plugin to your plugin folder, trust it and pin it in the project
    Install(PluginInstallArgs),
    /// Take an installed plugin away, and its pin out of the project
    Remove(PluginRemoveArgs),
    /// Compare plugins with what was installed and what the project pins
    Verify(PluginVerifyArgs),
    /// Make a connector's crate that compiles and works at once
    New(new::PluginNewArgs),
    /// Build a connector and look at its library; none of its code runs
    Build(build::PluginBuildArgs),
    /// Build a connector and try it, again after each save
    Dev(dev::PluginDevArgs),
    /// Print the reference of a connector, made from its spec
    Docs(docs::PluginDocsArgs),
    /// Anything else.
    #[command(external_subcommand)]
    Other(Vec<OsString>),
}

/// The options of `sqlflow plugin list`.
#[derive(Debug, Args)]
pub(crate) struct PluginListArgs {
    #[command(flatten)]
    workspace: WorkspaceArgs,

    /// Output format
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

/// The options of `sqlflow plugin inspect`.
#[derive(Debug, Args)]
pub(crate) struct PluginInspectArgs {
    /// Connector, by name or alias, or a plugin's library
    plugin: String,

    #[command(flatten)]
    workspace: WorkspaceArgs,

    /// Output format
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

/// The options of `sqlflow plugin test`.
#[derive(Debug, Args)]
pub(crate) struct PluginTestArgs {
    /// A plugin's library, or a connector by name [default: that of the current folder]
    plugin: Option<String>,

    /// What the cases may open [default: conformance.toml]
    #[arg(long, value_name = "FILE")]
    fixture: Option<PathBuf>,

    /// Run this case alone (repeatable)
    #[arg(long, value_name = "CASE")]
    only: Vec<String>,

    /// Seconds that a case may take
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    deadline: u64,

    #[command(flatten)]
    workspace: WorkspaceArgs,

    /// Output format
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,

    /// Run this case here, in a process that the suite has started
    #[arg(long, hide = true, requires = "scratch")]
    case: Option<String>,

    /// Play this scene of a case
    #[arg(long, hide = true, requires = "scratch")]
    scene: Option<String>,

    /// Where a case writes
    #[arg(long, hide = true)]
    scratch: Option<PathBuf>,
}

/// The options of `sqlflow plugin install`.
#[derive(Debug, Args)]
pub(crate) struct PluginInstallArgs {
    /// The plugin's library
    path: PathBuf,
}

/// The options of `sqlflow plugin remove`.
#[derive(Debug, Args)]
pub(crate) struct PluginRemoveArgs {
    /// The plugin's name
    name: String,
}

/// The options of `sqlflow plugin verify`.
#[derive(Debug, Args)]
pub(crate) struct PluginVerifyArgs {
    /// The plugin's name [default: all that a lock names]
    name: Option<String>,

    #[command(flatten)]
    workspace: WorkspaceArgs,
}

impl PluginVerb {
    /// The format that was asked for.
    pub(crate) fn report(&self) -> Report {
        match self {
            Self::List(args) => args.format.into(),
            Self::Inspect(args) => args.format.into(),
            Self::Test(args) => args.format.into(),
            Self::Build(args) => args.format.into(),
            Self::New(_) | Self::Dev(_) | Self::Docs(_) => Report::Text,
            Self::Install(_) | Self::Remove(_) | Self::Verify(_) | Self::Other(_) => Report::Text,
        }
    }

    /// Whether it runs code of a plugin in this process. `test` starts a process for each case, and
    /// tells itself how each ended.
    pub(crate) fn loads_plugin(&self) -> bool {
        matches!(self, Self::Dev(_) | Self::Docs(_))
    }

    /// Does it.
    pub(crate) fn run(&self) -> Outcome {
        match self {
            Self::List(args) => list::list(args),
            Self::Inspect(args) => inspect::inspect(args),
            Self::Test(args) => test::test(args),
            Self::Install(args) => install::install(args),
            Self::Remove(args) => remove::remove(args),
            Self::Verify(args) => verify::verify(args),
            Self::New(args) => new::new(args),
            Self::Build(args) => build::build(args),
            Self::Dev(args) => dev::dev(args),
            Self::Docs(args) => docs::docs(args),
            Self::Other(words) => Err(refuse("plugin ", words, BUILT, NOT_BUILT)),
        }
    }
}
