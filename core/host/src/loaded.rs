//! Guarded handles of loaded connectors: they implement the sdk's traits over the C tables.
#![allow(unsafe_code)]

mod arrow_values;
pub(crate) mod call;
mod connector;
mod destination;
mod object;
mod shape;
mod source;
mod stream;
pub(crate) mod table;
mod writer;

pub(crate) use self::connector::Connector;
