//! The texts that a pipeline is made of.

use std::{fs, path::Path, sync::Arc};

use sqlflow_plan::{IncludedTexts, Settled};
use sqlflow_syntax::Sources;

use crate::{Trouble, Workspace, code};

/// The text of a pipeline's file.
pub(super) fn read(path: &Path) -> Result<Arc<str>, Trouble> {
    let text = fs::read_to_string(path).map_err(|error| {
        let message = format!("{} cannot be read: {error}", path.display());
        Trouble::usage(code::PIPELINE_UNREADABLE, message, "check that it is a UTF-8 text file")
    })?;
    Ok(text.into())
}

/// Statements of a command line; the last one needs no `;` there.
pub(super) fn terminated(statements: &str) -> String {
    let bare = statements.trim_end();
    let end = if bare.is_empty() || bare.ends_with(';') { "\n" } else { "\n;\n" };
    format!("{bare}{end}")
}

/// Settles a pipeline, with every file it includes.
pub(super) fn settle(workspace: &Workspace, path: &Path, text: &Arc<str>) -> Settled {
    let mut texts = IncludedTexts::new();
    loop {
        let sources = Sources::of(path, Arc::clone(text));
        let project = workspace.project();
        match sqlflow_plan::settle(sources, project, workspace.variables(), &texts) {
            Ok(settled) => return settled,
            Err(wanted) => texts.extend(wanted.into_iter().map(|path| {
                let text = read_included(project.root(), &path);
                (path, text)
            })),
        }
    }
}

/// The text of a file to include; what a link leads to has to lie in the project too (S4).
fn read_included(root: &Path, path: &Path) -> Result<String, String> {
    let real = |path: &Path| path.canonicalize().map_err(|error| error.to_string());
    if !real(path)?.starts_with(real(root)?) {
        return Err("it is a link out of the project".to_owned());
    }
    fs::read_to_string(path).map_err(|error| error.to_string())
}
