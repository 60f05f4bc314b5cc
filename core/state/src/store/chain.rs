//! What ties the entries of a log together, so that none is lost or changed unnoticed.

use sha2::{Digest, Sha256};

/// The hash of an entry: SHA-256 over the hash of the entry before it and its own text.
pub(crate) type Hash = [u8; 32];

/// What stands before the first entry.
pub(crate) const START: Hash = [0; 32];

/// The hash of the entry of this text behind the one of that hash.
pub(crate) fn link(before: &Hash, text: &str) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(before);
    hasher.update(text);
    hasher.finalize().into()
}

/// The hash of a text that stands alone.
pub(crate) fn seal(text: &str) -> Hash {
    link(&START, text)
}
