//! What is found while conditions and INCLUDEs are settled.

use super::How::Insert;
use super::{Kind, Phase, Scene};

const fn kind(name: &'static str, code: &'static str, make: fn(&mut Scene<'_>) -> String) -> Kind {
    Kind { name, code, phase: Phase::Reading, how: Insert(make) }
}

pub(super) const KINDS: &[Kind] = &[
    kind("a condition that is neither true nor false", "SF0224", |scene| {
        format!("IF ‹!|${{region}}› THEN SET {} = 1; END IF;", scene.name)
    }),
    kind("a condition on the order of text and number", "SF0225", |scene| {
        format!("IF NOT (‹!|${{region}} < 5›) THEN SET {} = 1; END IF;", scene.name)
    }),
    kind("a variable of a condition without ${}", "SF0226", |scene| {
        format!("IF ${{most}} > 0 AND ‹!|region› == 'x' THEN SET {} = 1; END IF;", scene.name)
    }),
    kind("an undefined variable in a condition", "SF0311", |scene| {
        format!("IF ‹!|${{regiom}}› == 'x' THEN SET {} = 1; END IF;", scene.name)
    }),
    kind("a missing file to include", "SF0227", |scene| {
        format!("INCLUDE ‹!|\"../shared/{}.sf\"›;", scene.name)
    }),
    kind("files that include each other", "SF0230", |scene| {
        let (file, back) = (format!("shared/{}.sf", scene.name), scene.pipeline.file());
        scene.files.insert(file.clone(), format!("-- Round.\nINCLUDE ‹!|\"../{back}\"›;\n"));
        format!("INCLUDE '../{file}' AS again;")
    }),
    kind("a file to include outside the project", "SF0228", |scene| {
        format!("INCLUDE ‹!|\"../../{}.sf\"›;", scene.name)
    }),
    kind("a file to include that is no pipeline", "SF0229", |_| {
        "INCLUDE ‹!|\"../profiles/dev.yml\"›;".to_owned()
    }),
    kind("an undefined variable in a SET that a condition needs", "SF0311", |scene| {
        let name = &scene.name;
        format!(
            "SET {name} = 'a ‹!|${{nowhere}}›';\nIF ${{{name}}} > 3 THEN SET {name}_2 = 1; END IF;"
        )
    }),
    kind("an undefined variable in the path of an INCLUDE", "SF0311", |_| {
        "INCLUDE ‹!|\"../shared/${nowhere}.sf\"›;".to_owned()
    }),
];
