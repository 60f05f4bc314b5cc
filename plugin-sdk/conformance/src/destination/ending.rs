use sqlflow_plugin_sdk::ErrorKind;

use crate::{
    Case, Needs, Outcome, Trial,
    failure::{broken, told},
    source::ending::keeps_nothing,
    values::{people, people_schema},
    within::{CANCELLED, within},
};

/// The cases of this part.
pub(crate) const CASES: &[Case] = &[
    Case {
        name: "cancel-ends-a-write",
        about: "a write that is cancelled ends within a second and publishes nothing",
        needs: Needs::Destination,
        run: cancel,
    },
    Case {
        name: "writes-leave-nothing-behind",
        about: "a hundred writes that are dropped keep no memory, thread or descriptor",
        needs: Needs::Destination,
        run: leaks,
    },
];

fn cancel(trial: &Trial<'_>) -> Outcome {
    let mut target = trial.target("cancelled")?;
    let mut writer = target.stage(trial.first_mode()?, "cancelled-1", &[people(2_000)])?;
    writer.cancel_token().cancel();
    let ended = within(CANCELLED, "the cancelled write did not end", move || {
        let written = writer.write(people(2_000));
        drop(writer);
        written
    })?;
    match ended {
        Err(error) if error.kind() == ErrorKind::Cancelled => {}
        Err(error) => return broken(format!("it ends in {}", told(&error))),
        Ok(()) => return broken("it goes on"),
    }
    trial.holds_nothing(&target.place)
}

fn leaks(trial: &Trial<'_>) -> Outcome {
    let mode = trial.first_mode()?;
    keeps_nothing(&|| {
        let mut target = trial.target("leaks")?;
        let request = target.request(mode, "leaks-1", people_schema());
        let mut writer = target.destination.begin(&request)?;
        writer.write(people(500))?;
        Ok(())
    })
}
