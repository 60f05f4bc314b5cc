//! Numbers and truth values as text. What would change by being read is not read: neither
//! overflow nor excess digits pass.

use std::str::FromStr;

/// A whole number, spaces around it allowed.
#[inline]
pub(crate) fn integer<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok().or_else(|| text.trim_matches(' ').parse().ok())
}

/// A whole number of 64 bits; the loop that most columns spend their time in.
#[inline]
pub(crate) fn bigint(text: &str) -> Option<i64> {
    let digits = text.as_bytes();
    if digits.is_empty() || digits.len() > 18 {
        return integer(text);
    }
    let mut value = 0;
    for byte in digits {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return integer(text);
        }
        value = value * 10 + i64::from(digit);
    }
    Some(value)
}

/// Powers of ten that are exact as `f64`.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

/// The nearest `f64`. A number that is too large is none.
#[inline]
pub(crate) fn double(text: &str) -> Option<f64> {
    short_double(text.as_bytes()).or_else(|| float(text))
}

/// Digits with a point among them, at most 15 digits: whole number and power of ten are exact, so
/// their quotient is the nearest `f64` (Clinger 1990, "How to read floating point numbers
/// accurately").
#[inline]
fn short_double(text: &[u8]) -> Option<f64> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    if digits.len() > 16 || !digits.first()?.is_ascii_digit() {
        return None;
    }
    let (mut whole, mut point) = (0_u64, None);
    for (at, &byte) in digits.iter().enumerate() {
        match byte {
            b'0'..=b'9' => whole = whole * 10 + u64::from(byte - b'0'),
            b'.' if point.is_none() => point = Some(at),
            _ => return None,
        }
    }
    let decimals = point.map_or(0, |at| digits.len() - at - 1);
    if digits.len() == 16 && point.is_none() {
        return None;
    }
    let value = whole as f64 / POWERS.get(decimals)?;
    Some(if negative { -value } else { value })
}

/// The nearest number of a floating-point type, spaces around it allowed. A number that is too
/// large is none.
#[inline]
pub(crate) fn float<T: FromStr + Into<f64> + Copy>(text: &str) -> Option<T> {
    let text = text.trim_matches(' ');
    let value: T = text.parse().ok()?;
    let too_large = value.into().is_infinite() && text.contains(|c: char| c.is_ascii_digit());
    (!too_large).then_some(value)
}

/// A whole number of 64 bits as a program writes it.
#[inline]
pub(crate) fn sure_bigint(text: &str) -> Option<i64> {
    if is_plain(text) { bigint(text) } else { None }
}

/// A number as a program writes it. A whole number beyond 64 bits is none: an `f64` would not hold
/// its last digits.
#[inline]
pub(crate) fn sure_double(text: &str) -> Option<f64> {
    let exact = text.len() <= 18 || text.contains(['.', 'e', 'E']) || bigint(text).is_some();
    if exact && is_plain(text) { double(text) } else { None }
}

/// Whether a number begins as a program writes it. `007` and `+1` do not: they may be codes, and
/// as numbers would not be written back the same.
#[inline]
fn is_plain(text: &str) -> bool {
    let digits = match text.as_bytes() {
        [b' ', ..] => text.trim_start_matches(' ').as_bytes(),
        text => text,
    };
    !matches!(digits, [b'0', b'0'..=b'9', ..] | [b'-', b'0', b'0'..=b'9', ..] | [b'+', ..])
}

/// A decimal number as whole number of its last place, exactly: digits behind the last place are
/// zeros.
pub(crate) fn decimal(text: &str, precision: u8, scale: u8) -> Option<i128> {
    let text = text.trim_matches(' ');
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let value = digits(whole, 0)?.checked_mul(10_i128.checked_pow(u32::from(scale))?)?;
    let kept = fraction.len().min(usize::from(scale));
    let (kept, rest) = (fraction.get(..kept)?, fraction.get(kept..)?);
    let missing = u32::from(scale) - kept.len() as u32;
    let value = value.checked_add(digits(kept, missing)?)?;
    let fits = value < 10_i128.checked_pow(u32::from(precision))?;
    let exact = rest.bytes().all(|byte| byte == b'0');
    (fits && exact).then_some(if text.starts_with('-') { -value } else { value })
}

fn digits(text: &str, zeros: u32) -> Option<i128> {
    let add = |value: i128, byte: u8| {
        let digit = byte.is_ascii_digit().then(|| i128::from(byte - b'0'))?;
        value.checked_mul(10)?.checked_add(digit)
    };
    text.bytes().try_fold(0, add)?.checked_mul(10_i128.checked_pow(zeros)?)
}

/// The truth values that are taken for such without being told: DuckDB's sniffer takes the same.
pub(crate) fn sure_boolean(text: &str) -> Option<bool> {
    let is_one_of = |words: [&str; 3]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    if is_one_of(["true", "t", "yes"]) {
        return Some(true);
    }
    is_one_of(["false", "f", "no"]).then_some(false)
}

/// All truth values.
pub(crate) fn boolean(text: &str) -> Option<bool> {
    match text {
        "1" | "y" | "Y" => Some(true),
        "0" | "n" | "N" => Some(false),
        _ => sure_boolean(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_read_within_their_range() {
        for (text, expect) in [
            ("0", Some(0)),
            ("-7", Some(-7)),
            ("+7", Some(7)),
            (" 42 ", Some(42)),
            ("999999999999999999", Some(999_999_999_999_999_999)),
            ("9223372036854775807", Some(i64::MAX)),
            ("-9223372036854775808", Some(i64::MIN)),
            ("9223372036854775808", None),
            ("", None),
            ("1.0", None),
            ("1_000", None),
            ("0x10", None),
            ("4 2", None),
        ] {
            assert_eq!(bigint(text), expect, "{text:?}");
        }
        assert_eq!(integer::<u8>("256"), None);
        assert_eq!(integer::<u8>("255 "), Some(255));
    }

    #[test]
    fn doubles_are_the_nearest_ones() {
        for (text, expect) in [
            ("0.1", Some(0.1)),
            ("-0.0", Some(-0.0)),
            ("123456789012.345", Some(123456789012.345)),
            ("999999999999999", Some(999999999999999.0)),
            ("9007199254740993", Some(9007199254740992.0)),
            ("1234567890.12345", Some(1234567890.12345)),
            ("1.", Some(1.0)),
            (".5", Some(0.5)),
            (" 2.5", Some(2.5)),
            ("1e3", Some(1000.0)),
            ("inf", Some(f64::INFINITY)),
            ("-Infinity", Some(f64::NEG_INFINITY)),
            ("1e400", None),
            ("", None),
            (".", None),
            ("1.2.3", None),
            ("1-2", None),
        ] {
            assert_eq!(double(text).map(f64::to_bits), expect.map(f64::to_bits), "{text:?}");
        }
        assert!(double("nan").is_some_and(f64::is_nan));
        assert_eq!(float::<f32>("1e39"), None);
    }

    #[test]
    fn decimals_are_exact_or_refused() {
        for (text, expect) in [
            ("1.2", Some(120)),
            ("-1.20", Some(-120)),
            ("1.2300", Some(123)),
            ("1.239", None),
            (".5", Some(50)),
            ("5.", Some(500)),
            ("+5", Some(500)),
            (" 1 ", Some(100)),
            ("99999999.99", Some(9_999_999_999)),
            ("100000000", None),
            (".", None),
            ("", None),
            ("-", None),
            ("1e2", None),
            ("1.x", None),
            ("1.é", None),
        ] {
            assert_eq!(decimal(text, 10, 2), expect, "{text:?}");
        }
        assert_eq!(decimal(&"9".repeat(38), 38, 0), Some(10_i128.pow(38) - 1));
        assert_eq!(decimal(&"9".repeat(60), 38, 0), None);
    }

    #[test]
    fn codes_are_not_plain_numbers() {
        for (text, expect) in [
            ("0", true),
            ("-0.5", true),
            ("0.5", true),
            ("007", false),
            ("+1", false),
            ("-01", false),
        ] {
            assert_eq!(is_plain(text), expect, "{text:?}");
        }
    }
}
