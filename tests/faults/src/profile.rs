//! The profile of a project.

use crate::random::Random;

/// The profile, with marks on the keys and values that can be got wrong.
pub(crate) fn profile(random: &mut Random) -> String {
    let limit = if random.chance(50) { "  ‹pkey|memory_limit›: ‹limit|1GB›\n" } else { "" };
    let flow = random.chance(50);
    let engine = if flow {
        "engine: { ‹pkey|type›: duckdb, ‹pkey|threads›: ‹threads|1› }\n"
    } else {
        ""
    };
    let block = if flow {
        String::new()
    } else {
        format!(
            "engine:\n  ‹pkey|type›: duckdb\n{limit}  ‹pkey|threads›: ‹threads|1›  # of the engine\n"
        )
    };
    format!(
        "# Made by chance.\n{engine}{block}\
         ‹pkey|variables›:\n  region: north\n  most: 7\n  premium: true\n  stage: dev\n  folder: output\n\
         ‹pkey|connections›:\n  files:\n    ‹pkey|type›: csv\n    ‹pkey|params›: {{ delimiter: \"${{CSV_SIGN}}\" }}\n"
    )
}
