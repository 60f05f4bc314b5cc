//! Benchmarks of the plugin boundary.
