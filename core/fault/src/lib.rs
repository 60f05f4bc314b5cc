//! Named places at which a test can stop, delay or kill the process, and times it can shorten.
//!
//! The product passes them and nothing happens: only a test binary [`install`]s what is to be done
//! there, and the product has no way to. Passing one costs a load of an atomic.

mod points;
mod spans;

use std::sync::OnceLock;
use std::time::Duration;

pub use points::*;
pub use spans::*;

/// What is done at the places.
pub trait Hook: Send + Sync {
    /// Called with a place's name, on the thread that passes it.
    fn pass(&self, name: &str);

    /// How long a named time lasts; `usual` where nothing is said.
    fn span(&self, _name: &str, usual: Duration) -> Duration {
        usual
    }
}

static HOOK: OnceLock<Box<dyn Hook>> = OnceLock::new();

/// Says what is done at every place from now on, for as long as the process lives. The first one
/// stays.
pub fn install(hook: Box<dyn Hook>) {
    // A second hook would make it unclear which test is run.
    let _ = HOOK.set(hook);
}

/// Whether a test has said what is done.
pub fn is_installed() -> bool {
    HOOK.get().is_some()
}

/// Passes a place.
#[inline]
pub fn point(name: &str) {
    if let Some(hook) = HOOK.get() {
        hook.pass(name);
    }
}

/// How long a named time lasts: `usual`, unless a test says otherwise.
pub fn span(name: &str, usual: Duration) -> Duration {
    HOOK.get().map_or(usual, |hook| hook.span(name, usual))
}
