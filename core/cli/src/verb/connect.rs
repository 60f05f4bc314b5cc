//! `sqlflow connect …`.

mod add;
mod ask;
mod discover;
mod list;
mod test;

use std::ffi::OsString;
use std::time::Duration;

use clap::{Args, Subcommand};

use crate::failure::Outcome;
use crate::format::Report;
use crate::verb::unknown::refuse;

/// The options of `sqlflow connect`.
#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub(crate) struct ConnectArgs {
    #[command(subcommand)]
    verb: ConnectVerb,
}

/// The verbs behind `sqlflow connect`.
#[derive(Debug, Subcommand)]
enum ConnectVerb {
    /// List the connections of the profile, and what their connectors can do
    #[command(alias = "ls")]
    List(list::ConnectListArgs),
    /// Reach the other side; no row is read or written
    Test(test::ConnectTestArgs),
    /// List the streams of a connection with their columns
    Discover(discover::ConnectDiscoverArgs),
    /// Write a connection into the profile
    Add(add::ConnectAddArgs),
    /// Anything else.
    #[command(external_subcommand)]
    Other(Vec<OsString>),
}

impl ConnectArgs {
    /// The format that was asked for.
    pub(crate) fn report(&self) -> Report {
        match &self.verb {
            ConnectVerb::List(args) => args.format.into(),
            ConnectVerb::Test(args) => args.format.into(),
            ConnectVerb::Discover(args) => args.format.into(),
            ConnectVerb::Add(args) => args.format.into(),
            ConnectVerb::Other(_) => Report::Text,
        }
    }
}

/// List, test and add connections of the profile.
pub(crate) fn connect(args: &ConnectArgs) -> Outcome {
    match &args.verb {
        ConnectVerb::List(args) => list::list(args),
        ConnectVerb::Test(args) => test::test(args),
        ConnectVerb::Discover(args) => discover::discover(args),
        ConnectVerb::Add(args) => add::add(args),
        ConnectVerb::Other(words) => {
            Err(refuse("connect ", words, &["list", "test", "discover", "add"], &[]))
        }
    }
}

/// Reads `30s`, `500ms`, `2m` or a number of seconds.
fn seconds(text: &str) -> Result<Duration, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" | "min" => 60.0,
        _ => return Err("write a time such as 30s, 500ms or 2m".to_owned()),
    };
    let amount = digits.parse::<f64>().ok().filter(|amount| *amount > 0.0);
    let time = amount.and_then(|amount| Duration::try_from_secs_f64(amount * unit).ok());
    time.ok_or_else(|| "write a time such as 30s, 500ms or 2m".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_a_unit_or_counts_seconds() {
        let check = |text: &str, millis: Option<u64>| {
            assert_eq!(seconds(text).ok(), millis.map(Duration::from_millis), "{text}");
        };
        check("30s", Some(30_000));
        check("30", Some(30_000));
        check("500ms", Some(500));
        check("1.5s", Some(1_500));
        check("2m", Some(120_000));
        for wrong in ["", "0s", "-1s", "s", "5h", "1e400", "inf", "nan"] {
            check(wrong, None);
        }
    }
}
