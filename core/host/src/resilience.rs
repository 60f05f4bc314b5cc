//! What stands between a run and a connector whose other side may be slow or down.
//!
//! rate limit → circuit breaker → retry → recovery, in this order, around every call. It is the
//! host's, so that no connector brings its own: the handles it makes implement the two traits of
//! the sdk, as those do that they stand around.
//!
//! - Only an error whose hint says that trying again can help is tried again, and never what could
//!   write a row twice: a batch that was written and a commit are asked for, not repeated.
//! - A wait ends within a moment once it is cancelled.
//! - Rate and breaker belong to a connection, not to one use of it: see [`Guard`].

mod backoff;
mod breaker;
mod budget;
mod clock;
mod destination;
mod event;
mod guard;
mod policy;
mod rate;
mod session;
mod source;
mod stream;
mod writer;

pub(crate) use self::budget::Budgets;
pub use self::{
    clock::{Clock, SystemClock},
    event::{EventSink, ResilienceEvent},
    guard::{Guard, Protection},
    policy::{Breaker, Preset, Rate, Resilience, Retry},
};
