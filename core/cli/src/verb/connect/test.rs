//! `sqlflow connect test`.

use std::io::{self, Write};
use std::time::Duration;

use clap::Args;
use serde_json::{Value, json};
use sqlflow_run::{Problem, RoleTest, Trouble, Workspace};
use sqlflow_state::StepError;

use super::seconds;
use crate::code;
use crate::exit;
use crate::failure::{Failure, Outcome};
use crate::format::Format;
use crate::interrupt;
use crate::render::clean::clean_line;
use crate::render::quantity::duration;
use crate::render::{findings, problems, step_error};
use crate::screen::Screen;
use crate::workspace_args::WorkspaceArgs;

/// The options of `sqlflow connect test`.
#[derive(Debug, Args)]
pub(crate) struct ConnectTestArgs {
    /// Connection of the profile
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    name: Option<String>,

    /// Test all connections of the profile
    #[arg(long)]
    all: bool,

    /// How long the other side may take, such as 30s, 500ms or 2m
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = seconds)]
    timeout: Duration,

    #[command(flatten)]
    workspace: WorkspaceArgs,

    /// Output format
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(super) format: Format,
}

/// Opens each connection for real and tells what its connector found.
pub(super) fn test(args: &ConnectTestArgs) -> Outcome {
    let workspace = args.workspace.open(&Screen::new(args.format == Format::Json))?;
    let names: Vec<String> = match &args.name {
        Some(name) => vec![name.clone()],
        None => workspace.profile().connections.keys().cloned().collect(),
    };
    if names.is_empty() {
        let message = format!("the profile `{}` has no connections", workspace.profile().name);
        let remedy = "`sqlflow connect add NAME --type CONNECTOR` writes one";
        return Err(Failure::usage(code::NO_CONNECTIONS, message, remedy));
    }
    let tested = test_each(args, &workspace, &names)?;
    let exit_code = tested.iter().map(Tested::exit_code).filter(|code| *code != exit::OK).min();
    let exit_code = exit_code.unwrap_or(exit::OK);
    match args.format {
        Format::Text => {
            let mut out = anstream::stdout();
            tested.iter().try_for_each(|tested| out.write_all(tested.text().as_bytes()))?;
        }
        Format::Json => {
            let status = if exit_code == exit::OK { "ok" } else { "failed" };
            let connections: Vec<Value> = tested.iter().map(Tested::json).collect();
            let document = json!({
                "status": status, "exit_code": exit_code, "connections": connections,
            });
            writeln!(io::stdout(), "{document:#}")?;
        }
    }
    Ok(exit_code)
}

fn test_each(
    args: &ConnectTestArgs,
    workspace: &Workspace,
    names: &[String],
) -> Result<Vec<Tested>, Failure> {
    let cancel = interrupt::token();
    let mut tested = Vec::new();
    for name in names {
        let outcome = sqlflow_run::test_connection(workspace, name, args.timeout, &cancel);
        let outcome = match outcome {
            Ok(roles) => Outcomes::Roles(roles),
            Err(trouble @ Trouble::Problems(_)) => {
                let code = trouble.exit_code();
                let Trouble::Problems(problems) = trouble else { continue };
                Outcomes::Wrong(problems, code)
            }
            Err(trouble) => return Err(trouble.into()),
        };
        tested.push(Tested { name: name.clone(), outcome });
        if cancel.is_cancelled() {
            break;
        }
    }
    Ok(tested)
}

/// A connection with what came out.
struct Tested {
    name: String,
    outcome: Outcomes,
}

enum Outcomes {
    /// In each role that its params are enough for.
    Roles(Vec<RoleTest>),
    /// Its settings are wrong, and the exit code of that.
    Wrong(Vec<Problem>, u8),
}

impl Tested {
    fn exit_code(&self) -> u8 {
        match &self.outcome {
            Outcomes::Wrong(_, code) => *code,
            Outcomes::Roles(roles) => {
                let codes = roles.iter().map(|role| role.exit_class().code());
                codes.filter(|code| *code != exit::OK).min().unwrap_or(exit::OK)
            }
        }
    }

    fn text(&self) -> String {
        let name = clean_line(&self.name);
        match &self.outcome {
            Outcomes::Wrong(problems, _) => {
                format!("✗ {name}: its settings are wrong\n{}", problems::text(problems))
            }
            Outcomes::Roles(roles) => roles.iter().map(|role| role_text(&name, role)).collect(),
        }
    }

    fn json(&self) -> Value {
        let (roles, problems) = match &self.outcome {
            Outcomes::Roles(roles) => (roles.iter().map(role_json).collect(), json!([])),
            Outcomes::Wrong(problems, _) => (json!([]), findings::json(problems)),
        };
        json!({
            "name": self.name,
            "status": if self.exit_code() == exit::OK { "ok" } else { "failed" },
            "exit_code": self.exit_code(),
            "roles": roles,
            "findings": problems,
        })
    }
}

fn role_text(name: &str, test: &RoleTest) -> String {
    let mark = if test.passed() { "✓" } else { "✗" };
    let role = json!(test.role);
    let role = role.as_str().unwrap_or_default();
    let mut text = format!("{mark} {name} as {role}  {}\n", duration(test.elapsed));
    match &test.outcome {
        Ok(report) => {
            for item in &report.items {
                let mark = if item.ok { "✓" } else { "✗" };
                let seen = clean_line(&format!("{}: {}", item.name, item.message));
                text.push_str(&format!("  {mark} {seen}\n"));
            }
            if !test.passed() {
                text.push_str(&step_error::text(&found_wrong(name), None));
            }
        }
        Err(error) => text.push_str(&step_error::text(error, None)),
    }
    text
}

fn found_wrong(name: &str) -> StepError {
    StepError {
        code: code::CONNECTION_FAILED.to_owned(),
        kind: "unavailable".to_owned(),
        message: format!("the connection `{name}` does not work"),
        remedy: Some("correct what the lines with ✗ name, in the profile or over there".to_owned()),
        ..StepError::default()
    }
}

fn role_json(test: &RoleTest) -> Value {
    let report = test.outcome.as_ref().ok();
    json!({
        "role": test.role,
        "ok": test.passed(),
        "milliseconds": test.elapsed.as_millis() as u64,
        "checks": report.map(|report| &report.items),
        "error": test.outcome.as_ref().err(),
    })
}
