//! What the host does about another side that is slow or down, as params and options say it.

use serde_json::{Map, Value};
use sqlflow_plugin_sdk::ConfigSpec;

use super::{
    Subject,
    given::Given,
    step_options::{count, inside, object, retry, time},
    taken::{Taking, Wrong, not_allowed, one_of, wrong_type},
};
use crate::{
    BreakerParams, RateParams, ResilienceParams, ResiliencePreset, Setting,
    translation::Translation,
};

/// The name of the param.
pub(super) const NAME: &str = "resilience";

const KEYS: &[&str] = &["retry", "breaker", "rate"];
const BREAKER: &[&str] = &["failures", "reset_after", "successes"];
const RATE: &[&str] = &["per_minute", "burst"];

impl Translation<'_> {
    /// Takes `resilience` out of `given`, unless it is the connector's own; `None` once it was
    /// reported.
    pub(super) fn take_resilience(
        &mut self,
        given: &mut Given,
        spec: &ConfigSpec,
        subject: &Subject,
    ) -> Option<ResilienceParams> {
        let mut taking = Taking::new(given, Some(spec), &subject.what);
        let params = taking.value(NAME, read).unwrap_or_default();
        let findings = taking.findings;
        self.settle_taken(findings).then_some(params)
    }
}

/// A preset by its word, `false` for nothing at all, or what is said of each part.
fn read(value: &Value) -> Result<ResilienceParams, Wrong> {
    match value {
        Value::Bool(false) => Ok(ResilienceParams::off()),
        Value::String(_) => {
            let presets = ResiliencePreset::ALL.map(|preset| (preset.name(), preset));
            Ok(ResilienceParams { preset: Some(one_of(value, &presets)?), ..Default::default() })
        }
        Value::Object(_) => {
            let entries = object(value, KEYS)?;
            Ok(ResilienceParams {
                preset: None,
                retry: part(entries, "retry", retry)?,
                breaker: part(entries, "breaker", breaker)?,
                rate: part(entries, "rate", rate)?,
            })
        }
        _ => wrong_type("db, api, file, false, or an object with retry, breaker, rate"),
    }
}

/// A part that may be turned off with `false`.
fn part<T>(
    entries: &Map<String, Value>,
    key: &str,
    read: impl FnOnce(&Value) -> Result<T, Wrong>,
) -> Result<Option<Setting<T>>, Wrong> {
    match entries.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Bool(false)) => Ok(Some(Setting::Off)),
        Some(value) => match read(value) {
            Ok(said) => Ok(Some(Setting::On(said))),
            Err((code, takes)) => Err((code, format!("{takes} in `{key}`"))),
        },
    }
}

fn breaker(value: &Value) -> Result<BreakerParams, Wrong> {
    let entries = object(value, BREAKER)?;
    Ok(BreakerParams {
        failures: inside(entries, "failures", |value| count(value, 1))?,
        reset_after: inside(entries, "reset_after", time)?,
        successes: inside(entries, "successes", |value| count(value, 1))?,
    })
}

fn rate(value: &Value) -> Result<RateParams, Wrong> {
    let entries = object(value, RATE)?;
    Ok(RateParams {
        per_minute: inside(entries, "per_minute", calls)?,
        burst: inside(entries, "burst", calls)?,
    })
}

/// A number of calls, which a rate can hold.
fn calls(value: &Value) -> Result<u32, Wrong> {
    let most = u32::MAX;
    match u32::try_from(count(value, 1)?) {
        Ok(calls) => Ok(calls),
        Err(_) => not_allowed(&format!("a whole number from 1 to {most}")),
    }
}
