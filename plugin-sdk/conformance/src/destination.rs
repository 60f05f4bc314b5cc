//! What a destination is held to.

pub(crate) mod ending;
pub(crate) mod modes;
pub(crate) mod publishing;
pub(crate) mod recovery;
pub(crate) mod shapes;
pub(crate) mod tokens;
pub(crate) mod types;
