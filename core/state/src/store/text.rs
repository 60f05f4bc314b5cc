//! Entries and other texts where a store keeps nothing but text: each behind its hash.

use std::fmt::Write;

use crate::store::chain::{Hash, seal};
use crate::store::log::Entry;

pub(crate) fn hex(hash: &Hash) -> String {
    hash.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

pub(crate) fn unhex(text: &str) -> Option<Hash> {
    let mut hash = Hash::default();
    if text.len() != 2 * hash.len() || !text.is_ascii() {
        return None;
    }
    for (at, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(hash)
}

pub(crate) fn write_entry(entry: &Entry) -> String {
    format!("{} {}", hex(&entry.hash), entry.text)
}

pub(crate) fn read_entry(seq: u64, text: &str) -> Option<Entry> {
    let (hash, text) = text.split_once(' ')?;
    Some(Entry { seq, text: text.to_owned(), hash: unhex(hash)? })
}

/// A text that stands alone, behind its hash.
pub(crate) fn sealed(text: &str) -> String {
    format!("{} {text}", hex(&seal(text)))
}

/// The text, where it is the one that was sealed.
pub(crate) fn unsealed(text: &str) -> Option<&str> {
    let (hash, text) = text.split_once(' ')?;
    (unhex(hash)? == seal(text)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_text_that_was_changed_is_none() {
        let sealed = sealed("b");
        // By coreutils: `(head -c 32 /dev/zero; printf b) | sha256sum`.
        let hash = "7ec8020a087ee17266b18fe5a9518759e60d782a249c2b5aab02f2f7fef41e0d";
        assert_eq!(sealed, format!("{hash} b"));
        assert_eq!(unsealed(&sealed), Some("b"));
        for changed in [sealed.replace(" b", " c"), sealed[1..].to_owned(), "b".to_owned()] {
            assert_eq!(unsealed(&changed), None, "{changed}");
        }
    }

    #[test]
    fn only_64_hexadecimal_digits_are_a_hash() {
        let whole = "0f".repeat(32);
        assert_eq!(unhex(&whole), Some([0x0f; 32]));
        assert_eq!(hex(&[0x0f; 32]), whole);
        for wrong in ["", &whole[1..], &"é".repeat(32), &"g0".repeat(32)] {
            assert_eq!(unhex(wrong), None, "{wrong}");
        }
    }
}
