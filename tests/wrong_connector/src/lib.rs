//! A connector that is right in everything, or wrong in one thing at a time: the conformance suite
//! is tried on it, case by case.
//!
//! Which thing is wrong stands in the library itself ([`fault`]), where the test writes it into a
//! copy of the file. Each fault is named after the case that finds it.
//! Its tables are JSON files in a folder; beside them it makes up a stream of numbers.

mod cell;
mod destination;
mod entry;
mod fault;
mod source;
mod spec;
mod store;
mod stream;
mod wanted;
mod writer;
