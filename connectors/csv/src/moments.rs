//! Dates and times as text, in the forms of ISO 8601 and SQL. Digits beyond microseconds are
//! refused, since they would be lost.

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;

/// Days since 1970-01-01 of a date such as `2024-02-29` or `2024/2/29`, spaces around it allowed.
#[inline]
pub(crate) fn date(text: &str) -> Option<i32> {
    match text.as_bytes() {
        [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1] => {
            let year = number(&[*y0, *y1, *y2, *y3])?;
            days(year, number(&[*m0, *m1])?, number(&[*d0, *d1])?)
        }
        text => any_date(text.trim_ascii()),
    }
}

fn any_date(text: &[u8]) -> Option<i32> {
    let (year, rest) = text.split_at_checked(4)?;
    let (separator, rest) = rest.split_first()?;
    if !matches!(separator, b'-' | b'/') {
        return None;
    }
    let middle = rest.iter().position(|byte| byte == separator)?;
    days(number(year)?, short(&rest[..middle])?, short(&rest[middle + 1..])?)
}

/// Microseconds since midnight of a time such as `12:30`, `1:02:03` or `12:30:00.25`.
pub(crate) fn time(text: &str) -> Option<i64> {
    let mut parts = text.split(':');
    let hours = short(parts.next()?.as_bytes())?;
    let minutes = short(parts.next()?.as_bytes())?;
    let (seconds, fraction) = match parts.next() {
        Some(part) => part.split_once('.').map_or((part, None), |(s, f)| (s, Some(f))),
        None => ("0", None),
    };
    let seconds = short(seconds.as_bytes())?;
    let micros = fraction.map_or(Some(0), micros)?;
    let fits = hours < 24 && minutes < 60 && seconds < 60 && parts.next().is_none();
    fits.then(|| i64::from((hours * 60 + minutes) * 60 + seconds) * SECOND + micros)
}

/// Microseconds since 1970 of a date and a time, with a space or `T` between; without a time,
/// midnight.
pub(crate) fn timestamp(text: &str) -> Option<i64> {
    full_timestamp(text).or_else(|| date(text).map(|days| i64::from(days) * DAY))
}

/// The same, the time being obligatory.
pub(crate) fn full_timestamp(text: &str) -> Option<i64> {
    let (day, clock) = text.split_once([' ', 'T'])?;
    Some(i64::from(date(day)?) * DAY + time(clock)?)
}

/// Microseconds since 1970 of a timestamp with an offset such as `Z`, `+02`, `+0530` or `-03:30`;
/// without one it is UTC.
pub(crate) fn timestamp_utc(text: &str) -> Option<i64> {
    full_timestamp_utc(text).or_else(|| timestamp(text))
}

/// The same, the time being obligatory.
pub(crate) fn sure_timestamp_utc(text: &str) -> Option<i64> {
    full_timestamp_utc(text).or_else(|| full_timestamp(text))
}

/// The same, time and offset being obligatory.
pub(crate) fn full_timestamp_utc(text: &str) -> Option<i64> {
    if let Some(utc) = text.strip_suffix(['Z', 'z']) {
        return full_timestamp(utc);
    }
    // The first ten bytes are the date, whose hyphens are no signs.
    let sign = 10 + text.get(10..)?.rfind(['+', '-'])?;
    let offset = offset(&text[sign + 1..])?;
    let local = full_timestamp(&text[..sign])?;
    Some(if text[sign..].starts_with('+') { local - offset } else { local + offset })
}

/// Microseconds of `02`, `0230` or `02:30`.
fn offset(text: &str) -> Option<i64> {
    let (hours, minutes) = match text.len() {
        2 => (text, "00"),
        4 => text.split_at_checked(2)?,
        _ => text.split_once(':').filter(|(h, m)| h.len() == 2 && m.len() == 2)?,
    };
    let (hours, minutes) = (number(hours.as_bytes())?, number(minutes.as_bytes())?);
    (hours < 16 && minutes < 60).then(|| i64::from(hours * 60 + minutes) * 60 * SECOND)
}

fn micros(fraction: &str) -> Option<i64> {
    let kept = fraction.get(..fraction.len().min(6))?;
    let lost = fraction.get(kept.len()..)?;
    let exact = lost.bytes().all(|byte| byte == b'0');
    let zeros = 10_i64.pow(6 - kept.len() as u32);
    (exact && !kept.is_empty()).then_some(i64::from(number(kept.as_bytes())?) * zeros)
}

/// A number of one or two digits.
fn short(text: &[u8]) -> Option<i32> {
    if text.len() > 2 { None } else { number(text) }
}

/// A number of one to nine digits.
#[inline]
fn number(text: &[u8]) -> Option<i32> {
    let add = |value: i32, byte: &u8| {
        let digit = byte.wrapping_sub(b'0');
        (digit < 10).then(|| value * 10 + i32::from(digit))
    };
    if text.is_empty() { None } else { text.iter().try_fold(0, add) }
}

/// Days since 1970-01-01 of a day that the calendar has (Hinnant, "chrono-compatible low-level
/// date algorithms").
#[inline]
fn days(year: i32, month: i32, day: i32) -> Option<i32> {
    if !(1..=12).contains(&month) || day < 1 || day > days_of(year, month) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

#[inline]
fn days_of(year: i32, month: i32) -> i32 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + i32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The expected numbers are DuckDB's: `epoch_us(…)`, `date - DATE '1970-01-01'`.
    #[test]
    fn dates_are_days_since_1970() {
        for (text, expect) in [
            ("1970-01-01", Some(0)),
            ("2020-01-02", Some(18263)),
            ("0001-01-01", Some(-719162)),
            ("2024-02-29", Some(19782)),
            ("1900-02-29", None),
            ("2000-02-29", Some(11016)),
            ("9999-12-31", Some(2932896)),
            ("2020/1/2", Some(18263)),
            (" 2020-01-02 ", Some(18263)),
            ("2020-1/2", None),
            ("2020-13-01", None),
            ("2020-00-01", None),
            ("2020-01-00", None),
            ("02-01-2020", None),
            ("20200102", None),
            ("2020-01-02x", None),
            ("é", None),
            ("", None),
        ] {
            assert_eq!(date(text), expect, "{text:?}");
        }
    }

    #[test]
    fn times_are_microseconds_since_midnight() {
        for (text, expect) in [
            ("12:30", Some(45_000_000_000)),
            ("1:02:03", Some(3_723_000_000)),
            ("12:30:00.5", Some(45_000_500_000)),
            ("00:00:00.000001", Some(1)),
            ("12:30:00.1234560", Some(45_000_123_456)),
            ("12:30:00.1234567", None),
            ("23:59:60", None),
            ("24:00:00", None),
            ("12:60", None),
            ("12", None),
            ("12:30:00 PM", None),
            ("12:30:00.", None),
            ("1:2:3:4", None),
        ] {
            assert_eq!(time(text), expect, "{text:?}");
        }
    }

    #[test]
    fn timestamps_are_microseconds_since_1970() {
        for (text, expect) in [
            ("2020-01-02 03:04:05", Some(1_577_934_245_000_000)),
            ("2020-01-02T03:04:05.5", Some(1_577_934_245_500_000)),
            ("1960-01-02 03:04", Some(-315_521_760_000_000)),
            ("2020-01-02", Some(1_577_923_200_000_000)),
            ("2020-01-02 03", None),
            ("2020-01-02T03:04:05Z", None),
            ("2020-01-02  03:04", None),
        ] {
            assert_eq!(timestamp(text), expect, "{text:?}");
        }
        for (text, expect) in [
            ("2020-01-02T03:04:05Z", Some(1_577_934_245_000_000)),
            ("2020-01-02 03:04:05+02", Some(1_577_927_045_000_000)),
            ("2020-01-02 03:04:05-0330", Some(1_577_946_845_000_000)),
            ("2020-01-02 03:04:05+05:30", Some(1_577_914_445_000_000)),
            ("2020-01-02 03:04:05", None),
            ("2020-01-02 03:04:05+2", None),
            ("2020-01-02 03:04:05 UTC", None),
            ("2020-01-02", None),
        ] {
            assert_eq!(full_timestamp_utc(text), expect, "{text:?}");
        }
    }
}
