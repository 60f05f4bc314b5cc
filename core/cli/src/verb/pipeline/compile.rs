//! `sqlflow pipeline compile`.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};
use sqlflow_run::Workspace;

use crate::failure::{Failure, Outcome};
use crate::render::place::shown;
use crate::render::quantity::counted;
use crate::screen::Screen;
use crate::workspace_args::WorkspaceArgs;
use crate::{choose, code, exit};

/// The options of `sqlflow pipeline compile`.
#[derive(Debug, Args)]
pub(crate) struct CompileArgs {
    /// Pipeline: NAME for pipelines/NAME.sf, or a path ending in .sf [default: all]
    name: Option<String>,

    #[command(flatten)]
    workspace: WorkspaceArgs,

    /// Folder that plans are written to, as compiled/NAME.json; relative to the project
    #[arg(long, default_value = "target", value_name = "FOLDER")]
    output_dir: PathBuf,
}

/// Writes the plans of pipelines as JSON, secrets masked. Nothing is connected.
pub(crate) fn compile(args: &CompileArgs) -> Outcome {
    let workspace = args.workspace.open(&Screen::new(false))?;
    let project = workspace.project();
    let names = match &args.name {
        Some(name) => vec![name.clone()],
        None => project.pipelines(),
    };
    if names.is_empty() {
        return Err(choose::nothing(project));
    }
    let folder = project.root().join(&args.output_dir).join("compiled");
    for name in &names {
        let (path, steps) = compile_one(&workspace, name, &folder)?;
        let steps = counted(steps as u64, "step");
        writeln!(io::stdout(), "→ {}  {steps}", shown(&path))?;
    }
    Ok(exit::OK)
}

fn compile_one(
    workspace: &Workspace,
    name: &str,
    folder: &Path,
) -> Result<(PathBuf, usize), Failure> {
    let compiled = sqlflow_run::compile(workspace, name)?;
    let plan = sqlflow_plan::to_json(&compiled.plan);
    let document = json!({
        "pipeline_name": plan["pipeline_name"],
        "operations": plan["operations"],
        "operation_count": plan["operation_count"],
    });
    let name = if name.ends_with(".sf") { compiled.name.as_str() } else { name };
    let path = folder.join(format!("{name}.json"));
    write(&path, &document)?;
    Ok((path, compiled.plan.steps.len()))
}

fn write(path: &Path, document: &Value) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(path);
    let written =
        fs::create_dir_all(folder).and_then(|()| fs::write(path, format!("{document:#}\n")));
    written.map_err(|error| {
        let message = format!("{} cannot be written: {error}", path.display());
        Failure::execution(code::CANNOT_WRITE, message, "name another folder with --output-dir")
    })
}
