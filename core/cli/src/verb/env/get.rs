//! `sqlflow env get`.

use std::io::{self, Write};

use clap::Args;
use serde_json::json;
use sqlflow_profile::names_a_secret;
use sqlflow_syntax::suggest;

use super::Surroundings;
use crate::code;
use crate::exit;
use crate::failure::{Failure, Outcome};
use crate::format::Format;

/// The options of `sqlflow env get`.
#[derive(Debug, Args)]
pub(crate) struct EnvGetArgs {
    /// Name of a variable of the environment
    name: String,

    /// Value to print where it is not set
    #[arg(short, long, value_name = "VALUE")]
    default: Option<String>,

    /// Show the value of a name that says it is a secret
    #[arg(long)]
    show_values: bool,

    /// Output format
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(super) format: Format,
}

/// Prints the value that a reference to the name would have.
pub(super) fn get(args: &EnvGetArgs) -> Outcome {
    let surroundings = Surroundings::look()?;
    let found = surroundings.environment.get(&args.name);
    let (value, origin) = match (found, &args.default) {
        (Some((value, origin)), _) => (value, origin.to_string()),
        (None, Some(default)) => (default.as_str(), "--default".to_owned()),
        (None, None) => return Err(not_set(&surroundings, &args.name)?),
    };
    let is_hidden = names_a_secret(&args.name) && !args.show_values && found.is_some();
    let text = match args.format {
        Format::Text if is_hidden => "***\n".to_owned(),
        Format::Text => format!("{value}\n"),
        Format::Json => {
            let shown = (!is_hidden).then_some(value);
            let secret = is_hidden;
            let document = json!({
                "name": args.name, "value": shown, "secret": secret, "origin": origin,
            });
            format!("{document:#}\n")
        }
    };
    io::stdout().write_all(text.as_bytes())?;
    Ok(exit::OK)
}

fn not_set(surroundings: &Surroundings, name: &str) -> Result<Failure, Failure> {
    let referred = surroundings.names(None)?;
    let referred = referred.iter().map(|referred| referred.name.as_str());
    let known = referred.chain(surroundings.environment.dotenv_names());
    let remedy = surroundings.environment.remedy(name);
    let remedy = match suggest(name, known) {
        Some(nearest) if nearest != name => {
            format!("did you mean `{nearest}`? Otherwise: {remedy}")
        }
        _ => remedy,
    };
    Ok(Failure::usage(code::NOT_SET, format!("`{name}` is not set"), remedy))
}
