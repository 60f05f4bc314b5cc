//! How the cases are told.

use std::io::{self, Write};

use serde_json::json;
use sqlflow_plugin_conformance::{Report, Status, Suite};

use super::find::Found;
use crate::format::Format;
use crate::render::clean::clean;

/// Runs the suite; tells each case as it ends, or all in one document.
pub(super) fn tell(suite: &Suite<'_>, found: &Found, format: Format) -> io::Result<Vec<Report>> {
    let mut written = Ok(());
    let mut print = |text: String| {
        if written.is_ok() {
            written = io::stdout().write_all(text.as_bytes());
        }
    };
    let reports = suite.run(|report| match format {
        Format::Text => print(lines(report, found)),
        Format::Json => {}
    });
    print(match format {
        Format::Text => sum(&reports),
        Format::Json => document(&reports, found),
    });
    written.map(|()| reports)
}

fn lines(report: &Report, found: &Found) -> String {
    let word = match report.status {
        Status::Passed => return format!("ok         {}\n", report.case),
        Status::Failed => "FAILED",
        Status::Lacking => "NOT TRIED",
        Status::NotRun => return format!("not run    {}\n", report.case),
    };
    let reason = clean(report.reason.as_deref().unwrap_or_default()).replace('\n', "\n           ");
    format!(
        "{word:<10} {}\n           {}\n           {reason}\n           reproduce: {}\n",
        report.case,
        report.about,
        reproduce(report, found)
    )
}

fn reproduce(report: &Report, found: &Found) -> String {
    let (library, fixture) = (found.library.display(), found.fixture.display());
    format!("sqlflow plugin test {library} --fixture {fixture} --only {}", report.case)
}

fn sum(reports: &[Report]) -> String {
    let count = |status: Status| reports.iter().filter(|report| report.status == status).count();
    let passed = count(Status::Passed);
    let mut text = format!("{} cases: {passed} ok", reports.len());
    for (status, words) in
        [(Status::Failed, "failed"), (Status::Lacking, "not tried"), (Status::NotRun, "not run")]
    {
        match count(status) {
            0 => {}
            number => text.push_str(&format!(", {number} {words}")),
        }
    }
    text + "\n"
}

fn document(reports: &[Report], found: &Found) -> String {
    let green = reports.iter().all(|report| report.status == Status::Passed);
    let document = json!({
        "library": found.library,
        "fixture": found.fixture,
        "green": green,
        "cases": reports,
    });
    format!("{document:#}\n")
}
