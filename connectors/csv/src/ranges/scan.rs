use memchr::memchr;

use crate::spec::Dialect;

/// Where, with respect to quotes, a byte stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Outside,
    Inside,
    /// Behind a quote inside of quotes: it has closed them, but if another follows.
    AtQuote,
}

impl Place {
    /// In the order of their numbers.
    pub(super) const ALL: [Self; 3] = [Self::Outside, Self::Inside, Self::AtQuote];
}

/// What bytes mean under one assumption about the place where they begin.
#[derive(Debug, Clone)]
pub(super) struct Scan {
    dialect: Dialect,
    /// The place behind the last byte.
    pub(super) place: Place,
    /// Where, in the file, the first record begins behind a line break of these bytes.
    pub(super) first_record: Option<u64>,
}

/// Scans further bytes under all assumptions. `at` is where they stand, `before` the byte before.
pub(super) fn feed(scans: &mut [Scan; 3], bytes: &[u8], at: u64, before: u8) {
    let [first, others @ ..] = scans;
    let agree = |other: &Scan| other.place == first.place && other.first_record.is_some();
    if first.first_record.is_some() && others.iter().all(agree) {
        first.feed(bytes, at, before);
        others.iter_mut().for_each(|other| other.place = first.place);
    } else {
        scans.iter_mut().for_each(|scan| scan.feed(bytes, at, before));
    }
}

impl Scan {
    pub(super) fn new(dialect: Dialect, place: Place) -> Self {
        Self { dialect, place, first_record: None }
    }

    fn feed(&mut self, bytes: &[u8], at: u64, before: u8) {
        let mut from = 0;
        while from < bytes.len() {
            from = match self.place {
                Place::Outside => self.outside(bytes, from, at, before),
                Place::Inside => self.inside(bytes, from),
                Place::AtQuote => self.behind_quote(bytes[from], from),
            };
        }
    }

    /// Goes on to behind the next quote.
    fn outside(&mut self, bytes: &[u8], from: usize, at: u64, before: u8) -> usize {
        let rest = &bytes[from..];
        let quote = memchr(self.dialect.quote, rest);
        if self.first_record.is_none() {
            let line_break = memchr(b'\n', &rest[..quote.unwrap_or(rest.len())]);
            self.first_record = line_break.map(|found| at + (from + found) as u64 + 1);
        }
        let Some(quote) = quote else { return bytes.len() };
        let quote = from + quote;
        let before = if quote == 0 { before } else { bytes[quote - 1] };
        if before == self.dialect.delimiter || before == b'\n' || before == b'\r' {
            self.place = Place::Inside;
        }
        quote + 1
    }

    /// Goes on to behind the next quote.
    fn inside(&mut self, bytes: &[u8], from: usize) -> usize {
        let Some(quote) = memchr(self.dialect.quote, &bytes[from..]) else { return bytes.len() };
        self.place = Place::AtQuote;
        from + quote + 1
    }

    fn behind_quote(&mut self, byte: u8, from: usize) -> usize {
        if byte == self.dialect.quote {
            self.place = Place::Inside;
            return from + 1;
        }
        self.place = Place::Outside;
        from
    }
}
