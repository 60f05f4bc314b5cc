//! DuckDB as the engine.

mod catalog;
mod create;
mod failure;
mod file_claim;
mod interrupt;
mod lockdown;
mod mounted;
mod open;
mod outgoing;
mod rows;
mod session;

pub use self::interrupt::Interrupt;
pub use self::mounted::Mounted;
pub use self::open::DuckDb;
