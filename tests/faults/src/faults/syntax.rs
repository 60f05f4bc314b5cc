//! What the parser finds.

use super::How::{Append, Change, Insert};
use super::{Kind, Phase, misspelt};

const fn kind(name: &'static str, code: &'static str, how: super::How) -> Kind {
    Kind { name, code, phase: Phase::Reading, how }
}

pub(super) const KINDS: &[Kind] = &[
    kind("missing semicolon", "SF0101", Change(";s", |_| String::new())),
    kind("misspelt keyword of a statement", "SF0102", Change("kw", misspelt)),
    kind("misspelt FROM of LOAD", "SF0104", Change("from", misspelt)),
    kind("misspelt AS of CREATE", "SF0104", Change("as", misspelt)),
    kind("a name is missing", "SF0103", Insert(|_| "LOAD ‹!|FROM› raw;".to_owned())),
    kind(
        "a place without quotes",
        "SF0105",
        Insert(|scene| format!("EXPORT {} TO ‹!|output› TYPE CSV;", scene.loaded().name)),
    ),
    kind(
        "PARAMS without an object",
        "SF0106",
        Insert(|scene| format!("SOURCE {} TYPE csv PARAMS ‹!|\"data/x.csv\"›;", scene.name)),
    ),
    kind(
        "no query behind AS",
        "SF0107",
        Insert(|scene| format!("CREATE TABLE {} AS ‹!|;›", scene.name)),
    ),
    kind("SET without a value", "SF0108", Insert(|scene| format!("SET {} = ‹!|;›", scene.name))),
    kind(
        "a connector and a connection",
        "SF0109",
        Insert(|scene| {
            let table = scene.loaded().name;
            format!("EXPORT {table} TO \"output/{}.csv\" TYPE csv ‹!|USING› \"files\";", scene.name)
        }),
    ),
    kind(
        "reserved schema",
        "SF0111",
        Insert(|scene| format!("CREATE TABLE ‹!|_sqlflow.{}› AS SELECT 1 AS a;", scene.name)),
    ),
    kind(
        "unclosed string in a query",
        "SF0112",
        Append(|scene| format!("CREATE TABLE {} AS SELECT 1 AS a, ‹!|'›no end AS b;", scene.name)),
    ),
    kind(
        "unclosed dollar quote",
        "SF0112",
        Append(|scene| format!("CREATE TABLE {0} AS SELECT ‹!|${0}$› b;", scene.name)),
    ),
    kind(
        "unclosed string of a place",
        "SF0112",
        Insert(|scene| format!("EXPORT {} TO ‹!|\"output/x.csv TYPE CSV;›", scene.loaded().name)),
    ),
    kind("unclosed comment", "SF0113", Append(|_| "‹!|/*› no end".to_owned())),
    kind(
        "unclosed bracket in a query",
        "SF0114",
        Insert(|scene| format!("CREATE TABLE {} AS SELECT ‹!|(›1 + (2) AS a;", scene.name)),
    ),
    kind(
        "unclosed bracket in JSON",
        "SF0114",
        Insert(|scene| format!("SOURCE {} TYPE csv PARAMS ‹!|{{› \"path\": \"x\" ;", scene.name)),
    ),
    kind(
        "unclosed variable",
        "SF0115",
        Insert(|scene| format!("CREATE TABLE {} AS SELECT ‹!|${{›most AS a;", scene.name)),
    ),
    kind(
        "unclosed IF",
        "SF0116",
        Append(|scene| format!("‹!|IF› ${{region}} == 'north' THEN SET {} = 1;", scene.name)),
    ),
    kind(
        "a bracket too many",
        "SF0117",
        Insert(|scene| format!("CREATE TABLE {} AS SELECT (1 + 2)‹!|)› AS a;", scene.name)),
    ),
    kind(
        "unknown mode",
        "SF0118",
        Insert(|scene| format!("LOAD {} FROM raw MODE ‹!|APEND›;", scene.name)),
    ),
    kind(
        "ELSE twice",
        "SF0119",
        Insert(|scene| {
            format!(
                "IF ${{most}} > 1 THEN SET {0} = 1; ELSE SET {0} = 2; ‹!|ELSE› SET {0} = 3; END IF;",
                scene.name
            )
        }),
    ),
    kind(
        "text behind a statement",
        "SF0120",
        Insert(|scene| format!("LOAD {} FROM raw ‹!|twice›;", scene.name)),
    ),
    kind(
        "no colon in JSON",
        "SF0121",
        Insert(|scene| format!("SOURCE {} TYPE csv PARAMS {{ \"path\" ‹!|\"x\"› }};", scene.name)),
    ),
    kind(
        "no comma in JSON",
        "SF0121",
        Insert(|scene| {
            let name = &scene.name;
            format!("SOURCE {name} TYPE csv PARAMS {{\n \"path\": \"x\"\n ‹!|\"header\"›: true }};")
        }),
    ),
    kind(
        "a key of JSON in single quotes",
        "SF0121",
        Insert(|scene| format!("SOURCE {} TYPE csv PARAMS {{ ‹!|'path'›: \"x\" }};", scene.name)),
    ),
    kind(
        "a key of JSON twice",
        "SF0122",
        Insert(|scene| {
            let name = &scene.name;
            format!("SOURCE {name} TYPE csv PARAMS {{ \"path\": \"x\", ‹!|\"path\"›: \"y\" }};")
        }),
    ),
    kind(
        "unknown escape in JSON",
        "SF0124",
        Insert(|scene| {
            format!("SOURCE {} TYPE csv PARAMS {{ \"path\": \"x‹!|\\q›\" }};", scene.name)
        }),
    ),
    kind(
        "half a condition",
        "SF0126",
        Insert(|scene| format!("IF ${{region}} == ‹!|THEN› SET {} = 1; END IF;", scene.name)),
    ),
    kind(
        "misspelt IF",
        "SF0102",
        Insert(|scene| {
            let name = &scene.name;
            format!(
                "‹!|IFF› ${{most}} > 1 THEN\n  SET {name} = 1;\nELSE\n  SET {name} = 2;\nEND IF;"
            )
        }),
    ),
    kind(
        "misspelt THEN",
        "SF0104",
        Insert(|scene| format!("IF ${{most}} > 1 ‹!|THNE› SET {} = 1; END IF;", scene.name)),
    ),
    kind(
        "misspelt END",
        "SF0102",
        Insert(|scene| format!("IF ${{most}} > 1 THEN\n  SET {} = 1;\n‹!|EDN› IF;", scene.name)),
    ),
    kind(
        "a misspelt SET that a condition needs",
        "SF0102",
        Insert(|scene| {
            let name = &scene.name;
            format!(
                "‹!|STE› {name} = 5;\nIF ${{{name}}} > 3 THEN SET {name}_2 = ${{{name}}}; END IF;"
            )
        }),
    ),
    kind(
        "unclosed string of PARAMS",
        "SF0112",
        Insert(|scene| format!("SOURCE {} TYPE csv PARAMS {{ \"path\": ‹!|\"x }};›", scene.name)),
    ),
    kind(
        "unclosed string of a condition",
        "SF0112",
        Insert(|scene| {
            format!("IF ${{region}} == ‹!|'north THEN SET {} = 1; END IF;›", scene.name)
        }),
    ),
    kind(
        "misspelt TABLE",
        "SF0104",
        Insert(|scene| format!("CREATE ‹!|TABEL› {} AS SELECT 1 AS a;", scene.name)),
    ),
    kind(
        "misspelt TYPE",
        "SF0104",
        Insert(|scene| format!("SOURCE {} ‹!|TYEP› csv PARAMS {{ \"path\": \"x\" }};", scene.name)),
    ),
];
