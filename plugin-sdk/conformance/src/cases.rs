use crate::{Case, destination, library, source};

/// All cases, in the order in which they are told.
pub const CASES: &[&[Case]] = &[
    library::CASES,
    source::opening::CASES,
    source::streams::CASES,
    source::partitions::CASES,
    source::push_down::CASES,
    source::filters::CASES,
    source::cursor::CASES,
    source::checkpoints::CASES,
    source::ending::CASES,
    destination::modes::CASES,
    destination::publishing::CASES,
    destination::tokens::CASES,
    destination::recovery::CASES,
    destination::shapes::CASES,
    destination::types::CASES,
    destination::ending::CASES,
];

/// The case of this name.
pub fn find(name: &str) -> Option<&'static Case> {
    CASES.iter().copied().flatten().find(|case| case.name == name)
}
