//! How values compare in a condition: what looks like a number compares as one.

use std::cmp::Ordering;

use sqlflow_profile::Value;

/// Whether two values are equal. Null equals null only; text `true` equals true, in any case.
pub(super) fn equal(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Null, Value::Null) => true,
        (Value::Null, _) | (_, Value::Null) => false,
        (Value::Boolean(one), other) | (other, Value::Boolean(one)) => truth(other) == Some(*one),
        _ => match (number(one), number(other)) {
            (Some(one), Some(other)) => one.compare(&other).is_eq(),
            _ => one.text() == other.text(),
        },
    }
}

/// The order of two values; `None` unless both are numbers or both are other text.
pub(super) fn order(one: &Value, other: &Value) -> Option<Ordering> {
    let comparable = |value: &Value| matches!(value, Value::Text(_) | Value::Number(_));
    if !comparable(one) || !comparable(other) {
        return None;
    }
    match (number(one), number(other)) {
        (Some(one), Some(other)) => Some(one.compare(&other)),
        (None, None) => Some(one.text().cmp(other.text())),
        _ => None,
    }
}

/// What a value says alone: true, false, or neither.
pub(super) fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Boolean(value) => Some(*value),
        Value::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// A number: whole ones are exact.
#[derive(Debug, Clone, Copy)]
enum Number {
    Whole(i128),
    Real(f64),
}

impl Number {
    fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Whole(one), Self::Whole(other)) => one.cmp(other),
            _ => self.real().total_cmp(&other.real()),
        }
    }

    fn real(&self) -> f64 {
        match self {
            // A whole number is compared with a fraction: the nearest real one decides.
            Self::Whole(whole) => *whole as f64,
            // No zero is below another.
            Self::Real(real) => real + 0.0,
        }
    }
}

fn number(value: &Value) -> Option<Number> {
    let text = match value {
        Value::Text(text) | Value::Number(text) => text.trim(),
        Value::Boolean(_) | Value::Null => return None,
    };
    if !text.ends_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let whole = text.parse().map(Number::Whole);
    whole
        .ok()
        .or_else(|| Some(Number::Real(text.parse().ok().filter(|real: &f64| real.is_finite())?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    fn num(text: &str) -> Value {
        Value::Number(text.to_owned())
    }

    #[test]
    fn what_looks_like_a_number_compares_as_one() {
        for (one, other, expect) in [
            (num("5"), text("5"), Some(Ordering::Equal)),
            (num("10"), num("9"), Some(Ordering::Greater)),
            (text("10"), text("9.5"), Some(Ordering::Greater)),
            (text("-1"), num("1e3"), Some(Ordering::Less)),
            (num("0"), num("-0.0"), Some(Ordering::Equal)),
            (num("9007199254740993"), num("9007199254740992"), Some(Ordering::Greater)),
            (text("b"), text("a"), Some(Ordering::Greater)),
            (text("2024-01-31"), text("2024-02-01"), Some(Ordering::Less)),
            (text("x"), num("1"), None),
            (text("inf"), num("1"), None),
            (Value::Boolean(true), Value::Boolean(false), None),
            (Value::Null, num("1"), None),
        ] {
            assert_eq!(order(&one, &other), expect, "{one:?} {other:?}");
            assert_eq!(order(&other, &one), expect.map(Ordering::reverse), "{other:?} {one:?}");
        }
    }

    #[test]
    fn equality_knows_null_and_truth() {
        for (one, other, expect) in [
            (Value::Null, Value::Null, true),
            (Value::Null, text(""), false),
            (Value::Boolean(true), text("TRUE"), true),
            (Value::Boolean(true), num("1"), false),
            (text("a"), text("A"), false),
            (text("5"), num("5.0"), true),
            (text("5"), text("x"), false),
        ] {
            assert_eq!(equal(&one, &other), expect, "{one:?} {other:?}");
            assert_eq!(equal(&other, &one), expect, "{other:?} {one:?}");
        }
    }
}
