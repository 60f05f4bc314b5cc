//! `sqlflow init`.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::code;
use crate::exit;
use crate::failure::{Failure, Outcome};
use crate::render::clean::clean_line;

/// The files of a new project, by path.
const FILES: &[(&str, &str)] = &[
    ("profiles/dev.yml", include_str!("../../starter/profiles/dev.yml")),
    ("pipelines/sales.sf", include_str!("../../starter/pipelines/sales.sf")),
    ("data/customers.csv", include_str!("../../starter/data/customers.csv")),
    ("data/orders.csv", include_str!("../../starter/data/orders.csv")),
    (".gitignore", include_str!("../../starter/gitignore")),
    ("README.md", include_str!("../../starter/README.md")),
];

/// The options of `sqlflow init`.
#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// Folder to make; its last part names the project
    name: PathBuf,
}

/// Makes a project that runs at once. Refuses a folder that holds something.
pub(crate) fn init(args: &InitArgs) -> Outcome {
    let folder = args.name.as_path();
    refuse_occupied(folder)?;
    let name = project_name(folder);
    for (path, text) in FILES {
        let path = folder.join(path);
        write(&path, &text.replace("{name}", &name)).map_err(|error| unwritable(&path, &error))?;
    }
    let shown = clean_line(&folder.display().to_string());
    let mut text = format!("created {shown}\n");
    for (path, _) in FILES {
        text.push_str(&format!("  {path}\n"));
    }
    text.push_str(&format!("\nnext:\n  cd {shown}\n  sqlflow run sales\n"));
    io::stdout().write_all(text.as_bytes())?;
    Ok(exit::OK)
}

fn refuse_occupied(folder: &Path) -> Result<(), Failure> {
    let occupied = match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_some(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => false,
        Err(error) => return Err(unwritable(folder, &error)),
    };
    if !occupied {
        return Ok(());
    }
    let message = format!("{} is not empty; nothing was written", folder.display());
    Err(Failure::usage(code::FOLDER_NOT_EMPTY, message, "name a folder that does not exist yet"))
}

/// The folder's own name, also where it is given as `.`.
fn project_name(folder: &Path) -> String {
    let whole = folder.canonicalize().or_else(|_| std::path::absolute(folder));
    let whole = whole.unwrap_or_else(|_| folder.to_owned());
    clean_line(&whole.file_name().unwrap_or_default().to_string_lossy())
}

/// Writes a file that is not there yet, with its folders.
fn write(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::File::create_new(path)?.write_all(text.as_bytes())
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    let message = format!("{} cannot be written: {error}", path.display());
    Failure::usage(code::CANNOT_WRITE, message, "name a folder where you may write")
}
