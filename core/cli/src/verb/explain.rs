//! `sqlflow explain`.

use std::io::{self, Write};

use anstream::{AutoStream, ColorChoice};
use clap::Args;
use serde_json::{Value, json};
use sqlflow_syntax::suggest;

use crate::failure::{Failure, Outcome};
use crate::format::{Format, Report};
use crate::pages::{self, Page};
use crate::render::page;
use crate::{code, exit};

/// The options of `sqlflow explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// Code, such as SF0203 [default: list all]
    code: Option<String>,

    /// Output format
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

impl ExplainArgs {
    /// The format that was asked for.
    pub(crate) fn report(&self) -> Report {
        self.format.into()
    }
}

/// Prints the page of an error code, or every code with its title. Needs no project.
pub(crate) fn explain(args: &ExplainArgs) -> Outcome {
    let text = match (&args.code, args.format) {
        (None, Format::Text) => pages::all().map(|page| line(&page)).collect(),
        (None, Format::Json) => {
            format!("{:#}\n", pages::all().map(|page| entry(&page)).collect::<Value>())
        }
        (Some(code), Format::Text) => page::text(named(code)?, is_coloured()),
        (Some(code), Format::Json) => format!("{:#}\n", whole(named(code)?)),
    };
    anstream::stdout().write_all(text.as_bytes())?;
    Ok(exit::OK)
}

fn named(code: &str) -> Result<Page, Failure> {
    let code = code.trim();
    pages::find(code).ok_or_else(|| {
        let list = "`sqlflow explain` lists all codes";
        let remedy = match suggest(code, pages::all().map(|page| page.code)) {
            Some(nearest) => format!("did you mean `sqlflow explain {nearest}`? {list}"),
            None => list.to_owned(),
        };
        Failure::usage(code::UNKNOWN_CODE, format!("there is no error code `{code}`"), remedy)
    })
}

fn is_coloured() -> bool {
    AutoStream::choice(&io::stdout()) != ColorChoice::Never
}

fn line(page: &Page) -> String {
    format!("{}  {}\n", page.code, page.title)
}

fn entry(page: &Page) -> Value {
    json!({ "code": page.code, "title": page.title })
}

fn whole(page: Page) -> Value {
    json!({ "code": page.code, "title": page.title, "text": page.text })
}
