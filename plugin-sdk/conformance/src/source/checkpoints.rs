use serde_json::Value;
use sqlflow_plugin_sdk::{Partition, ReadRequest};

use crate::{
    Case, Failure, Needs, Outcome, Trial,
    failure::{During, broken},
    input::{Opened, Ready},
    rows::{Rows, same_order},
};

/// The cases of this part.
pub(crate) const CASES: &[Case] = &[
    Case {
        name: "resume-gives-exactly-the-rest",
        about: "resumed from the checkpoint after any batch, a read gives exactly what was left",
        needs: Needs::Checkpoints,
        run: rest,
    },
    Case {
        name: "checkpoint-at-the-end-is-final",
        about: "resumed from the checkpoint at the end, a read gives nothing",
        needs: Needs::Checkpoints,
        run: end,
    },
];

/// Small enough that there are several batches, large enough to be sensible.
const BATCH: usize = 1_000;

fn rest(trial: &Trial<'_>) -> Outcome {
    each_partition(trial, |input, request, partition| {
        let whole = trial.open(input)?.read_each(request, &[partition.clone()])?;
        for read in 1..=whole.batches.len() {
            let (mut rows, state) = read_some(&mut trial.open(input)?, request, partition, read)?;
            let left = resume(trial, input, request, (partition, state))?;
            rows.batches.extend(left.batches);
            same_order(&whole.whole()?, &rows.whole()?)
                .during(format!("resumed after {read} batches of partition {}", partition.id))?;
        }
        Ok(())
    })
}

fn end(trial: &Trial<'_>) -> Outcome {
    each_partition(trial, |input, request, partition| {
        let (_, state) = read_some(&mut trial.open(input)?, request, partition, usize::MAX)?;
        let left = resume(trial, input, request, (partition, state))?.count();
        match left {
            0 => Ok(()),
            left => broken(format!("{left} rows of partition {} came again", partition.id)),
        }
    })
}

fn each_partition(
    trial: &Trial<'_>,
    check: impl Fn(&Ready, &ReadRequest, &Partition) -> Outcome,
) -> Outcome {
    let input = trial.main()?;
    let mut opened = trial.open(&input)?;
    let request = ReadRequest { batch_rows: BATCH, ..opened.request() };
    for partition in opened.plan(&request)?.partitions {
        check(&input, &request, &partition)?;
    }
    Ok(())
}

/// Reads so many batches at most and takes the state, through JSON text.
fn read_some(
    opened: &mut Opened,
    request: &ReadRequest,
    partition: &Partition,
    batches: usize,
) -> Outcome<(Rows, Value)> {
    let mut stream = opened.source.read(request, partition)?;
    let mut rows = Rows { batches: Vec::new(), schema: Some(stream.schema()) };
    while rows.batches.len() < batches {
        let Some(batch) = stream.next_batch()? else { break };
        rows.batches.push(batch);
    }
    let Some(state) = stream.checkpoint()? else { return broken("it gives no checkpoint") };
    let text = state.to_string();
    let state = serde_json::from_str(&text);
    let state = state.map_err(|error| Failure::Broken(format!("the state {text}: {error}")))?;
    Ok((rows, state))
}

/// Reads on in a source opened anew, as after a crash.
fn resume(
    trial: &Trial<'_>,
    input: &Ready,
    request: &ReadRequest,
    (partition, state): (&Partition, Value),
) -> Outcome<Rows> {
    let request = ReadRequest { state: Some(state), ..request.clone() };
    Ok(trial.open(input)?.read_each(&request, std::slice::from_ref(partition))?)
}
