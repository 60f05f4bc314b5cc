//! "Did you mean …".

/// Longer words are never compared, so that the cost of a suggestion stays bounded.
const LONGEST_WORD: usize = 64;

/// The known word nearest to `word`, ignoring ASCII case, if it is near enough to be a misspelling.
///
/// Near enough is one edit (insertion, deletion, replacement or swap of neighbours) for every three
/// letters, at least one. Of equally near words the first one wins.
pub fn suggest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().take(LONGEST_WORD + 1).count();
    if !(2..=LONGEST_WORD).contains(&length) {
        return None;
    }
    let (word, most) = (word.to_ascii_lowercase(), (length / 3).max(1));
    known
        .into_iter()
        .map(|other| (strsim::osa_distance(&word, &other.to_ascii_lowercase()), other))
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, other)| other)
}
