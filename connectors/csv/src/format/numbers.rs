use std::{fmt::Debug, io::Write};

/// Writes to memory, which cannot fail.
macro_rules! put {
    ($out:expr, $($what:tt)*) => { let _ = write!($out, $($what)*); };
}
pub(super) use put;

pub(super) fn integer(value: impl Into<i128>, out: &mut Vec<u8>) {
    let value = value.into();
    if value < 0 {
        out.push(b'-');
    }
    digits(value.unsigned_abs(), out);
}

/// A number in decimal digits. Most fit 64 bits, where division is fast.
fn digits(value: u128, out: &mut Vec<u8>) {
    let Ok(mut rest) = u64::try_from(value) else {
        put!(out, "{value}");
        return;
    };
    let mut text = [0; 20];
    let mut begin = text.len();
    loop {
        begin -= 1;
        text[begin] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(&text[begin..]);
}

/// The shortest digits that read back as the same number; from 1e16 on and below 1e-4 with an
/// exponent of a sign and at least two digits.
pub(super) fn float(value: impl Debug + Into<f64> + Copy, out: &mut Vec<u8>) {
    let wide: f64 = value.into();
    if wide.is_nan() {
        out.extend_from_slice(if wide.is_sign_negative() { b"-nan" } else { b"nan" });
        return;
    }
    let begin = out.len();
    put!(out, "{value:?}");
    if let Some(mark) = out[begin..].iter().position(|&byte| byte == b'e') {
        pad_exponent(out, begin + mark + 1);
    }
}

/// `5` to `+05`, `-7` to `-07`.
fn pad_exponent(out: &mut Vec<u8>, begin: usize) {
    if out[begin] != b'-' {
        out.insert(begin, b'+');
    }
    if out.len() == begin + 2 {
        out.insert(begin + 1, b'0');
    }
}

/// Decimal numbers of one type.
pub(super) struct Decimal {
    scale: usize,
    unit: u128,
    /// Whether the type has digits before the point.
    has_whole: bool,
}

impl Decimal {
    pub(super) fn new(precision: u8, scale: i8) -> Self {
        let scale = usize::try_from(scale).unwrap_or(0).min(38);
        Self { scale, unit: 10_u128.pow(scale as u32), has_whole: usize::from(precision) > scale }
    }

    pub(super) fn write(&self, value: i128, out: &mut Vec<u8>) {
        if value < 0 {
            out.push(b'-');
        }
        let value = value.unsigned_abs();
        if self.has_whole {
            digits(value / self.unit, out);
        }
        if self.scale > 0 {
            put!(out, ".{:0width$}", value % self.unit, width = self.scale);
        }
    }
}
