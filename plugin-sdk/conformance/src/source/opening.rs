use sqlflow_plugin_sdk::{CheckReport, ConnectorKind, ErrorKind, Result};

use crate::{
    Case, Needs, Outcome, Trial,
    failure::{During, broken, ensure, told},
};

/// The cases of this part.
pub(crate) const CASES: &[Case] = &[
    Case {
        name: "check-reports-what-works",
        about: "a check names what it tried, and all of it worked",
        needs: Needs::Nothing,
        run: works,
    },
    Case {
        name: "check-finds-what-is-wrong",
        about: "a check of something broken names the item that does not work",
        needs: Needs::Nothing,
        run: is_wrong,
    },
];

fn works(trial: &Trial<'_>) -> Outcome {
    for role in trial.subject.manifest()?.kinds {
        let report = match role {
            ConnectorKind::Source => trial.open_main()?.source.check()?,
            ConnectorKind::Destination => trial.open_destination()?.check()?,
        };
        ensure(!report.items.is_empty(), || format!("{role:?}: the report has no item"))?;
        names_each(&report).during(format!("{role:?}"))?;
        if let Some(item) = report.items.iter().find(|item| !item.ok) {
            return broken(format!("{role:?}: `{}` failed: {}", item.name, item.message));
        }
    }
    Ok(())
}

fn names_each(report: &CheckReport) -> Outcome {
    let named = report.items.iter().all(|item| !item.name.trim().is_empty());
    ensure(named, || "an item has no name".to_owned())
}

fn is_wrong(trial: &Trial<'_>) -> Outcome {
    for role in trial.subject.manifest()?.kinds {
        match role {
            ConnectorKind::Source => {
                let input = trial.input("source.broken", |source| source.broken.as_ref())?;
                let opened = trial.subject.open_source(None, &input.config, &Default::default());
                says_what_is_wrong(opened.and_then(|mut source| source.check()))?;
            }
            ConnectorKind::Destination => broken_destination(trial)?,
        }
    }
    Ok(())
}

fn broken_destination(trial: &Trial<'_>) -> Outcome {
    let destination = trial.destination()?;
    let Some(input) = &destination.broken else { return Ok(()) };
    let mut config = destination.config.clone();
    config.extend(input.config.clone());
    let config = trial.config(ConnectorKind::Destination, &config, &[])?;
    let opened = trial.subject.open_destination(&config, &Default::default());
    says_what_is_wrong(opened.and_then(|mut destination| destination.check()))
}

fn says_what_is_wrong(checked: Result<CheckReport>) -> Outcome {
    let report = match checked {
        Ok(report) => report,
        Err(error) if error.kind() == ErrorKind::Bug => return broken(told(&error)),
        Err(_) => return Ok(()),
    };
    names_each(&report)?;
    let Some(item) = report.items.iter().find(|item| !item.ok) else {
        return broken("every item of the report worked");
    };
    ensure(!item.message.trim().is_empty(), || format!("`{}` does not say why", item.name))
}
