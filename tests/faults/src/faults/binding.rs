//! What is found when sources are opened and SQL is bound. What reads a table that is not right is
//! not wrong itself: each comes with readers, which have to stay silent.

use super::How::{Change, Insert, InsertIncluded};
use super::{Kind, Phase, Scene, misspelt};

const fn kind(name: &'static str, code: &'static str, make: fn(&mut Scene<'_>) -> String) -> Kind {
    Kind { name, code, phase: Phase::Binding, how: Insert(make) }
}

const fn changed(name: &'static str, of: &'static str) -> Kind {
    Kind { name, code: "SF0501", phase: Phase::Binding, how: Change(of, misspelt) }
}

/// A table of one query over a loaded table, `{t}`, and what reads it.
fn table(scene: &mut Scene<'_>, query: &str) -> String {
    let query = query.replace("{t}", &scene.loaded().name);
    format!("CREATE TABLE {} AS\n{query};\n{}", scene.name, readers(&scene.name))
}

fn readers(table: &str) -> String {
    format!(
        "CREATE VIEW {table}_reader AS SELECT whatever, count(*) AS n FROM {table} GROUP BY 1;\n\
         EXPORT SELECT nonsense FROM {table}_reader TO \"output/{table}.csv\" TYPE csv;"
    )
}

pub(super) const KINDS: &[Kind] = &[
    changed("wrong column", "col"),
    changed("unknown table", "tab"),
    changed("unknown function", "fn"),
    Kind {
        name: "wrong column in an included file",
        code: "SF0501",
        phase: Phase::Binding,
        how: InsertIncluded(|scene| table(scene, "SELECT id,\n  ‹!|idd› FROM {t}")),
    },
    kind("missing data file", "SF0601", |scene| {
        let name = &scene.name;
        let params = format!("{{ \"path\": \"data/{name}.csv\" }}");
        format!(
            "‹!|SOURCE {name} TYPE csv PARAMS {params}›;\nLOAD {name}_loaded FROM {name};\n{}",
            readers(&format!("{name}_loaded"))
        )
    }),
    kind("sum of text", "SF0501", |scene| {
        let first = format!("CREATE TABLE {}_text AS SELECT 'a' AS label;\n", scene.name);
        let query = format!("SELECT ‹!|sum›(label) AS s FROM {}_text", scene.name);
        first + &table(scene, &query)
    }),
    kind("a function of another type", "SF0501", |scene| {
        table(scene, "SELECT ‹!|date_trunc›('month', id) AS month FROM {t}")
    }),
    kind("wrong column behind long values", "SF0501", |scene| {
        let name = scene.name.clone();
        let value = "it is ünï 'long'; ".replace('\'', "''").repeat(40);
        let query = format!(
            "SELECT '${{{name}_v}}' AS a, ${{{name}_v}} AS b, ${{most}},\n  ‹!|nowhere› FROM {{t}}"
        );
        format!("SET {name}_v = '{value}';\n") + &table(scene, &query)
    }),
    kind("wrong column behind a name made of variables", "SF0501", |scene| {
        let name = scene.name.clone();
        let made = format!("CREATE TABLE {name}_north AS SELECT 1 AS id;\n");
        let query = format!("SELECT id, ‹!|nowhere› FROM {name}_${{region}}");
        made + &table(scene, &query)
    }),
    kind("a column that is not grouped", "SF0501", |scene| {
        table(scene, "SELECT ‹!|id›, count(*) AS n FROM {t}")
    }),
    kind("an ambiguous column", "SF0501", |scene| {
        table(scene, "SELECT ‹!|id› FROM {t} AS a JOIN (SELECT 1 AS id) AS b ON a.id = b.id")
    }),
    kind("wrong column in ORDER BY", "SF0501", |scene| {
        table(scene, "SELECT id FROM {t} /* ünï 😀 */ ORDER BY ‹!|nowhere›")
    }),
    kind("unknown type", "SF0501", |scene| table(scene, "SELECT id::‹!|BIGIN› AS id FROM {t}")),
    kind("SQL that is none", "SF0501", |scene| table(scene, "SELECT id FROM {t} GROUP ‹!|id›")),
    kind("wrong column of an export", "SF0501", |scene| {
        let (table, name) = (scene.loaded().name, &scene.name);
        format!("EXPORT SELECT id, ‹!|nowhere› FROM {table} TO \"output/{name}.csv\" TYPE csv;")
    }),
    kind("wrong column of a source in a query", "SF0501", |scene| {
        let name = scene.name.clone();
        let query = format!("SELECT id, ‹!|nowhere› FROM {name}_raw");
        format!(
            "SOURCE {name}_raw TYPE in_memory PARAMS {{ \"table\": \"x\", \"rows\": [{{\"id\": 1}}] }};\n"
        ) + &table(scene, &query)
    }),
    kind("export of an unknown table", "SF0501", |scene| {
        let name = &scene.name;
        format!("EXPORT ‹!|{name}› TO \"output/{name}.csv\" TYPE csv;")
    }),
];
