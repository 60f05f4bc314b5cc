use sqlflow_plugin_sdk::{ErrorKind, WriteMode};

use crate::{
    Case, Needs, Outcome, Trial,
    case::MODES,
    failure::{During, broken, ensure, told},
    values::{people, people_from, people_named},
};

/// The cases of this part.
pub(crate) const CASES: &[Case] = &[
    Case {
        name: "write-makes-a-new-place",
        about: "each declared mode makes a place that is not there, with exactly the rows written",
        needs: Needs::Destination,
        run: new_place,
    },
    Case {
        name: "replace-replaces",
        about: "replace leaves the new rows and none of the old",
        needs: Needs::Mode(WriteMode::Replace),
        run: replace,
    },
    Case {
        name: "append-appends",
        about: "append leaves the old rows and adds the new",
        needs: Needs::Mode(WriteMode::Append),
        run: append,
    },
    Case {
        name: "upsert-replaces-by-key",
        about: "upsert replaces the rows whose key comes again, and keeps and adds the others",
        needs: Needs::Mode(WriteMode::Upsert),
        run: upsert,
    },
    Case {
        name: "upsert-takes-the-last-row",
        about: "of rows with one key, within a batch and across batches, upsert takes the last",
        needs: Needs::Mode(WriteMode::Upsert),
        run: last_wins,
    },
    Case {
        name: "undeclared-mode-is-refused",
        about: "a mode that the manifest does not declare is refused as unsupported",
        needs: Needs::ModeLacking,
        run: undeclared,
    },
];

fn new_place(trial: &Trial<'_>) -> Outcome {
    for mode in trial.subject.manifest()?.destination.modes {
        let rows = [people(1_500), people_from(1_500, 20)];
        let name = format!("new_{}", mode.name());
        let mut target = trial.target(&name)?;
        let report = target.publish(mode, &name, &rows).during(mode.name())?;
        ensure(report.rows == 1_520, || format!("the report counts {} rows", report.rows))?;
        target.holds(&rows).during(mode.name())?;
    }
    Ok(())
}

fn replace(trial: &Trial<'_>) -> Outcome {
    let mut target = trial.target("replaced")?;
    target.publish(WriteMode::Replace, "replace-1", &[people(100)])?;
    let rows = [people_from(50, 7)];
    target.publish(WriteMode::Replace, "replace-2", &rows)?;
    target.holds(&rows)
}

fn append(trial: &Trial<'_>) -> Outcome {
    let mut target = trial.target("appended")?;
    let (old, new) = (people(100), people_from(50, 70));
    target.publish(WriteMode::Append, "append-1", &[old.clone()])?;
    target.publish(WriteMode::Append, "append-2", &[new.clone()])?;
    target.holds(&[old, new])
}

fn upsert(trial: &Trial<'_>) -> Outcome {
    let mut target = trial.target("upserted")?;
    target.publish(WriteMode::Upsert, "upsert-1", &[people(100)])?;
    let new = people_named(50, 70, "newer");
    target.publish(WriteMode::Upsert, "upsert-2", &[new.clone()])?;
    target.holds(&[people(50), new])
}

fn last_wins(trial: &Trial<'_>) -> Outcome {
    let mut target = trial.target("last")?;
    let of = |name: &str| people_named(0, 5, name);
    let batch = arrow::compute::concat_batches(&of("a").schema(), &[of("first"), of("second")])?;
    target.publish(WriteMode::Upsert, "last-1", &[batch])?;
    target.holds(&[of("second")]).during("within a batch")?;
    target.publish(WriteMode::Upsert, "last-2", &[of("third"), of("fourth")])?;
    target.holds(&[of("fourth")]).during("across batches")
}

fn undeclared(trial: &Trial<'_>) -> Outcome {
    let declared = trial.subject.manifest()?.destination.modes;
    for mode in MODES.into_iter().filter(|mode| !declared.contains(mode)) {
        let mut target = trial.target("undeclared")?;
        match target.publish(mode, "undeclared-1", &[people(10)]) {
            Err(error) if error.kind() == ErrorKind::Unsupported => {}
            Err(error) => return broken(format!("{} ends in {}", mode.name(), told(&error))),
            Ok(_) => return broken(format!("{} is accepted", mode.name())),
        }
    }
    Ok(())
}
