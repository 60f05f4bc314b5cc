use arrow::array::RecordBatch;

use crate::{
    Case, Needs, Outcome, Trial,
    failure::{During, broken, ensure, told},
    output::{is_typed, record},
    values::{extremes, table_of},
};

/// The cases of this part.
pub(crate) const CASES: &[Case] = &[
    Case {
        name: "values-come-back-or-are-refused",
        about: "every type's extremes come back as they were, or are refused with a typed error",
        needs: Needs::Destination,
        run: values,
    },
    Case {
        name: "refused-types-leave-nothing",
        about: "a write whose type is refused leaves nothing at its place",
        needs: Needs::Destination,
        run: leave_nothing,
    },
];

fn tables() -> Vec<(String, RecordBatch)> {
    let table = |(number, column): (usize, arrow::array::ArrayRef)| {
        let kind = format!("{number}: {}", column.data_type());
        (kind, table_of("value", column))
    };
    extremes().into_iter().enumerate().map(table).collect()
}

/// Whether the table was written; an error that tells nothing is a failure.
fn write(trial: &Trial<'_>, name: &str, table: &RecordBatch) -> Outcome<bool> {
    let mut target = trial.target(name)?;
    let tables = std::slice::from_ref(table);
    let staged = target.stage(trial.first_mode()?, name, tables);
    match staged.and_then(|writer| writer.commit(&record(name, tables))) {
        Ok(_) => Ok(true),
        Err(error) if is_typed(&error) => Ok(false),
        Err(error) => broken(format!("it is refused as {}", told(&error))),
    }
}

fn values(trial: &Trial<'_>) -> Outcome {
    let mut written = 0;
    for (number, (kind, table)) in tables().iter().enumerate() {
        let name = format!("type_{number}");
        if write(trial, &name, table).during(kind)? {
            written += 1;
            trial.holds(&trial.place(&name)?, std::slice::from_ref(table)).during(kind)?;
        }
    }
    ensure(written > 0, || "every type is refused".to_owned())
}

fn leave_nothing(trial: &Trial<'_>) -> Outcome {
    for (number, (kind, table)) in tables().iter().enumerate() {
        let name = format!("type_{number}");
        let before = trial.files()?;
        if !write(trial, &name, table)? {
            trial.holds_nothing(&trial.place(&name)?).during(kind)?;
            let left = trial.files()?;
            ensure(left == before, || format!("{kind}: files are left: {left:?}"))?;
        }
    }
    Ok(())
}
