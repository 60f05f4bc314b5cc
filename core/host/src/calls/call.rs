use std::{fmt, time::Duration};

/// A kind of call into a plugin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum Call {
    /// Its initialisers, its entry and its descriptor.
    Load,
    /// Opening a source or destination.
    Open,
    /// Reaching the other side.
    Check,
    /// Listing the streams.
    Discover,
    /// Telling the schema of a stream.
    Schema,
    /// Splitting a read into partitions.
    Plan,
    /// Opening the read of a partition.
    Read,
    /// Yielding the next batch; its deadline is that of a stall.
    NextBatch,
    /// Telling how far a read has come.
    Checkpoint,
    /// Describing what is at a place.
    Describe,
    /// Changing the schema of a place.
    Apply,
    /// Beginning a write.
    Begin,
    /// Taking a batch; its deadline is that of a stall.
    Write,
    /// Publishing what was written.
    Commit,
    /// Giving up a write.
    Abort,
    /// Telling whether a token was committed.
    Committed,
    /// Sweeping what dead runs left.
    Recover,
    /// Stopping what is under way.
    Cancel,
    /// Closing what was opened.
    Close,
}

/// Every call with its name and the seconds that it may take.
const CALLS: [(Call, &str, u64); Call::COUNT] = [
    (Call::Load, "load", 30),
    (Call::Open, "open", 30),
    (Call::Check, "check", 60),
    (Call::Discover, "discover", 120),
    (Call::Schema, "schema", 120),
    (Call::Plan, "plan", 120),
    (Call::Read, "read", 120),
    (Call::NextBatch, "next batch", 300),
    (Call::Checkpoint, "checkpoint", 30),
    (Call::Describe, "describe", 120),
    (Call::Apply, "apply", 120),
    (Call::Begin, "begin", 120),
    (Call::Write, "write", 300),
    (Call::Commit, "commit", 600),
    (Call::Abort, "abort", 30),
    (Call::Committed, "committed", 60),
    (Call::Recover, "recover", 120),
    (Call::Cancel, "cancel", 10),
    (Call::Close, "close", 10),
];

impl Call {
    /// How many there are.
    pub(super) const COUNT: usize = 19;

    /// The call of this number.
    pub(super) fn numbered(number: u32) -> Option<Self> {
        CALLS.get(number as usize).map(|(call, _, _)| *call)
    }

    /// All of them.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        CALLS.iter().map(|(call, _, _)| *call)
    }

    /// How long it may take where nobody says otherwise.
    pub(super) fn usual_limit(self) -> Duration {
        Duration::from_secs(CALLS[self as usize].2)
    }

    /// Whether it moves rows, so that its deadline is that of a stall.
    pub(super) fn moves_rows(self) -> bool {
        matches!(self, Self::NextBatch | Self::Write)
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(CALLS[*self as usize].1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_each_call_at_its_number() {
        for (number, (call, _, _)) in (0..).zip(CALLS) {
            assert_eq!(call as u32, number, "{call}");
        }
    }
}
