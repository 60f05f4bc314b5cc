//! Times that are given as how long ago.

use std::time::Duration;

/// Reads a whole number and a unit: `90s`, `30m`, `12h`, `30d`, `8w`.
pub(crate) fn age(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is no time such as 90s, 30m, 12h, 30d or 8w");
    let at = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
    let number: u64 = text[..at].parse().map_err(|_| wrong())?;
    let unit = match &text[at..] {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        "w" => 604_800,
        _ => return Err(wrong()),
    };
    number.checked_mul(unit).map(Duration::from_secs).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_a_number_and_a_unit() {
        let check = |text, expect: Option<u64>| {
            assert_eq!(age(text).ok(), expect.map(Duration::from_secs), "{text}");
        };
        check("90s", Some(90));
        check("2m", Some(120));
        check("1h", Some(3_600));
        check("30d", Some(2_592_000));
        check("8w", Some(4_838_400));
        for wrong in ["", "5", "d", "5 d", "5y", "-5d", "1.5h", "99999999999999999999s"] {
            check(wrong, None);
        }
    }
}
