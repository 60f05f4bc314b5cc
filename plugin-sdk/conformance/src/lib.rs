//! The suite every connector passes, ours and anyone's.
//!
//! [`CASES`] is a table: each case has a name, one line that says what it holds a connector to,
//! and the capabilities it needs. Which of them a connector has to pass follows from its manifest
//! alone: what it declares is tried, what it does not declare is not. What the cases may open says
//! a [`Fixture`], a file of about ten lines.
//!
//! A case works on a [`Subject`], a loaded plugin seen through the sdk's own traits, and runs in a
//! process of its own with a deadline (see [`Suite`]): a crash, an exit or a hang fails that case
//! and no other.

mod case;
mod cases;
mod check_connector;
mod destination;
mod failure;
mod fixture;
mod input;
mod library;
mod output;
mod process;
mod rows;
mod scenes;
mod source;
mod subject;
mod suite;
mod trial;
mod values;
mod within;

pub use self::{
    case::{Case, Needs},
    cases::{CASES, find},
    check_connector::check_connector,
    failure::{Failure, Outcome},
    fixture::{DestinationFixture, Fixture, Input, ReadBack, SourceFixture},
    scenes::play,
    subject::{Played, Subject},
    suite::{Report, Status, Suite, verdict_line},
    trial::Trial,
};
