//! What a pipeline becomes, as text: its plan and its diagnostics.
//!
//! Each folder of `cases/` holds a `pipeline.sf`, the `profile.yml` and `vars.txt` (as for
//! `--vars`) it is planned with, if any, and what is expected of it, written by hand: `plan.txt`,
//! `diagnostics.txt` or, for a plan with warnings, both.

mod connectors;
mod diagnostics;
mod outcome;

pub use outcome::{Outcome, outcome};
