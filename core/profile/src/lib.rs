//! Finds a project, resolves its profile and replaces `${variables}`.
//!
//! [`Project::discover`] finds the folder, [`Environment::read`] takes the snapshot of the process
//! environment and `.env`, [`Profile::load`] reads `profiles/<name>.yml`, and [`Variables`] joins
//! the layers that a `${…}` is looked up in. The only crate of the core that reads the environment.

mod assignments;
mod bad_reference;
mod bounded_file;
mod chosen;
pub mod code;
mod connection;
mod dotenv;
mod edit;
mod engine;
mod environment;
mod node;
mod notify;
mod origin;
mod overview;
mod profile;
mod profile_error;
mod profile_file;
mod profile_layer;
mod project;
mod reader;
mod references;
mod replace_file;
mod runs;
mod schema;
mod secret;
mod substitute;
mod template;
mod time;
mod value;
mod variables;
mod yaml;

pub use assignments::{VarsError, parse_vars};
pub use bad_reference::BadReference;
pub use chosen::{Chosen, ChosenBy};
pub use connection::{Connection, ResolvedParams};
pub use edit::{EditError, NewConnection, add_connection, as_json, param_value};
pub use engine::{Database, EngineSettings};
pub use environment::{Environment, EnvironmentError};
pub use node::{Content, Entry, Node};
pub use notify::{Notification, NotifyOn};
pub use origin::Origin;
pub use overview::{Setting, Shown, names_a_secret};
pub use profile::{PluginSettings, Profile};
pub use profile_error::ProfileError;
pub use project::{Project, ProjectError};
pub use references::{ProfileReferences, profile_references, references};
pub use replace_file::replace_file;
pub use runs::{OnFailure, RunSettings};
pub use schema::{ConnectorSchema, profile_schema};
pub use secret::Secret;
pub use substitute::{Resolved, Substituted, Use, substitute};
pub use template::{Piece, Reference, ReferenceKind, parse_template};
pub use value::{Assignments, Value};
pub use variables::Variables;
pub use yaml::parse as parse_yaml;
