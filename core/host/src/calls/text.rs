use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Bytes of a word.
const WORD: usize = size_of::<u64>();

/// A short text that another process may read at any time; one that is read while it is written may
/// be part old and part new. What does not fit is left out.
#[repr(transparent)]
pub(super) struct Text<const WORDS: usize>([AtomicU64; WORDS]);

impl<const WORDS: usize> Text<WORDS> {
    pub(super) const fn empty() -> Self {
        Self([const { AtomicU64::new(0) }; WORDS])
    }

    pub(super) fn write(&self, text: &str) {
        let mut bytes = text.as_bytes().chunks(WORD);
        for word in &self.0 {
            let mut next = [0; WORD];
            let chunk = bytes.next().unwrap_or_default();
            next[..chunk.len()].copy_from_slice(chunk);
            word.store(u64::from_ne_bytes(next), Relaxed);
        }
    }

    /// The text; `None` where it is empty.
    pub(super) fn read(&self) -> Option<String> {
        let bytes = self.0.iter().flat_map(|word| word.load(Relaxed).to_ne_bytes());
        let bytes: Vec<u8> = bytes.take_while(|byte| *byte != 0).collect();
        // A character that was cut, or that a wild write has spoilt, is shown as a mark.
        (!bytes.is_empty()).then(|| String::from_utf8_lossy(&bytes).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_comes_back_and_one_too_long_is_cut() {
        let text = Text::<2>::empty();
        let check = |given: &str, expect: Option<&str>| {
            text.write(given);
            assert_eq!(text.read().as_deref(), expect, "{given:?}");
        };
        check("", None);
        check("sixteen bytes ok", Some("sixteen bytes ok"));
        check("seven", Some("seven"));
        check("seventeen bytes no", Some("seventeen bytes "));
        check("fifteen bytes a\u{e9}", Some("fifteen bytes a\u{fffd}"));
    }
}
