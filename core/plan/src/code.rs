//! The stable codes of what a plan can have wrong.
