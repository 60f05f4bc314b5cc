//! What no guard of the sdk can contain: it ends the process, or never comes back.
#![allow(unsafe_code, reason = "it harms its process on purpose")]
#![allow(clippy::disallowed_methods, reason = "a plugin must not end the process; this one does")]

use std::{hint::black_box, process, ptr, thread, time::Duration};

use serde::Deserialize;

/// Ways to end the process or never to come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Deadly {
    /// `abort()`.
    Abort,
    /// A write to where nothing is mapped.
    Segv,
    /// A recursion without an end.
    Overflow,
    /// A regular exit, as if all had gone well.
    ExitZero,
    /// An exit that runs nothing of what is to run at an exit.
    ExitOne,
    /// A SIGKILL, as the system sends it.
    Kill,
    /// A loop without an end that takes all it can get of a processor.
    Loop,
    /// Sleep without an end.
    Sleep,
    /// Memory without an end.
    Memory,
}

impl Deadly {
    /// Does it, and never comes back.
    pub(crate) fn strike(self) -> ! {
        match self {
            Self::Abort => process::abort(),
            // SAFETY: none: this is the fault that the host is to survive.
            Self::Segv => unsafe { ptr::write_volatile(black_box(8) as *mut u8, 1) },
            Self::Overflow => drop(deeper(black_box(1))),
            Self::ExitZero => process::exit(0),
            // SAFETY: it ends the process.
            Self::ExitOne => unsafe { _exit(1) },
            // SAFETY: it ends the process.
            Self::Kill => unsafe {
                kill(process::id().cast_signed(), 9);
            },
            Self::Loop => loop {
                black_box(());
            },
            Self::Memory => devour(),
            Self::Sleep => {}
        }
        loop {
            thread::sleep(Duration::from_secs(3600));
        }
    }
}

unsafe extern "C" {
    fn _exit(code: i32) -> !;
    fn kill(pid: i32, signal: i32) -> i32;
}

#[expect(unconditional_recursion, reason = "so that the stack ends")]
fn deeper(depth: u64) -> u64 {
    let frame = black_box([depth; 64]);
    black_box(deeper(depth + 1) + frame[0])
}

fn devour() {
    let mut taken = Vec::new();
    loop {
        taken.push(black_box(vec![1_u8; 1 << 24]));
    }
}
