//! The times that a test may shorten.

/// How long a lease lasts when nobody renews it.
pub const LEASE_LASTS: &str = "lease.lasts";
/// How often a lease is renewed.
pub const LEASE_BEAT: &str = "lease.beat";
