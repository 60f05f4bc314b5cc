//! What a library is held to, whatever the connector does.

mod configs;
mod copies;
mod faults;
mod process;
mod secrets;

use sqlflow_plugin_sdk::Descriptor;

use crate::{
    Case, Needs, Outcome, Trial,
    failure::{During, ensure},
};

/// The cases of this part.
pub(crate) const CASES: &[Case] = &[
    Case {
        name: "manifest-is-what-it-says",
        about: "the embedded manifest can be read and is what the loaded plugin says of itself",
        needs: Needs::Loading,
        run: manifest,
    },
    Case {
        name: "exports-nothing-else",
        about: "the library exports the entry of the plugin contract and nothing else",
        needs: Needs::Nothing,
        run: exports,
    },
    Case {
        name: "config-schema-is-valid",
        about: "the config's JSON Schema is one of 2020-12 that the host can read",
        needs: Needs::Nothing,
        run: configs::schema,
    },
    Case {
        name: "secrets-are-marked",
        about: "fields that are named as secrets are marked as such",
        needs: Needs::Nothing,
        run: configs::marked,
    },
    Case {
        name: "bad-config-is-refused",
        about: "unknown, missing and ill-typed settings are refused as errors of kind config",
        needs: Needs::Nothing,
        run: configs::refused,
    },
    Case {
        name: "secrets-stay-secret",
        about: "no secret stands in a report, error, log, state or descriptor",
        needs: Needs::Nothing,
        run: secrets::stay,
    },
    Case {
        name: "panics-become-errors",
        about: "a panic at any entry becomes an error and the plugin goes on",
        needs: Needs::Nothing,
        run: faults::become_errors,
    },
    Case {
        name: "process-is-left-alone",
        about: "standard output, working directory, environment and signals are the host's",
        needs: Needs::Nothing,
        run: process::left_alone,
    },
    Case {
        name: "sixteen-copies-load",
        about: "sixteen copies of the library are sixteen plugins of one process",
        needs: Needs::Nothing,
        run: copies::load,
    },
];

fn manifest(trial: &Trial<'_>) -> Outcome {
    let manifest = trial.subject.manifest().during("reading the manifest")?;
    let Descriptor { manifest: said, .. } = trial.subject.descriptor().during("loading")?;
    ensure(manifest == said, || format!("embedded: {manifest:?}; told: {said:?}"))?;
    let roles = !manifest.kinds.is_empty();
    ensure(roles, || "`kinds` is empty: a connector plays a role".to_owned())
}

/// The entry, and the module by which abi_stable checks the layouts of a Rust plugin.
const ALLOWED: [&str; 2] = ["sqlflow_plugin_v1", "_1as_0lib_1header_0root_bmodule_bloader"];

/// What the linker adds to a library of its own accord.
const LINKER: [&str; 5] = ["_init", "_fini", "__bss_start", "_edata", "_end"];

fn exports(trial: &Trial<'_>) -> Outcome {
    let exports = trial.subject.exports()?;
    let others: Vec<String> = exports.into_iter().filter(|name| !is_allowed(name)).collect();
    ensure(others.is_empty(), || {
        format!("it also exports {}; hide them, or name the one entry", others.join(", "))
    })
}

fn is_allowed(name: &str) -> bool {
    ALLOWED.contains(&name) || LINKER.contains(&name)
}
