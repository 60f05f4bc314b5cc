//! The guide for connector authors, followed word by word.
