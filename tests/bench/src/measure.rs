use std::{hint::black_box, time::Instant};

use serde_json::{Value, json};
use sqlflow_plugin_sdk::{BatchStream, Result};

use crate::BATCHES;

const READS: usize = 300;

/// Microseconds that pulling and dropping one batch takes, over many reads of all batches.
#[derive(Debug, Clone, Copy)]
pub struct Figures {
    /// Of half of the reads.
    pub median: f64,
    /// Of the fastest read.
    pub best: f64,
}

impl Figures {
    /// As JSON, rounded to nanoseconds.
    pub fn json(self) -> Value {
        json!({"median_us": rounded(self.median), "best_us": rounded(self.best)})
    }
}

fn rounded(number: f64) -> f64 {
    (number * 1_000.0).round() / 1_000.0
}

/// Times 300 reads of streams that hold all batches; opening a stream does not count.
///
/// # Errors
///
/// Those of the stream.
pub fn measure(mut open: impl FnMut() -> Result<Box<dyn BatchStream>>) -> Result<Figures> {
    let mut reads = Vec::with_capacity(READS);
    for _ in 0..READS {
        let mut stream = open()?;
        let begun = Instant::now();
        let mut batches = 0;
        while let Some(batch) = stream.next_batch()? {
            black_box(batch);
            batches += 1;
        }
        assert_eq!(batches, BATCHES, "a read holds every batch");
        reads.push(begun.elapsed().as_secs_f64() * 1e6 / BATCHES as f64);
    }
    reads.sort_by(f64::total_cmp);
    Ok(Figures { median: reads[READS / 2], best: reads[0] })
}
