//! A connector that is wrong in one way at a time.
