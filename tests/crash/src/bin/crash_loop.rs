//! `crash-loop N SEED`: kills N runs at random and says where, and what was wrong after them.

use std::{
    env,
    process::ExitCode,
    time::{Instant, SystemTime},
};

use sqlflow_tests_crash::random_kills;

fn main() -> ExitCode {
    let mut numbers = env::args().skip(1).map(|number| number.parse::<u64>());
    let Some(Ok(kills)) = numbers.next() else {
        eprintln!("usage: crash-loop KILLS [SEED]");
        return ExitCode::from(2);
    };
    let now = SystemTime::UNIX_EPOCH.elapsed().map_or(0, |time| time.as_secs());
    let seed = numbers.next().and_then(Result::ok).unwrap_or(now);
    let began = Instant::now();
    let found = random_kills(kills, seed);
    print!("seed {seed}, {:.0} s: {found}", began.elapsed().as_secs_f64());
    if found.violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
