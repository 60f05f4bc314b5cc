//! The params by which SQLFlow's sources say how they are read and written.

use jiff::{Timestamp, civil::DateTime};
use serde_json::Value;
use sqlflow_plugin_sdk::ConfigSpec;
use sqlflow_syntax::{Diagnostic, Duration, Span, TimeUnit};

use super::{
    Subject,
    given::Given,
    taken::{Taking, Wrong, not_allowed, one_of, text, wrong_type},
};
use crate::{
    Column, Finding, InFile, Lookback, Said, SyncParams, SyncWrite, code, translation::Translation,
};

/// The params that are read here.
pub(super) const NAMES: &[&str] = &[
    "sync_mode",
    "replication_method",
    "cursor_field",
    "primary_key",
    "lookback_window",
    "destination_sync_mode",
    "start_date",
    "end_date",
    "cursor_field_datetime_format",
];

/// How much of a source is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sync {
    Full,
    Incremental,
    /// Changes as the other side logs them.
    Changes,
}

const SYNC_MODE: &[(&str, Sync)] =
    &[("full_refresh", Sync::Full), ("incremental", Sync::Incremental), ("cdc", Sync::Changes)];
const REPLICATION: &[(&str, Sync)] =
    &[("FULL_TABLE", Sync::Full), ("INCREMENTAL", Sync::Incremental), ("LOG_BASED", Sync::Changes)];
const DESTINATION: &[(&str, SyncWrite)] = &[
    ("overwrite", SyncWrite::Overwrite),
    ("append", SyncWrite::Append),
    ("append_dedup", SyncWrite::AppendDedup),
];

impl Translation<'_> {
    /// Takes the params out of `given` but those that are the connector's own; `None` once one was
    /// reported.
    pub(super) fn take_sync_params(
        &mut self,
        given: &mut Given,
        spec: &ConfigSpec,
        subject: &Subject,
    ) -> Option<SyncParams> {
        let what = &subject.what;
        let mut taking = Taking::new(given, Some(spec), what);
        let sync = sync(&mut taking);
        let params = read(&mut taking, sync.as_ref());
        let wrong = taking.findings.len();
        let mut findings = taking.findings;
        if wrong == 0 {
            findings.extend(rules(&params, sync.as_ref(), what));
        }
        self.settle_taken(findings).then_some(params)
    }
}

fn said<T>(param: &'static str, taken: Option<(T, (InFile, Span))>) -> Option<Said<T>> {
    let (value, (file, span)) = taken?;
    Some(Said { value, param, file, span })
}

/// `sync_mode`, and its older word `replication_method`.
fn sync(taking: &mut Taking<'_, '_>) -> Option<Said<Sync>> {
    let mode = said("sync_mode", taking.take("sync_mode", |value| one_of(value, SYNC_MODE)));
    let method = taking.take("replication_method", |value| one_of(value, REPLICATION));
    let method = said("replication_method", method);
    if let (Some(mode), Some(method)) = (&mode, &method)
        && mode.value != method.value
    {
        let message = "`replication_method` says otherwise than `sync_mode`";
        let diagnostic = Diagnostic::error(code::CONTRADICTION, message, method.span);
        taking.report(
            diagnostic,
            method.file,
            "take `replication_method` out: `sync_mode` says it",
        );
    }
    mode.or(method)
}

fn read(taking: &mut Taking<'_, '_>, sync: Option<&Said<Sync>>) -> SyncParams {
    let incremental = sync.map(|sync| Said {
        value: sync.value == Sync::Incremental,
        param: sync.param,
        file: sync.file,
        span: sync.span,
    });
    let column = |(name, (file, span))| Column { name, file, span };
    let cursor = taking.take("cursor_field", |value| text(value, "the name of a column"));
    let keys = taking.take("primary_key", columns);
    let keys = keys.into_iter().flat_map(|(names, place)| {
        names.into_iter().map(move |name| (name, place)).collect::<Vec<_>>()
    });
    let lookback = taking.take("lookback_window", lookback);
    let write = taking.take("destination_sync_mode", |value| one_of(value, DESTINATION));
    let start = taking.take("start_date", moment);
    let end = taking.take("end_date", moment);
    if let (Some((start, _)), Some((end, place))) = (&start, &end)
        && start.1 > end.1
    {
        let message = "`end_date` is before `start_date`";
        let diagnostic = Diagnostic::error(code::OPTION_NOT_ALLOWED, message, place.1);
        taking.report(diagnostic, place.0, "swap the two");
    }
    let written = |taken: Option<((String, _), _)>| taken.map(|((text, _), place)| (text, place));
    let format = taking
        .take("cursor_field_datetime_format", |value| text(value, "a format such as %Y-%m-%d"));
    SyncParams {
        incremental,
        cursor: cursor.map(column),
        primary_key: keys.map(column).collect(),
        lookback: said("lookback_window", lookback),
        write: said("destination_sync_mode", write),
        start: said("start_date", written(start)),
        end: said("end_date", written(end)),
        format: said("cursor_field_datetime_format", format),
    }
}

/// What SQLFlow's params may not say together.
fn rules(params: &SyncParams, sync: Option<&Said<Sync>>, what: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut report = |code, message: String, (file, span): (InFile, Span), help: &str| {
        let diagnostic = Diagnostic::error(code, format!("{what}: {message}"), span).help(help);
        findings.push(Finding { file, diagnostic });
    };
    let sync_value = sync.map_or(Sync::Full, |sync| sync.value);
    if let Some(sync) = sync.filter(|sync| sync.value == Sync::Changes) {
        let message = format!("reading changes from a log (`{}`) is not supported yet", sync.param);
        let help = "say \"full_refresh\", or \"incremental\" with a `cursor_field`";
        report(code::NOT_SUPPORTED, message, (sync.file, sync.span), help);
    }
    match (&params.cursor, sync_value, sync) {
        (Some(cursor), Sync::Full, _) => report(
            code::CURSOR_OF_FULL_READ,
            "`cursor_field` orders an incremental read, and the source is read in full".to_owned(),
            (cursor.file, cursor.span),
            "say sync_mode: \"incremental\", or take `cursor_field` out",
        ),
        (None, Sync::Incremental, Some(sync)) => report(
            code::INCREMENTAL_WITHOUT_CURSOR,
            format!("`{}` asks for an incremental read, which needs a `cursor_field`", sync.param),
            (sync.file, sync.span),
            "add cursor_field: the column that orders the rows, such as \"updated_at\"",
        ),
        _ => {}
    }
    if let Some(write) = params.write.as_ref().filter(|write| write.value == SyncWrite::AppendDedup)
        && params.primary_key.is_empty()
    {
        report(
            code::DEDUP_WITHOUT_KEY,
            "`append_dedup` tells rows apart by a `primary_key`".to_owned(),
            (write.file, write.span),
            "add primary_key: the column or columns that no two rows share",
        );
    }
    findings
}

/// A column, or several.
fn columns(value: &Value) -> Result<Vec<String>, Wrong> {
    const TAKES: &str = "the name of a column, or a list of names";
    let Value::Array(items) = value else { return Ok(vec![text(value, TAKES)?]) };
    if items.is_empty() {
        return not_allowed(TAKES);
    }
    items.iter().map(|item| text(item, TAKES)).collect()
}

/// A number of seconds, or `n unit` as LOOKBACK has it.
fn lookback(value: &Value) -> Result<Lookback, Wrong> {
    const TAKES: &str = "a number of seconds, 0 or more, or a time such as 7 DAYS";
    match value {
        Value::Number(number) => {
            number.as_u64().map_or_else(|| not_allowed(TAKES), |n| Ok(Lookback::Seconds(n)))
        }
        Value::String(text) => of_words(text).map_or_else(|| not_allowed(TAKES), Ok),
        _ => wrong_type(TAKES),
    }
}

fn of_words(text: &str) -> Option<Lookback> {
    let mut words = text.split_whitespace();
    let (amount, unit) = (words.next()?, words.next());
    match (unit, words.next()) {
        (None, _) => Some(Lookback::Seconds(amount.parse().ok()?)),
        (Some(unit), None) => {
            let unit = unit.to_ascii_uppercase();
            let singular = unit.strip_suffix('S').unwrap_or(&unit);
            let unit = TimeUnit::ALL.into_iter().find(|known| known.word() == singular)?;
            Some(Lookback::Calendar(Duration { amount: amount.parse().ok()?, unit }))
        }
        _ => None,
    }
}

/// A date, or a time in UTC or with an offset; as written, and for comparing.
fn moment(value: &Value) -> Result<(String, DateTime), Wrong> {
    const TAKES: &str = "a date or a time in ISO form";
    let text = text(value, TAKES)?;
    let with_offset = text.parse::<Timestamp>().map(|time| time.to_zoned(jiff::tz::TimeZone::UTC));
    match with_offset.map(|time| time.datetime()).or_else(|_| text.parse::<DateTime>()) {
        Ok(time) => Ok((text, time)),
        Err(_) => not_allowed(TAKES),
    }
}
