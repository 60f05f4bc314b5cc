//! The call board: which call into which plugin is under way, for which step, and until when.
//!
//! Every session, reader and writer of a plugin has a seat on the board as long as it is open, and
//! each of its calls is on the board while it lasts. The board lies in memory that a forked worker
//! shares with its supervisor, so that it can be read when the worker is gone. A watchdog thread
//! cancels what is late; what does not end then, only the supervisor can end.

mod board;
mod call;
mod deadlines;
mod seat;
mod slot;
mod step;
mod text;
mod watchdog;

pub use self::{
    board::{Board, CallSeen, GRACE, LOOK, board},
    call::Call,
    deadlines::Deadlines,
    step::in_step,
};
pub(crate) use self::{seat::Seat, step::Step};
