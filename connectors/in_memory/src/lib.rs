//! Named tables in memory.
