//! Why a verb ended early, in the format that was asked for.

use std::io::{self, Write};

use serde_json::json;

use crate::failure::Failure;
use crate::format::Report;
use crate::pages;
use crate::render::{findings, github, problems, step_error};

/// Tells the failure: for people on standard error, for programs on standard output.
pub(crate) fn tell(failure: &Failure, format: Report) {
    // A reader who has gone needs no report, and there is no third place to complain at.
    let _ = match format {
        Report::Text => anstream::stderr().write_all(text(failure).as_bytes()),
        Report::Json => io::stdout().write_all(json(failure).as_bytes()),
        Report::Github => io::stdout().write_all(annotations(failure).as_bytes()),
    };
}

fn text(failure: &Failure) -> String {
    match failure {
        Failure::Problems(all, _) => problems::text(all),
        Failure::Failed(error, _) => {
            step_error::text(error, None) + &pages::hint([error.code.as_str()])
        }
        Failure::Closed => String::new(),
    }
}

/// One document of the keys that a run's has, without steps.
fn json(failure: &Failure) -> String {
    let (findings, error) = match failure {
        Failure::Problems(all, _) => (findings::json(all), None),
        Failure::Failed(error, _) => (json!([]), Some(error)),
        Failure::Closed => return String::new(),
    };
    let document = json!({
        "run_id": null,
        "status": "failed",
        "exit_code": failure.exit_code(),
        "steps": [],
        "findings": findings,
        "error": error,
    });
    format!("{document:#}\n")
}

fn annotations(failure: &Failure) -> String {
    match failure {
        Failure::Problems(all, _) => github::problems(all),
        Failure::Failed(error, _) => github::error(error),
        Failure::Closed => String::new(),
    }
}
