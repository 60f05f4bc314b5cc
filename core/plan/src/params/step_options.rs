//! The options that every statement takes.

use std::time::Duration;

use jiff::SignedDuration;
use serde_json::{Map, Value};
use sqlflow_plugin_sdk::{ConfigSpec, Field, FieldKind};

use super::{
    Subject,
    given::Given,
    taken::{Taking, Wrong, not_allowed, one_of, wrong_type},
};
use crate::{
    BadRows, Criticality, OnFailure, Retry, SchemaPolicy, StepOptions, code,
    translation::Translation,
};

/// The options of every statement.
pub(crate) const NAMES: &[&str] = &[
    "timeout",
    "retry",
    "on_failure",
    "criticality",
    "expected_duration",
    "ordered",
    "schema_policy",
    "bad_rows",
    "max_bad_rows",
];

/// The keys of `retry`.
const RETRY: &[&str] = &["max_attempts", "first_delay", "max_delay", "factor", "jitter"];

const A_TIME: &str = "a time such as 30s, 5m or 2h, or a number of seconds";

/// A spec by which an option that no statement has is found.
pub(crate) fn spec() -> ConfigSpec {
    ConfigSpec::new(NAMES.iter().map(|name| Field::new(name, FieldKind::Any, "")))
}

impl Translation<'_> {
    /// Takes the options of every statement out of `given`; `None` once one was reported.
    pub(super) fn take_step_options(
        &mut self,
        given: &mut Given,
        spec: &ConfigSpec,
        subject: &Subject,
    ) -> Option<StepOptions> {
        let mut taking = Taking::new(given, subject.own(spec), &subject.what);
        let options = read(&mut taking);
        let Taking { findings, taken, .. } = taking;
        for (name, place) in taken {
            if !is_run(name, &options, subject) {
                self.not_run_yet(&format!("`{name}`"), place, "take it out");
            }
        }
        self.settle_taken(findings).then_some(options)
    }
}

fn read(taking: &mut Taking<'_, '_>) -> StepOptions {
    StepOptions {
        timeout: taking.value("timeout", time),
        retry: taking.value("retry", retry),
        on_failure: taking.value("on_failure", |value| {
            one_of(value, &OnFailure::ALL.map(|said| (said.name(), said)))
        }),
        criticality: taking.value("criticality", |value| {
            one_of(value, &Criticality::ALL.map(|said| (said.name(), said)))
        }),
        expected_duration: taking.value("expected_duration", time),
        ordered: taking.value("ordered", boolean),
        schema_policy: taking.value("schema_policy", |value| {
            one_of(value, &SchemaPolicy::ALL.map(|said| (said.name(), said)))
        }),
        bad_rows: taking.value("bad_rows", |value| {
            one_of(value, &BadRows::ALL.map(|said| (said.name(), said)))
        }),
        max_bad_rows: taking.value("max_bad_rows", |value| count(value, 0)),
    }
}

/// Whether an option is heeded, or asks for what is done anyway.
fn is_run(name: &str, options: &StepOptions, subject: &Subject) -> bool {
    match name {
        "ordered" => subject.is_load,
        "timeout" | "retry" | "on_failure" | "criticality" | "expected_duration" => true,
        "bad_rows" => options.bad_rows == Some(BadRows::Fail),
        _ => false,
    }
}

/// A time above zero: a number of seconds, or text with units.
pub(super) fn time(value: &Value) -> Result<Duration, Wrong> {
    let found = match value {
        Value::Number(seconds) => {
            seconds.as_f64().and_then(|s| Duration::try_from_secs_f64(s).ok())
        }
        Value::String(text) => of_text(text.trim()),
        _ => return wrong_type(A_TIME),
    };
    match found {
        Some(time) if !time.is_zero() => Ok(time),
        _ => not_allowed(A_TIME),
    }
}

fn of_text(text: &str) -> Option<Duration> {
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    Duration::try_from(text.parse::<SignedDuration>().ok()?).ok()
}

pub(super) fn retry(value: &Value) -> Result<Retry, Wrong> {
    let entries = object(value, RETRY)?;
    let retry = Retry {
        max_attempts: inside(entries, "max_attempts", |value| count(value, 1))?,
        first_delay: inside(entries, "first_delay", time)?,
        max_delay: inside(entries, "max_delay", time)?,
        factor: inside(entries, "factor", |value| number(value, 1.0, f64::MAX, "1 or more"))?,
        jitter: inside(entries, "jitter", |value| number(value, 0.0, 1.0, "a part from 0 to 1"))?,
    };
    if retry.first_delay.zip(retry.max_delay).is_some_and(|(first, max)| first > max) {
        return not_allowed("a `first_delay` that is no longer than `max_delay`");
    }
    Ok(retry)
}

/// An object that has no other keys than these.
pub(super) fn object<'v>(value: &'v Value, keys: &[&str]) -> Result<&'v Map<String, Value>, Wrong> {
    let takes = format!("an object with {}", keys.join(", "));
    let Value::Object(entries) = value else { return wrong_type(&takes) };
    let Some(unknown) = entries.keys().find(|key| !keys.contains(&key.as_str())) else {
        return Ok(entries);
    };
    let near = sqlflow_syntax::suggest(unknown, keys.iter().copied());
    let near = near.map_or(String::new(), |near| format!(" (did you mean `{near}`?)"));
    Err((code::UNKNOWN_OPTION, format!("{takes}, not `{unknown}`{near}")))
}

/// What an object says under a key; null is nothing.
pub(super) fn inside<T>(
    entries: &Map<String, Value>,
    key: &str,
    read: impl FnOnce(&Value) -> Result<T, Wrong>,
) -> Result<Option<T>, Wrong> {
    let value = entries.get(key).filter(|value| !value.is_null());
    let read = value.map(read).transpose();
    read.map_err(|(code, takes)| (code, format!("{takes} for `{key}`")))
}

fn boolean(value: &Value) -> Result<bool, Wrong> {
    match value {
        Value::Bool(value) => Ok(*value),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Ok(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Ok(false),
        _ => wrong_type("true or false"),
    }
}

pub(super) fn count(value: &Value, least: u64) -> Result<u64, Wrong> {
    let takes = format!("a whole number, {least} or more");
    let found = match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => return wrong_type(&takes),
    };
    match found {
        Some(count) if count >= least => Ok(count),
        _ => not_allowed(&takes),
    }
}

fn number(value: &Value, least: f64, most: f64, takes: &str) -> Result<f64, Wrong> {
    let found = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => return wrong_type(takes),
    };
    match found {
        Some(number) if (least..=most).contains(&number) => Ok(number),
        _ => not_allowed(takes),
    }
}
