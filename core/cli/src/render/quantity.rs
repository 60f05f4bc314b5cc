//! Numbers as people read them.

use std::time::Duration;

/// Thousands parted by spaces: `12 480`.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// A number of things: `1 row`, `12 480 rows`.
pub(crate) fn counted(number: u64, thing: &str) -> String {
    format!("{} {thing}{}", count(number), if number == 1 { "" } else { "s" })
}

/// A size in powers of 1,000, with two or three digits: `212 kB`, `4.8 MB`.
pub(crate) fn bytes(number: u64) -> String {
    let units = ["B", "kB", "MB", "GB", "TB"];
    let (mut size, mut unit) = (number as f64, 0);
    while size >= 999.5 && unit + 1 < units.len() {
        (size, unit) = (size / 1_000.0, unit + 1);
    }
    let digits = usize::from(unit > 0 && size < 9.95);
    format!("{size:.digits$} {}", units[unit])
}

/// A time with a fitting unit: `42 ms`, `1.2 s`, `3 min 20 s`.
pub(crate) fn duration(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match time.as_millis() {
        0 => "< 1 ms".to_owned(),
        millis @ 1..1_000 => format!("{millis} ms"),
        1_000..59_950 => format!("{seconds:.1} s"),
        _ => {
            let whole = seconds.round() as u64;
            format!("{} min {} s", count(whole / 60), whole % 60)
        }
    }
}

/// How long ago something was, in its largest unit: `5 minutes ago`.
pub(crate) fn ago(age: Duration) -> String {
    let seconds = age.as_secs();
    let (number, unit) = match seconds {
        0..60 => (seconds, "second"),
        60..3_600 => (seconds / 60, "minute"),
        3_600..86_400 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!("{} ago", counted(number, unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_parted() {
        let check = |number, expect: &str| assert_eq!(count(number), expect);
        check(0, "0");
        check(999, "999");
        check(1_000, "1 000");
        check(12_480, "12 480");
        check(u64::MAX, "18 446 744 073 709 551 615");
        assert_eq!([counted(1, "row"), counted(0, "row")], ["1 row", "0 rows"]);
    }

    #[test]
    fn sizes_keep_two_or_three_digits() {
        let check = |number, expect: &str| assert_eq!(bytes(number), expect);
        check(0, "0 B");
        check(999, "999 B");
        check(1_000, "1.0 kB");
        check(9_949, "9.9 kB");
        check(9_960, "10 kB");
        check(212_000, "212 kB");
        check(999_600, "1.0 MB");
        check(48_000_000_000, "48 GB");
        check(5_000_000_000_000_000, "5000 TB");
    }

    #[test]
    fn ages_take_the_largest_unit() {
        let check = |seconds, expect: &str| assert_eq!(ago(Duration::from_secs(seconds)), expect);
        check(0, "0 seconds ago");
        check(1, "1 second ago");
        check(59, "59 seconds ago");
        check(60, "1 minute ago");
        check(3_599, "59 minutes ago");
        check(7_200, "2 hours ago");
        check(86_400, "1 day ago");
    }

    #[test]
    fn times_take_the_unit_that_fits() {
        let check = |millis, expect: &str| {
            assert_eq!(duration(Duration::from_millis(millis)), expect);
        };
        check(0, "< 1 ms");
        check(42, "42 ms");
        check(1_000, "1.0 s");
        check(59_949, "59.9 s");
        check(59_990, "1 min 0 s");
        check(200_000, "3 min 20 s");
    }
}
