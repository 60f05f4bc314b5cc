use std::sync::Arc;

use arrow::{array::RecordBatch, datatypes::Schema};
use sqlflow_plugin_sdk::{ErrorKind, ReadRequest};

use crate::{
    Case, Needs, Outcome, Trial,
    failure::{During, broken, ensure, told},
    input::Opened,
    rows::{is_part, same_order},
};

/// The cases of this part.
pub(crate) const CASES: &[Case] = &[
    Case {
        name: "columns-are-those-asked-for",
        about: "reading some columns gives those of a full read, in the order asked for",
        needs: Needs::Projection,
        run: columns,
    },
    Case {
        name: "no-columns-still-count",
        about: "reading no columns gives batches without columns that count the rows",
        needs: Needs::Projection,
        run: no_columns,
    },
    Case {
        name: "unknown-column-is-refused",
        about: "a column that is not there is refused, not read as NULL",
        needs: Needs::Projection,
        run: unknown_column,
    },
    Case {
        name: "limit-loses-nothing",
        about: "a read with a limit gives at least so many rows, all of them the stream's",
        needs: Needs::Source,
        run: limit,
    },
];

fn with_columns(opened: &Opened, columns: &[String]) -> ReadRequest {
    ReadRequest { columns: Some(columns.to_vec()), ..opened.request() }
}

fn columns(trial: &Trial<'_>) -> Outcome {
    let mut opened = trial.open_main()?;
    let all = opened.read(&opened.request())?.whole()?;
    let names: Vec<String> = all.schema().fields().iter().map(|f| f.name().clone()).collect();
    let reversed: Vec<String> = names.iter().rev().cloned().collect();
    let single = names.last().cloned().into_iter().collect();
    let alternate = names.iter().step_by(2).cloned().collect();
    for wanted in [reversed, single, alternate, names] {
        let rows = opened.read(&with_columns(&opened, &wanted))?.whole()?;
        let expected = project(&all, &wanted)?;
        let came: Vec<String> = rows.schema().fields().iter().map(|f| f.name().clone()).collect();
        ensure(came == wanted, || format!("{came:?} came where {wanted:?} were asked for"))?;
        same_order(&expected, &rows).during(format!("columns {wanted:?}"))?;
    }
    Ok(())
}

fn project(all: &RecordBatch, wanted: &[String]) -> Outcome<RecordBatch> {
    let indices: Result<Vec<usize>, _> =
        wanted.iter().map(|name| all.schema_ref().index_of(name)).collect();
    Ok(all.project(&indices?)?)
}

fn no_columns(trial: &Trial<'_>) -> Outcome {
    let mut opened = trial.open_main()?;
    let all = opened.read(&opened.request())?.count();
    let none = opened.read(&with_columns(&opened, &[]))?;
    let schema = none.schema.clone().unwrap_or_else(|| Arc::new(Schema::empty()));
    ensure(schema.fields().is_empty(), || {
        format!("columns came: {}", crate::rows::names(&schema))
    })?;
    ensure(none.count() == all, || format!("{} rows came, not {all}", none.count()))
}

fn unknown_column(trial: &Trial<'_>) -> Outcome {
    let mut opened = trial.open_main()?;
    match opened.read(&with_columns(&opened, &["no such column".to_owned()])) {
        Ok(_) => broken("it was read"),
        Err(error) if error.kind() == ErrorKind::Bug => broken(format!("it is {}", told(&error))),
        Err(_) => Ok(()),
    }
}

fn limit(trial: &Trial<'_>) -> Outcome {
    let mut opened = trial.open_main()?;
    let parallel = ReadRequest { parallelism: 4, ..opened.request() };
    let all = opened.read(&parallel)?.whole()?;
    for limit in [1, 10, 1_500, all.num_rows() as u64 + 1] {
        let request = ReadRequest { limit: Some(limit), ..parallel.clone() };
        let rows = opened.read(&request)?.whole()?;
        let needed = all.num_rows().min(limit as usize);
        let came = rows.num_rows();
        ensure(came >= needed, || format!("{came} rows came with a limit of {limit}"))?;
        is_part(&rows, &all).during(format!("a limit of {limit}"))?;
    }
    Ok(())
}
