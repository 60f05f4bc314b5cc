//! What is wrong in the profile, whatever the pipelines are.

use super::How::{AppendProfile, ChangeProfile};
use super::{Kind, Phase, misspelt};

const fn kind(name: &'static str, code: &'static str, phase: Phase, how: super::How) -> Kind {
    Kind { name, code, phase, how }
}

pub(super) const KINDS: &[Kind] = &[
    kind("misspelt key of the profile", "SF0303", Phase::Profile, ChangeProfile("pkey", misspelt)),
    kind(
        "text for a number in the profile",
        "SF0304",
        Phase::Profile,
        ChangeProfile("threads", |_| "four".to_owned()),
    ),
    kind(
        "memory without a unit",
        "SF0305",
        Phase::Profile,
        ChangeProfile("limit", |_| "2".to_owned()),
    ),
    kind(
        "a connection without a type",
        "SF0306",
        Phase::Profile,
        AppendProfile(|scene| format!("  ‹!|{}›:\n    params: {{ path: x }}\n", scene.name)),
    ),
    kind(
        "a list for a connection",
        "SF0304",
        Phase::Profile,
        AppendProfile(|scene| format!("  {}: ‹!|[csv]›\n", scene.name)),
    ),
    kind(
        "unknown key of a connection",
        "SF0303",
        Phase::Profile,
        AppendProfile(|scene| format!("  {}:\n    type: csv\n    ‹!|parms›: {{}}\n", scene.name)),
    ),
    kind(
        "a key of the profile twice",
        "SF0302",
        Phase::Yaml,
        AppendProfile(|_| "‹!|variables›: {}\n".to_owned()),
    ),
    kind(
        "an unknown alias in YAML",
        "SF0301",
        Phase::Yaml,
        AppendProfile(|_| "plugins: { path: [‹!|*nowhere›] }\n".to_owned()),
    ),
];
