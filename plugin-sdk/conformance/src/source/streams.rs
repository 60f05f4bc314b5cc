use std::collections::HashSet;

use arrow::datatypes::{Schema, SchemaRef};
use sqlflow_plugin_sdk::{ErrorKind, StreamDescriptor, StreamName};

use crate::{
    Case, Input, Needs, Outcome, SourceFixture, Trial,
    failure::{During, broken, ensure, told},
    input::Ready,
    rows::Rows,
};

/// The cases of this part.
pub(crate) const CASES: &[Case] = &[
    Case {
        name: "discovery-is-stable",
        about: "discovery gives the same streams each time, none of them twice",
        needs: Needs::Source,
        run: stable,
    },
    Case {
        name: "keys-and-cursors-exist",
        about: "primary keys and cursor candidates are columns of their stream",
        needs: Needs::Source,
        run: columns_exist,
    },
    Case {
        name: "unknown-stream-is-not-found",
        about: "a stream that is not there is refused, unless there is but one",
        needs: Needs::Source,
        run: unknown,
    },
    Case {
        name: "schema-is-what-comes",
        about: "the schema told before a read is that of every batch, each time",
        needs: Needs::Source,
        run: schema,
    },
    Case {
        name: "empty-stream-has-a-schema",
        about: "a stream without rows ends at once and has its columns",
        needs: Needs::Source,
        run: empty,
    },
    Case {
        name: "one-row-is-one-row",
        about: "a stream of one row gives that row",
        needs: Needs::Source,
        run: one_row,
    },
    Case {
        name: "batches-are-of-sensible-size",
        about: "no batch is larger than asked for, and most have 1,000 rows where there are as many",
        needs: Needs::Source,
        run: sizes,
    },
];

fn stable(trial: &Trial<'_>) -> Outcome {
    let input = trial.main()?;
    let first = trial.open(&input)?.source.discover()?;
    let mut opened = trial.open(&input)?;
    for again in [opened.source.discover()?, opened.source.discover()?] {
        ensure(first == again, || format!("first {}, then {}", listed(&first), listed(&again)))?;
    }
    let mut seen = HashSet::new();
    match first.iter().find(|stream| !seen.insert(&stream.name)) {
        Some(twice) => broken(format!("`{}` is listed twice", twice.name)),
        None => Ok(()),
    }
}

fn listed(streams: &[StreamDescriptor]) -> String {
    format!("{streams:?}")
}

fn columns_exist(trial: &Trial<'_>) -> Outcome {
    let mut opened = trial.open_main()?;
    for stream in opened.source.discover()? {
        let schema = opened.source.schema(&stream.name)?;
        for column in stream.primary_key.iter().chain(&stream.cursor_candidates) {
            let known = schema.field_with_name(column).is_ok();
            ensure(known, || format!("`{}` has no column `{column}`", stream.name))?;
        }
        if let Some(told) = &stream.schema {
            same_columns(&schema, told).during("the schema of discovery")?;
        }
    }
    Ok(())
}

fn unknown(trial: &Trial<'_>) -> Outcome {
    let mut opened = trial.open_main()?;
    let streams = opened.source.discover()?;
    match (opened.source.schema(&StreamName::from("no such stream, surely")), &streams[..]) {
        (Err(error), _) if error.kind() == ErrorKind::NotFound => Ok(()),
        (Err(error), _) => broken(format!("it ends in {}", told(&error))),
        (Ok(schema), [only]) => {
            same_columns(&opened.source.schema(&only.name)?, &schema).during("the one stream")
        }
        (Ok(_), _) => broken("it is found, though there are several streams to tell apart"),
    }
}

fn schema(trial: &Trial<'_>) -> Outcome {
    let mut opened = trial.open_main()?;
    let told = opened.schema()?;
    same_columns(&told, &opened.schema()?).during("asked again")?;
    let request = opened.request();
    let bound = sqlflow_plugin_sdk::ReadRequest { schema: Some(told.clone()), ..request.clone() };
    for request in [request, bound] {
        let mut stream = opened.first_stream(&request)?;
        same_columns(&told, &stream.schema()).during("the stream")?;
        while let Some(batch) = stream.next_batch()? {
            same_columns(&told, &batch.schema()).during("a batch")?;
        }
    }
    Ok(())
}

/// Compares names, types and order.
fn same_columns(told: &SchemaRef, came: &SchemaRef) -> Outcome {
    let columns = |schema: &Schema| -> Vec<String> {
        let fields = schema.fields().iter();
        fields.map(|field| format!("{} {}", field.name(), field.data_type())).collect()
    };
    let (told, came) = (columns(told), columns(came));
    ensure(told == came, || format!("[{}], not [{}]", came.join(", "), told.join(", ")))
}

fn empty(trial: &Trial<'_>) -> Outcome {
    let (rows, told) = small(trial, "source.empty", |source| source.empty.as_ref())?;
    ensure(rows.count() == 0, || format!("{} rows came", rows.count()))?;
    ensure(!told.fields().is_empty(), || "its schema has no column".to_owned())
}

fn one_row(trial: &Trial<'_>) -> Outcome {
    let (rows, told) = small(trial, "source.one_row", |source| source.one_row.as_ref())?;
    ensure(rows.count() == 1, || format!("{} rows came", rows.count()))?;
    same_columns(&told, &rows.whole()?.schema())
}

fn small(
    trial: &Trial<'_>,
    name: &str,
    part: impl FnOnce(&SourceFixture) -> Option<&Input>,
) -> Outcome<(Rows, SchemaRef)> {
    let input: Ready = trial.input(name, part)?;
    let mut opened = trial.open(&input)?;
    let told = opened.schema()?;
    Ok((opened.read(&opened.request())?, told))
}

/// Rows a batch has at least, where the partition has as many.
const SENSIBLE: usize = 1_000;
/// Rows of the main input at least.
const MAIN_ROWS: usize = 3_000;

fn sizes(trial: &Trial<'_>) -> Outcome {
    let mut opened = trial.open_main()?;
    for asked in [SENSIBLE, 2_048, 8_192] {
        let mut request = opened.request();
        request.batch_rows = asked;
        let (mut full, mut rows) = (Vec::new(), 0);
        for partition in opened.plan(&request)?.partitions {
            let part = opened.read_each(&request, &[partition])?;
            rows += part.count();
            let mut sizes: Vec<usize> = part.batches.iter().map(|b| b.num_rows()).collect();
            let most = sizes.iter().copied().max().unwrap_or_default();
            ensure(most <= asked, || format!("a batch has {most} rows where {asked} were asked"))?;
            // The last one of a partition is what is left.
            sizes.pop();
            full.extend(sizes);
        }
        enough(rows)?;
        full.sort_unstable();
        let median = full.get(full.len() / 2).copied().unwrap_or(SENSIBLE);
        ensure(median >= SENSIBLE, || format!("the median batch has {median} rows"))?;
    }
    Ok(())
}

fn enough(rows: usize) -> Outcome {
    if rows >= MAIN_ROWS {
        return Ok(());
    }
    Err(crate::trial::lacks(&format!("{MAIN_ROWS} rows in `source.main`: {rows} came")))
}
