//! Lengths of time.

use std::time::Duration;

use crate::code;
use crate::node::{Content, Node};
use crate::reader::Reader;

/// The units, each with its milliseconds.
pub(crate) const UNITS: [(&str, u64); 4] =
    [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000)];

/// A time above zero: a whole number of seconds, or of a unit.
pub(crate) fn read(node: &Node, place: &str, reader: &mut Reader<'_>) -> Option<Duration> {
    let text = match &node.content {
        Content::Number(number) => number.clone(),
        _ => reader.text(node, place)?.value,
    };
    let time = of_text(&text).filter(|time| !time.is_zero());
    if time.is_none() {
        let message = format!("{place} is no length of time above zero");
        reader.error(
            code::INVALID_VALUE,
            message,
            node.span,
            "write it as in 500ms, 30s, 5m or 2h",
        );
    }
    time
}

fn of_text(text: &str) -> Option<Duration> {
    let unit = text.trim_start_matches(|sign: char| sign.is_ascii_digit());
    let amount: u64 = text[..text.len() - unit.len()].parse().ok()?;
    let millis = match unit.trim() {
        "" => 1_000,
        unit => UNITS.iter().find(|(name, _)| *name == unit)?.1,
    };
    amount.checked_mul(millis).map(Duration::from_millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_whole_number_with_a_unit_or_of_seconds() {
        let check = |text: &str, millis: Option<u64>| {
            assert_eq!(of_text(text), millis.map(Duration::from_millis), "{text:?}");
        };
        check("90", Some(90_000));
        check("500ms", Some(500));
        check("30s", Some(30_000));
        check("5 m", Some(300_000));
        check("2h", Some(7_200_000));
        for wrong in ["", "s", "-1s", "1.5s", "5M", "1h30m", "1 s s", "99999999999999999999s"] {
            check(wrong, None);
        }
        check("18446744073709551615h", None);
    }
}
