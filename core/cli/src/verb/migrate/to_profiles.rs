//! `sqlflow migrate to-profiles` and `extract-profiles`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use sqlflow_host::Plugins;
use sqlflow_profile::Project;
use sqlflow_run::{Problem, Workspace};
use sqlflow_syntax::{JsonEntry, JsonObject, Pipeline, Span, parse};

use crate::code;
use crate::exit;
use crate::failure::{Failure, Outcome};
use crate::render::place::shown;
use crate::screen::Screen;
use crate::verb::fmt::files;
use crate::workspace_args::WorkspaceArgs;

use super::change::Change;
use super::connections::{Connection, Connections};
use super::inline::{Finder, Inline, Place};
use super::report::finish;
use super::secrets::SecretFields;
use super::yaml::{Values, quoted};

/// The options of `sqlflow migrate to-profiles`.
#[derive(Debug, Args)]
pub(super) struct ToProfilesArgs {
    /// Pipeline: NAME for pipelines/NAME.sf, or a path ending in .sf
    #[arg(value_name = "PIPELINE")]
    name: String,

    #[command(flatten)]
    how: How,
}

/// The options of `sqlflow migrate extract-profiles`.
#[derive(Debug, Args)]
pub(super) struct ExtractArgs {
    /// Folder of pipelines
    #[arg(value_name = "FOLDER")]
    folder: String,

    /// Let sources with the same params share one connection
    #[arg(long)]
    merge_similar: bool,

    #[command(flatten)]
    how: How,
}

#[derive(Debug, Args)]
struct How {
    #[command(flatten)]
    workspace: WorkspaceArgs,

    /// Show the differences and write nothing
    #[arg(long)]
    dry_run: bool,

    /// Replace connections of the same name
    #[arg(long)]
    force: bool,
}

/// Moves the params of one pipeline.
pub(super) fn one(args: &ToProfilesArgs) -> Outcome {
    migrate(std::slice::from_ref(&args.name), &args.how, false)
}

/// Moves those of all pipelines of a folder.
pub(super) fn folder(args: &ExtractArgs) -> Outcome {
    migrate(std::slice::from_ref(&args.folder), &args.how, args.merge_similar)
}

fn migrate(names: &[String], how: &How, merge: bool) -> Outcome {
    let workspace = how.workspace.open(&Screen::new(true))?;
    let project = workspace.project();
    let mut profile = profile_file(&workspace, project)?;
    let mut connections = Connections::new(profile.before.clone(), how.force, merge);
    let (mut pipelines, mut notes) = (Vec::new(), Vec::new());
    for path in files::named(names, project)? {
        let mut change = Change::of(&path, project)?;
        let pipeline = read(&change)?;
        let secrets = SecretFields::of(workspace.plugins());
        let found = Finder::find(&pipeline.statements, secrets);
        let mut moving =
            Moving { change: &mut change, connections: &mut connections, notes: &mut notes };
        moving.all(&found, workspace.plugins())?;
        pipelines.push(change);
    }
    profile.after = connections.text;
    profile.secrets = pipelines.iter().flat_map(|change| change.secrets.clone()).collect();
    // The profile first: a pipeline must not name a connection that is not there.
    let changes: Vec<Change> = std::iter::once(profile).chain(pipelines).collect();
    finish(&changes, &notes, how.dry_run)
}

fn profile_file(workspace: &Workspace, project: &Project) -> Result<Change, Failure> {
    let profile = workspace.profile();
    match &profile.path {
        Some(path) => Change::of(path, project),
        None => {
            let file: PathBuf = ["profiles", &format!("{}.yml", profile.name)].iter().collect();
            Ok(Change::new_file(project.root().join(file)))
        }
    }
}

fn read(change: &Change) -> Result<Pipeline, Failure> {
    let parsed = parse(&change.before);
    if parsed.diagnostics.is_empty() {
        return Ok(parsed.pipeline);
    }
    let text: Arc<str> = change.before.as_str().into();
    let path: &Path = &change.path;
    let problem = |diagnostic| Problem {
        path: path.to_owned(),
        text: Arc::clone(&text),
        diagnostic,
        class: None,
    };
    let problems = parsed.diagnostics.into_iter().map(problem).collect();
    Err(Failure::Problems(problems, exit::SYNTAX))
}

/// Moves params out of one pipeline.
struct Moving<'c> {
    change: &'c mut Change,
    connections: &'c mut Connections,
    notes: &'c mut Vec<String>,
}

impl Moving<'_> {
    fn all(&mut self, found: &[Inline<'_>], plugins: &Plugins) -> Result<(), Failure> {
        let mut secrets = SecretFields::of(plugins);
        let mut edits = Vec::new();
        for inline in found {
            let (connection, values) = connection(inline, &mut secrets);
            let name = self.connections.add(&inline.name, connection)?;
            edits.extend(inline.edits(&self.change.before, &name));
            for variable in values.variables {
                let place = shown(&self.change.path);
                self.notes.push(format!("set {variable} in the environment or in .env: a secret stood in {place}, under `{}`", inline.name));
            }
            self.change.secrets.extend(values.secrets);
        }
        edits.sort_by_key(|(span, _)| *span);
        for (span, text) in edits.into_iter().rev() {
            self.change.after.replace_range(span.range(), &text);
        }
        // What cannot be read any more is not written, whatever the reason.
        match parse(&self.change.after).diagnostics.is_empty() {
            true => Ok(()),
            false => Err(unreadable(&self.change.path)),
        }
    }
}

fn unreadable(path: &Path) -> Failure {
    let message = format!("{} cannot be changed as a text", shown(path));
    let remedy = "write FROM and the connection by hand, and please report it";
    Failure::usage(code::CANNOT_EDIT, message, remedy)
}

fn connection(inline: &Inline<'_>, secrets: &mut SecretFields<'_>) -> (Connection, Values) {
    let mut values = Values::default();
    let param = |entry: &&JsonEntry| {
        let key = entry.key.value.clone();
        let secret = secrets.contain(inline.connector, &key);
        (key, values.param(entry, secret, &inline.name))
    };
    let params = inline.moved.iter().map(param).collect();
    (Connection { connector: inline.connector.to_owned(), params }, values)
}

impl Inline<'_> {
    /// What takes the place of what; comments stay.
    fn edits(&self, text: &str, name: &str) -> Vec<(Span, String)> {
        match self.place {
            Place::Source(span) => {
                let options = match self.options(text, span) {
                    Left::Nothing => String::new(),
                    Left::Comments(comments) => format!(" {comments}"),
                    Left::Object(object) => format!(" OPTIONS {object}"),
                };
                vec![(span, format!(" FROM {}{options}", quoted(name)))]
            }
            Place::Export(span, object) => {
                let comments = written(&sqlflow_syntax::comments(text, span));
                let place = (span, format!(" {comments}USING {}", quoted(name)));
                vec![place, self.export_options(text, span.end, object)]
            }
        }
    }

    /// What is left of an export's OPTIONS. The keyword stays where a comment stands around it.
    fn export_options(&self, text: &str, from: usize, object: &JsonObject) -> (Span, String) {
        let before = Span::new(from, object.span.start);
        match self.options(text, object.span) {
            Left::Object(object_text) => (object.span, object_text),
            Left::Nothing if sqlflow_syntax::comments(text, before).is_empty() => {
                let keyword = text[before.range()].trim_end();
                let word = keyword.trim_end_matches(|c: char| c.is_ascii_alphabetic());
                (Span::new(from + word.trim_end().len(), object.span.end), String::new())
            }
            Left::Nothing => (object.span, "{}".to_owned()),
            Left::Comments(comments) => (object.span, format!("{{ {comments}}}")),
        }
    }

    /// The params that are left, with the comments of the part of the text they stood in.
    fn options(&self, text: &str, span: Span) -> Left {
        let comments = written(&sqlflow_syntax::comments(text, span));
        let entry = |entry: &&JsonEntry| &text[entry.key.span.start..entry.value.span.end];
        let kept: Vec<&str> = self.kept.iter().map(entry).collect();
        match (kept.is_empty(), comments.is_empty()) {
            (true, true) => Left::Nothing,
            (true, false) => Left::Comments(comments),
            (false, _) => Left::Object(format!("{{ {comments}{} }}", kept.join(", "))),
        }
    }
}

/// What is left of PARAMS or OPTIONS.
enum Left {
    Nothing,
    Comments(String),
    Object(String),
}

/// Comments one after the other, each with what has to stand behind it.
fn written(comments: &[&str]) -> String {
    let end = |comment: &&&str| if comment.starts_with("--") { "\n" } else { " " };
    comments.iter().map(|comment| format!("{comment}{}", end(&comment))).collect()
}
