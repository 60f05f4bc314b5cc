use std::collections::{BTreeMap, BTreeSet};

/// Gives out step ids, none twice.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    taken: BTreeSet<String>,
    numbers: BTreeMap<String, usize>,
}

impl Ids {
    /// The stem in lower case and the characters of ids, numbered from 2 where it is taken.
    pub(crate) fn assign(&mut self, stem: &str) -> String {
        let stem: String = stem.chars().map(plain).collect();
        let number = self.numbers.entry(stem.clone()).or_insert(0);
        loop {
            *number += 1;
            let id = if *number == 1 { stem.clone() } else { format!("{stem}_{number}") };
            if self.taken.insert(id.clone()) {
                return id;
            }
        }
    }
}

fn plain(c: char) -> char {
    let lower = c.to_ascii_lowercase();
    let stays = lower.is_ascii_alphanumeric() || matches!(lower, '_' | '.' | '-');
    if stays { lower } else { '_' }
}
