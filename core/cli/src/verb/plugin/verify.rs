//! `sqlflow plugin verify`.

use std::io::{self, Write};

use sqlflow_host::{Verdict, code};

use super::PluginVerifyArgs;
use crate::exit;
use crate::failure::{Failure, Outcome};
use crate::render::clean::clean;
use crate::render::place::shown;
use crate::screen::Screen;

/// Hashes the plugins that a lock names, and says which are no longer what it pins. No code runs.
pub(super) fn verify(args: &PluginVerifyArgs) -> Outcome {
    let workspace = args.workspace.open(&Screen::new(false))?;
    let mut verdicts = workspace.plugins().verify();
    if let Some(name) = &args.name {
        verdicts.retain(|verdict| verdict.pin.name == *name);
        if verdicts.is_empty() {
            return Err(not_named(name));
        }
    }
    let told = if verdicts.is_empty() {
        "no plugin is installed or pinned\n".to_owned()
    } else {
        verdicts.iter().map(line).collect()
    };
    io::stdout().write_all(clean(&told).as_bytes())?;
    let good = verdicts.iter().all(|verdict| verdict.result.is_ok());
    Ok(if good { exit::OK } else { exit::PERMISSION })
}

fn line(verdict: &Verdict) -> String {
    let mark = if verdict.result.is_ok() { "✓" } else { "✗" };
    let (pin, lock) = (&verdict.pin, shown(&verdict.lock));
    let mut line = format!("{mark} {} {}  ({lock})\n", pin.name, pin.version);
    if let Err(error) = &verdict.result {
        let code = error.code().unwrap_or_default();
        line.push_str(&format!("  error[{code}]: {error}\n"));
        let facts = error.context().iter().map(|(key, value)| format!("  {key}: {value}\n"));
        line.extend(facts);
        line.extend(error.remedy().map(|remedy| format!("  help: {remedy}\n")));
    }
    line
}

fn not_named(name: &str) -> Failure {
    let message = format!("no lock names a plugin `{name}`");
    Failure::usage(code::UNKNOWN_CONNECTOR, message, "`sqlflow plugin verify` tells all that are")
}
