use std::io::Write;

use arrow::datatypes::TimeUnit;

use super::numbers::{integer, put};

/// A date, given as days since 1970-01-01. DuckDB's two infinite dates are the ends of the range.
pub(super) fn date(days: i32, out: &mut Vec<u8>) {
    if let Some(text) = infinity(days.into(), i32::MAX.into()) {
        out.extend_from_slice(text);
        return;
    }
    day(days.into(), out);
}

/// A time of day.
pub(super) fn time(value: i64, unit: TimeUnit, out: &mut Vec<u8>) {
    let ticks = ticks(unit);
    let (seconds, fraction) = (value / ticks, value % ticks);
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    two_digits(hours, out);
    out.push(b':');
    two_digits(minutes, out);
    out.push(b':');
    two_digits(seconds % 60, out);
    if fraction != 0 {
        put!(out, ".{fraction:0width$}", width = ticks.ilog10() as usize);
        let kept = out.iter().rposition(|&byte| byte != b'0').map_or(0, |at| at + 1);
        out.truncate(kept);
    }
}

/// A timestamp since 1970; one with a time zone is given, and written, in UTC.
pub(super) fn timestamp(value: i64, unit: TimeUnit, zoned: bool, out: &mut Vec<u8>) {
    if let Some(text) = infinity(value, i64::MAX) {
        out.extend_from_slice(text);
        return;
    }
    let ticks_a_day = ticks(unit) * 86_400;
    day(value.div_euclid(ticks_a_day), out);
    out.push(b' ');
    time(value.rem_euclid(ticks_a_day), unit, out);
    if zoned {
        out.extend_from_slice(b"+00");
    }
}

fn infinity(value: i64, greatest: i64) -> Option<&'static [u8]> {
    if value == greatest {
        return Some(b"infinity");
    }
    (value == -greatest).then_some(b"-infinity")
}

fn ticks(unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Second => 1,
        TimeUnit::Millisecond => 1_000,
        TimeUnit::Microsecond => 1_000_000,
        TimeUnit::Nanosecond => 1_000_000_000,
    }
}

/// A day as year, month and day (Hinnant, "chrono-compatible low-level date algorithms"). The year
/// before year 1 is 1 BC.
fn day(days: i64, out: &mut Vec<u8>) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (year, before_christ) = if year < 1 { (1 - year, &b" (BC)"[..]) } else { (year, &b""[..]) };
    if year < 10_000 {
        two_digits(year / 100, out);
        two_digits(year % 100, out);
    } else {
        integer(year, out);
    }
    out.push(b'-');
    two_digits(month, out);
    out.push(b'-');
    two_digits(day, out);
    out.extend_from_slice(before_christ);
}

/// A number below 100.
fn two_digits(number: i64, out: &mut Vec<u8>) {
    out.extend_from_slice(&[b'0' + (number / 10) as u8, b'0' + (number % 10) as u8]);
}
