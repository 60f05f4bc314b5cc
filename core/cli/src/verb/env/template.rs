//! `sqlflow env template`.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;
use sqlflow_profile::{Value, names_a_secret};
use sqlflow_run::EnvironmentName;

use super::Surroundings;
use crate::code;
use crate::exit;
use crate::failure::{Failure, Outcome};
use crate::format::Format;
use crate::render::clean::clean_line;
use crate::render::place::shown;
use crate::render::quantity::counted;

const HEAD: &str = "\
# Copy this file to .env, which git does not keep, and fill in what is needed.
# A variable of the real environment wins over a line in .env.
";

/// The options of `sqlflow env template`.
#[derive(Debug, Args)]
pub(crate) struct EnvTemplateArgs {
    /// File to write, taken from the project's folder
    #[arg(short, long, value_name = "FILE", default_value = ".env.example")]
    output: PathBuf,

    /// Write over a file that is there
    #[arg(long)]
    force: bool,

    /// Output format
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(super) format: Format,
}

/// Writes a line a name, each as a comment, with where it is needed. No value is in it.
pub(super) fn template(args: &EnvTemplateArgs) -> Outcome {
    let surroundings = Surroundings::look()?;
    let names = surroundings.names(None)?;
    let path = surroundings.project.root().join(&args.output);
    let text = names.iter().fold(HEAD.to_owned(), |text, name| text + &lines(name));
    write(&path, &text, args.force)?;
    let told = match args.format {
        Format::Text => {
            format!("wrote {} with {}\n", shown(&path), counted(names.len() as u64, "name"))
        }
        Format::Json => {
            let names: Vec<&str> = names.iter().map(|name| name.name.as_str()).collect();
            format!("{:#}\n", json!({ "file": path, "names": names }))
        }
    };
    io::stdout().write_all(told.as_bytes())?;
    Ok(exit::OK)
}

/// The line is a comment: an empty value would be one, and would hide that nothing is set.
fn lines(name: &EnvironmentName) -> String {
    let places: Vec<String> = name.places.iter().map(ToString::to_string).collect();
    let default = name.places.iter().find_map(|place| place.default.as_ref());
    let note = match default {
        Some(_) if names_a_secret(&name.name) => "; has a default".to_owned(),
        Some(default) => clean_line(&format!("; default: {}", Value::text(default))),
        None => String::new(),
    };
    format!("\n# {}{note}\n# {}=\n", clean_line(&places.join(", ")), name.name)
}

fn write(path: &Path, text: &str, force: bool) -> Result<(), Failure> {
    let written = match force {
        true => fs::write(path, text),
        false => fs::File::create_new(path).and_then(|mut file| file.write_all(text.as_bytes())),
    };
    written.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            let message = format!("{} is there already; nothing was written", path.display());
            Failure::usage(code::FILE_EXISTS, message, "write over it with --force")
        }
        _ => {
            let message = format!("{} cannot be written: {error}", path.display());
            Failure::usage(code::CANNOT_WRITE, message, "name a file that you may write")
        }
    })
}
