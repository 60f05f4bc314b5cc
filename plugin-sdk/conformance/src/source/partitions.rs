use std::collections::HashSet;

use sqlflow_plugin_sdk::{BatchStream, Partition, ReadRequest};

use crate::{
    Case, Needs, Outcome, Trial,
    failure::{During, broken, ensure},
    input::Opened,
    rows::{Rows, same_order, same_set},
};

/// The cases of this part.
pub(crate) const CASES: &[Case] = &[
    Case {
        name: "reading-again-gives-the-same",
        about: "a second read gives the same rows in the same order",
        needs: Needs::Source,
        run: again,
    },
    Case {
        name: "partitions-make-the-whole",
        about: "read one by one, in any order, the partitions give every row once",
        needs: Needs::Partitions,
        run: whole,
    },
    Case {
        name: "partitions-keep-the-order",
        about: "in their order, the partitions give the rows in the stream's order",
        needs: Needs::Partitions,
        run: order,
    },
    Case {
        name: "partitions-have-stable-ids",
        about: "ids are unique and the same from one plan to the next",
        needs: Needs::Partitions,
        run: ids,
    },
    Case {
        name: "streams-do-not-disturb-each-other",
        about: "two streams of one source, read in turns, give what each gives alone",
        needs: Needs::Source,
        run: in_turns,
    },
];

/// How many partitions the suite asks for.
const PARALLELISM: usize = 4;

fn parallel(opened: &Opened) -> ReadRequest {
    ReadRequest { parallelism: PARALLELISM, ..opened.request() }
}

fn again(trial: &Trial<'_>) -> Outcome {
    let input = trial.main()?;
    let mut opened = trial.open(&input)?;
    let first = opened.read(&opened.request())?.whole()?;
    let second = opened.read(&opened.request())?.whole()?;
    same_order(&first, &second).during("the same source")?;
    let mut opened = trial.open(&input)?;
    same_order(&first, &opened.read(&opened.request())?.whole()?).during("a source opened anew")
}

fn whole(trial: &Trial<'_>) -> Outcome {
    let mut opened = trial.open_main()?;
    let expected = opened.read(&opened.request())?.whole()?;
    let request = parallel(&opened);
    let mut partitions = opened.plan(&request)?.partitions;
    partitions.reverse();
    let rows = opened.read_each(&request, &partitions)?;
    same_set(&expected, &rows.whole()?)
}

/// Only rows that are there in both count: what is missing is another case's.
fn order(trial: &Trial<'_>) -> Outcome {
    let mut opened = trial.open_main()?;
    let expected = opened.read(&opened.request())?.whole()?;
    let parts = opened.read(&parallel(&opened))?.whole()?;
    match same_set(&expected, &parts) {
        Ok(()) => same_order(&expected, &parts),
        Err(_) => Ok(()),
    }
}

fn ids(trial: &Trial<'_>) -> Outcome {
    let input = trial.main()?;
    let mut opened = trial.open(&input)?;
    let request = parallel(&opened);
    let ids = |partitions: Vec<Partition>| -> Vec<String> {
        partitions.into_iter().map(|partition| partition.id).collect()
    };
    let first = ids(opened.plan(&request)?.partitions);
    let unique: HashSet<&String> = first.iter().collect();
    ensure(unique.len() == first.len(), || format!("an id stands twice in {first:?}"))?;
    let second = ids(trial.open(&input)?.plan(&request)?.partitions);
    ensure(first == second, || format!("first {first:?}, then {second:?}"))
}

fn in_turns(trial: &Trial<'_>) -> Outcome {
    let mut opened = trial.open_main()?;
    let mut request = parallel(&opened);
    request.batch_rows = 1_000;
    let partitions = opened.plan(&request)?.partitions;
    let Some(first) = partitions.first() else { return broken("the plan has no partition") };
    let last = partitions.last().unwrap_or(first);
    let mut alone = |partition: &Partition| -> Outcome<_> {
        opened.read_each(&request, std::slice::from_ref(partition))?.whole()
    };
    let expected = [alone(first)?, alone(last)?];
    let mut streams = [opened.source.read(&request, first)?, opened.source.read(&request, last)?];
    let got = take_turns(&mut streams)?;
    for (expected, got) in expected.iter().zip(&got) {
        same_order(expected, &got.whole()?)?;
    }
    Ok(())
}

fn take_turns(streams: &mut [Box<dyn BatchStream>; 2]) -> Outcome<[Rows; 2]> {
    let mut rows = [Rows::default(), Rows::default()];
    let mut open = true;
    while open {
        open = false;
        for (stream, rows) in streams.iter_mut().zip(&mut rows) {
            rows.schema = Some(stream.schema());
            if let Some(batch) = stream.next_batch()? {
                rows.batches.push(batch);
                open = true;
            }
        }
    }
    Ok(rows)
}
