use serde_json::{Value, json};

use super::{REFERENCE, any_case, count, described, object, text};

/// What may be said of another side that is slow or down, in the params of any connection. The
/// language reads it, and no connector sees it.
pub(super) fn schema() -> Value {
    let presets = ["db", "api", "file"].map(any_case).join("|");
    let parts = object(&["retry", "breaker", "rate"], |part| match part {
        "retry" => or_off(
            "How often and when a call is tried again",
            &["max_attempts", "first_delay", "max_delay", "factor", "jitter"],
        ),
        "breaker" => {
            or_off("When calls are not even tried", &["failures", "reset_after", "successes"])
        }
        _ => or_off("How many calls are made", &["per_minute", "burst"]),
    });
    let preset = text(&format!("^(?:{presets})$|{REFERENCE}"));
    described(
        "What is done where the other side is slow or down",
        json!({ "anyOf": [preset, { "const": false }, parts] }),
    )
}

/// A part with these keys, or `false`.
fn or_off(description: &str, keys: &[&str]) -> Value {
    let part = object(keys, key);
    described(description, json!({ "anyOf": [{ "const": false }, part] }))
}

fn key(key: &str) -> Value {
    match key {
        "max_attempts" => described("How often it is tried in all", count()),
        "first_delay" => described("The time before the second attempt", time()),
        "max_delay" => described("The longest time between two attempts", time()),
        "factor" => described("By how much each delay is longer", number(1, None)),
        "jitter" => described("The part of a delay that is by chance", number(0, Some(1))),
        "failures" => described("Calls in a row that fail and open it", count()),
        "reset_after" => described("The time after which calls are let through again", time()),
        "successes" => described("Calls that succeed then and close it", count()),
        "per_minute" => described("Calls a minute", count()),
        _ => described("Calls that may be made at once after a rest", count()),
    }
}

fn time() -> Value {
    json!({
        "anyOf": [
            { "type": ["number", "null"], "exclusiveMinimum": 0 },
            text(&format!("^[0-9]|{REFERENCE}")),
        ],
    })
}

fn number(least: u32, most: Option<u32>) -> Value {
    let mut number = json!({ "type": ["number", "null"], "minimum": least });
    if let Some(most) = most {
        number["maximum"] = most.into();
    }
    json!({ "anyOf": [number, text(&format!("^[0-9.eE+-]+$|{REFERENCE}"))] })
}
