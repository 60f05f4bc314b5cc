use std::time::Duration;

use super::Call;

/// How long each kind of call into a plugin may take, to the millisecond.
///
/// The defaults: load, open, checkpoint and abort 30 s; check and committed 60 s; next batch and
/// write 300 s; commit 600 s; cancel and close 10 s; all others 120 s.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines([u32; Call::COUNT]);

impl Default for Deadlines {
    fn default() -> Self {
        Call::all().fold(Self([0; Call::COUNT]), |all, call| all.with(call, call.usual_limit()))
    }
}

impl Deadlines {
    /// How long this call may take.
    pub fn of(&self, call: Call) -> Duration {
        Duration::from_millis(u64::from(self.0[call as usize]))
    }

    /// With this limit for one kind of call; at least a millisecond, at most 49 days.
    #[must_use]
    pub fn with(mut self, call: Call, limit: Duration) -> Self {
        self.0[call as usize] = u32::try_from(limit.as_millis()).unwrap_or(u32::MAX).max(1);
        self
    }

    /// With this limit for every call but those that move rows.
    #[must_use]
    pub fn with_calls(self, limit: Duration) -> Self {
        Call::all().filter(|call| !call.moves_rows()).fold(self, |all, call| all.with(call, limit))
    }

    /// With this limit for the calls that move rows: the next batch of a read, a batch written.
    #[must_use]
    pub fn with_stalls(self, limit: Duration) -> Self {
        Call::all().filter(|call| call.moves_rows()).fold(self, |all, call| all.with(call, limit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_for_calls_leaves_stalls_alone_and_the_other_way_round() {
        let (calls, stalls) = (Duration::from_secs(1), Duration::from_secs(2));
        let limits = Deadlines::default().with_calls(calls);
        assert_eq!((limits.of(Call::Commit), limits.of(Call::Write)), (calls, 300 * calls));
        let limits = Deadlines::default().with_stalls(stalls);
        assert_eq!((limits.of(Call::NextBatch), limits.of(Call::Read)), (stalls, 60 * stalls));
    }
}
