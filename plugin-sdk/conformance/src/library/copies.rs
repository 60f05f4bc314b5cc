use sqlflow_plugin_sdk::ConnectorKind;

use super::configs::{good_config, open};
use crate::{Outcome, Trial, failure::During};

const COPIES: usize = 16;

pub(super) fn load(trial: &Trial<'_>) -> Outcome {
    let manifest = trial.subject.manifest()?;
    let role = manifest.kinds.first().copied().unwrap_or(ConnectorKind::Source);
    let config = good_config(trial, role)?;
    let mut copies = Vec::new();
    for number in 1..=COPIES {
        let subject = trial.subject.copy().during("copying the library")?;
        let copy = Trial { subject: &*subject, ..*trial };
        open(&copy, role, &config).during(format!("copy {number}"))?;
        copies.push(subject);
    }
    Ok(())
}
