//! Named places at which a test can stop, delay or kill the process.
//!
//! The product passes them and nothing happens: only a test binary [`install`]s what is to be done
//! there, and the product has no way to. Passing one costs a load of an atomic.

mod points;

use std::sync::OnceLock;

pub use points::*;

/// What is done at a place; called with its name, on the thread that passes it.
pub type Hook = Box<dyn Fn(&str) + Send + Sync>;

static HOOK: OnceLock<Hook> = OnceLock::new();

/// Says what is done at every place from now on, for as long as the process lives. The first one
/// stays.
pub fn install(hook: Hook) {
    // A second hook would make it unclear which test is run.
    let _ = HOOK.set(hook);
}

/// Passes a place.
#[inline]
pub fn point(name: &'static str) {
    if let Some(hook) = HOOK.get() {
        hook(name);
    }
}
