//! House rules as tests, one file a rule. Each reads the files of the checkout and names every
//! place that breaks it; beside it stands a small tree that does, so that the rule is known to see.
//!
//! `tree`, `tokens`, `manifests`, `markdown` and `finding` are what the rules share; `allow.toml`
//! lists what they let pass, each with its reason.

#[cfg(test)]
mod allowed;
#[cfg(test)]
mod finding;
#[cfg(test)]
mod manifests;
#[cfg(test)]
mod markdown;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod tree;

#[cfg(test)]
mod clean_text;
#[cfg(test)]
mod codes;
#[cfg(test)]
mod connector_files;
#[cfg(test)]
mod connector_options;
#[cfg(test)]
mod decisions;
#[cfg(test)]
mod doc_paths;
#[cfg(test)]
mod error_pages;
#[cfg(test)]
mod examples;
#[cfg(test)]
mod imports;
#[cfg(test)]
mod lints;
#[cfg(test)]
mod names;
#[cfg(test)]
mod reach;
#[cfg(test)]
mod readme_commands;
#[cfg(test)]
mod sizes;
#[cfg(test)]
mod unfinished;
#[cfg(test)]
mod unsafe_places;
