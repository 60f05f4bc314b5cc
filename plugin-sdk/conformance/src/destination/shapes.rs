use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch};
use sqlflow_plugin_sdk::ErrorKind;

use crate::{
    Case, Needs, Outcome, Trial,
    failure::{During, broken, ensure, told},
    output::{is_typed, record},
    rows::names,
    values::{people, people_schema, table_of},
};

/// The cases of this part.
pub(crate) const CASES: &[Case] = &[
    Case {
        name: "empty-write-makes-the-place",
        about: "a write without a row makes a place with the columns and no row",
        needs: Needs::Destination,
        run: empty,
    },
    Case {
        name: "empty-batches-are-nothing",
        about: "batches without rows, first, last and in between, change nothing",
        needs: Needs::Destination,
        run: empty_batches,
    },
    Case {
        name: "odd-names-are-kept",
        about: "odd column names come back as they were, or are refused",
        needs: Needs::Destination,
        run: odd_names,
    },
    Case {
        name: "places-are-described",
        about: "a destination that describes places knows what is there and what is not",
        needs: Needs::Destination,
        run: described,
    },
];

fn empty(trial: &Trial<'_>) -> Outcome {
    for mode in trial.subject.manifest()?.destination.modes {
        let name = format!("empty_{}", mode.name());
        let mut target = trial.target(&name)?;
        target.stage(mode, &name, &[])?.commit(&record(&name, &[]))?;
        let Some(rows) = trial.read_back(&target.place)? else {
            return broken(format!("{}: nothing is at the place", mode.name()));
        };
        ensure(rows.count() == 0, || format!("{} rows are at the place", rows.count()))?;
        let input = trial.back(&target.place.0)?;
        let schema = trial.open(&input)?.schema()?;
        let (found, written) = (names(&schema), names(&people_schema()));
        ensure(found == written, || format!("its columns are {found}, not {written}"))?;
    }
    Ok(())
}

fn empty_batches(trial: &Trial<'_>) -> Outcome {
    let mut target = trial.target("batches")?;
    let none = people(0);
    let batches = [none.clone(), people(20), none.clone(), none];
    target.publish(trial.first_mode()?, "batches-1", &batches)?;
    target.holds(&[people(20)])
}

fn odd_names(trial: &Trial<'_>) -> Outcome {
    let long = "long_".repeat(40);
    let odd = ["select", "with space", "Grüße", "a\"b", "a,b", "a.b", "a'b", "two\nlines", &long];
    for (number, name) in odd.into_iter().enumerate() {
        let column: ArrayRef = Arc::new(Int64Array::from(vec![1, 2]));
        round_trip(trial, number, &table_of(name, column)).during(format!("column {name:?}"))?;
    }
    Ok(())
}

fn round_trip(trial: &Trial<'_>, number: usize, batch: &RecordBatch) -> Outcome {
    let token = format!("odd_{number}");
    let mut target = trial.target(&token)?;
    let mode = trial.first_mode()?;
    let mut request = target.request(mode, &token, batch.schema());
    request.keys = vec![batch.schema().field(0).name().clone()];
    let written = target.destination.begin(&request).and_then(|mut writer| {
        writer.write(batch.clone())?;
        writer.commit(&record(&token, std::slice::from_ref(batch)))
    });
    match written {
        Ok(_) => target.holds(std::slice::from_ref(batch)),
        Err(error) if is_typed(&error) => Ok(()),
        Err(error) => broken(format!("it is refused as {}", told(&error))),
    }
}

fn described(trial: &Trial<'_>) -> Outcome {
    let mut target = trial.target("described")?;
    match target.destination.describe(&target.place) {
        Err(error) if error.kind() == ErrorKind::Unsupported => return Ok(()),
        Err(error) => return broken(told(&error)),
        Ok(Some(schema)) => return broken(format!("{} is where nothing is", names(&schema))),
        Ok(None) => {}
    }
    target.publish(trial.first_mode()?, "described-1", &[people(5)])?;
    let Some(schema) = target.destination.describe(&target.place)? else {
        return broken("nothing is where rows were written");
    };
    let (found, written) = (names(&schema), names(&people_schema()));
    ensure(found == written, || format!("the columns are {found}, not {written}"))
}
