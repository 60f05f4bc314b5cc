#![allow(unsafe_code)]

use std::{
    fmt, ptr,
    sync::{
        OnceLock,
        atomic::{
            AtomicU32, AtomicU64,
            Ordering::{AcqRel, Acquire, Relaxed, Release},
        },
    },
    time::Duration,
};

use super::{Call, slot::Slot, text::Text};

/// Objects that can be open at a time; what is opened beyond them is not watched.
const SLOTS: usize = 1024;

/// How often the board is looked at, and so how exactly its clock goes.
pub const LOOK: Duration = Duration::from_millis(50);

/// How long a call that was cancelled as late may take to end.
pub const GRACE: Duration = Duration::from_secs(1);

/// What is known of a process's calls into plugins, in memory that a forked worker shares with its
/// supervisor.
///
/// Its clock counts the time in which somebody looked at it, so that a program that is stopped for
/// an hour is not late when it goes on.
#[repr(C)]
pub struct Board {
    clock_ms: AtomicU64,
    /// 1 where a supervisor moves the clock.
    supervised: AtomicU32,
    /// The worker's own exit code and one; 0 as long as it has not ended of itself.
    finished: AtomicU32,
    /// Slots from here on were never taken.
    used: AtomicU32,
    run: Text<8>,
    slots: [Slot; SLOTS],
}

/// A call that is on the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallSeen {
    /// The step that it is made for, where it is made for one.
    pub step: Option<String>,
    /// The connector that is called.
    pub connector: String,
    /// The call.
    pub call: Call,
    /// How long it may take.
    pub limit: Duration,
}

/// Where the system has no shared memory; such a board serves one process.
static PRIVATE: Board = Board {
    clock_ms: AtomicU64::new(0),
    supervised: AtomicU32::new(0),
    finished: AtomicU32::new(0),
    used: AtomicU32::new(0),
    run: Text::empty(),
    slots: [const { Slot::new() }; SLOTS],
};

/// The board of this process, and of the worker that it forks.
pub fn board() -> &'static Board {
    static BOARD: OnceLock<&'static Board> = OnceLock::new();
    BOARD.get_or_init(|| map().unwrap_or(&PRIVATE))
}

/// Memory that stays shared when the process forks, and that is never given back.
fn map() -> Option<&'static Board> {
    let protection = libc::PROT_READ | libc::PROT_WRITE;
    let flags = libc::MAP_SHARED | libc::MAP_ANONYMOUS;
    // SAFETY: a new mapping, at a place that the system chooses.
    let place =
        unsafe { libc::mmap(ptr::null_mut(), size_of::<Board>(), protection, flags, -1, 0) };
    // SAFETY: a page is aligned for a board, its zeros are one that nobody has used, everything in
    // it is atomic, and it stays mapped as long as the process lives.
    (place != libc::MAP_FAILED).then(|| unsafe { &*place.cast::<Board>() })
}

impl Board {
    /// Whether a worker that is forked from now on writes where its supervisor reads.
    pub(crate) fn is_shared(&self) -> bool {
        !ptr::eq(self, &PRIVATE)
    }

    /// Says whether a supervisor moves the clock; else the watchdog of the process does.
    pub fn set_supervised(&self, supervised: bool) {
        self.supervised.store(u32::from(supervised), Release);
    }

    pub(super) fn is_supervised(&self) -> bool {
        self.supervised.load(Acquire) != 0
    }

    /// Moves the clock on by the time since the last look. A look that comes very late was held up
    /// with the rest of the program: only twice the usual time counts.
    pub fn pass(&self, since_last_look: Duration) {
        let passed = since_last_look.min(2 * LOOK).as_millis();
        self.clock_ms.fetch_add(u64::try_from(passed).unwrap_or_default(), Relaxed);
    }

    pub(super) fn now(&self) -> u64 {
        self.clock_ms.load(Relaxed)
    }

    /// Says which run the process carries out from now on.
    pub fn announce_run(&self, run: &str) {
        self.run.write(run);
    }

    /// The run that was announced last.
    pub fn run(&self) -> Option<String> {
        self.run.read()
    }

    /// Says that the process ends of itself, with this exit code.
    pub fn finish(&self, code: u8) {
        self.finished.store(u32::from(code) + 1, Release);
    }

    /// The exit code with which the process says that it ends.
    pub fn finished(&self) -> Option<u8> {
        u8::try_from(self.finished.load(Acquire).checked_sub(1)?).ok()
    }

    /// The calls that are under way, in the order in which their objects were opened.
    pub fn under_way(&self) -> Vec<CallSeen> {
        self.open().filter(|(_, slot)| slot.due().is_some()).filter_map(|(_, s)| seen(s)).collect()
    }

    /// The connectors that have something open, each once, in order.
    pub fn connectors(&self) -> Vec<String> {
        let mut connectors: Vec<String> = self.open().map(|(_, slot)| slot.connector()).collect();
        connectors.sort();
        connectors.dedup();
        connectors
    }

    /// A call that goes on although it was due [`GRACE`] ago.
    pub fn overdue(&self) -> Option<CallSeen> {
        let grace = u64::try_from(GRACE.as_millis()).unwrap_or_default();
        let now = self.now();
        let late = |slot: &Slot| slot.due().is_some_and(|due| due + grace <= now);
        self.open().find(|(_, slot)| late(slot)).and_then(|(_, slot)| seen(slot))
    }

    /// The slots that hold something, with their numbers.
    pub(super) fn open(&self) -> impl Iterator<Item = (usize, &Slot)> {
        let used = (self.used.load(Acquire) as usize).min(SLOTS);
        self.slots[..used].iter().enumerate().filter(|(_, slot)| slot.is_open())
    }

    /// Takes the first free slot; `None` where all are taken.
    pub(super) fn take(&self, connector: &str, step: Option<&str>) -> Option<(usize, &Slot)> {
        let mut slots = (0..).zip(&self.slots);
        let (number, slot) = slots.find(|(_, slot)| slot.take(connector, step))?;
        self.used.fetch_max(number + 1, AcqRel);
        Some((number as usize, slot))
    }
}

fn seen(slot: &Slot) -> Option<CallSeen> {
    let (step, connector, limit) = (slot.step(), slot.connector(), slot.limit());
    Some(CallSeen { step, connector, call: slot.call()?, limit })
}

impl fmt::Debug for Board {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Board").field("under_way", &self.under_way()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
