//! What is found while the plan is made.

use super::How::{Change, Insert};
use super::{Kind, Phase, Scene, misspelt};

const fn kind(name: &'static str, code: &'static str, make: fn(&mut Scene<'_>) -> String) -> Kind {
    Kind { name, code, phase: Phase::Planning, how: Insert(make) }
}

const fn changed(name: &'static str, code: &'static str, of: &'static str) -> Kind {
    Kind { name, code, phase: Phase::Planning, how: Change(of, misspelt) }
}

/// A source of these params, and the LOAD that reads it.
fn source(scene: &Scene<'_>, connector: &str, params: &str) -> String {
    let name = &scene.name;
    format!("SOURCE {name} TYPE {connector} PARAMS {params};\nLOAD {name}_loaded FROM {name};")
}

/// A table of one query.
fn table(scene: &Scene<'_>, query: &str) -> String {
    format!("CREATE TABLE {} AS {query};", scene.name)
}

pub(super) const KINDS: &[Kind] = &[
    changed("unknown connector", "SF0401", "type"),
    changed("misspelt option", "SF0201", "key"),
    changed("unknown source", "SF0211", "src"),
    kind("unknown option of LOAD", "SF0201", |scene| {
        let source = source(scene, "in_memory", "{ \"table\": \"x\", \"rows\": [{\"id\": 1}] }");
        source.replace(';', " ").replace(" \nLOAD", ";\nLOAD") + "OPTIONS { ‹!|\"orderd\"›: true };"
    }),
    kind("wrong type of an option", "SF0203", |scene| {
        source(scene, "csv", "{ \"path\": \"data/x.csv\", ‹!|\"has_header\"›: \"maybe\" }")
    }),
    kind("missing required option", "SF0202", |scene| {
        source(scene, "parquet", "‹!|{ \"batch_size\": 10 }›")
    }),
    kind("a value that is not allowed", "SF0204", |scene| {
        let (table, name) = (scene.loaded().name, &scene.name);
        format!(
            "EXPORT {table} TO \"output/{name}\" TYPE parquet OPTIONS {{ ‹!|\"compression\"›: \"zip\" }};"
        )
    }),
    kind("one option under two names", "SF0205", |scene| {
        source(scene, "csv", "{ \"path\": \"x\", \"delimiter\": \";\", ‹!|\"sep\"›: \",\" }")
    }),
    kind("duplicate source", "SF0212", |scene| {
        let first = source(scene, "in_memory", "{ \"table\": \"x\", \"rows\": [{\"id\": 1}] }");
        let name = scene.name.to_uppercase();
        format!("{first}\nSOURCE ‹!|{name}› TYPE csv PARAMS {{ \"path\": \"x\" }};")
    }),
    kind("duplicate table", "SF0213", |scene| {
        let name = &scene.name;
        format!("{}\nCREATE TABLE ‹!|{name}› AS SELECT 2 AS a;", table(scene, "SELECT 1 AS a"))
    }),
    kind("cycle", "SF0214", |scene| {
        let name = &scene.name;
        format!(
            "CREATE TABLE ‹!|{name}› AS SELECT * FROM {name}_2;\nCREATE TABLE {name}_2 AS SELECT * \
             FROM {name}_3;\nCREATE TABLE {name}_3 AS SELECT * FROM {name};"
        )
    }),
    kind("two exports to one place", "SF0216", |scene| {
        let (table, name) = (scene.loaded().name, &scene.name);
        format!(
            "EXPORT {table} TO \"output/{name}.csv\" TYPE csv;\n\
             EXPORT SELECT 1 AS a TO ‹!|\"./output/{name}.csv\"› TYPE csv;"
        )
    }),
    kind("unknown connection", "SF0207", |scene| {
        let name = &scene.name;
        format!(
            "SOURCE {name} FROM ‹!|\"filez\"› OPTIONS {{ \"path\": \"x\" }};\n\
             LOAD {name}_loaded FROM {name};"
        )
    }),
    kind("undefined variable in a string of a query", "SF0311", |scene| {
        table(scene, "SELECT 'a ‹!|${nowhere}› b' AS a")
    }),
    kind("undefined variable in a query", "SF0311", |scene| {
        table(scene, "SELECT 1 AS a,\n  ‹!|${mosd}› AS b")
    }),
    kind("undefined variable in a place", "SF0311", |scene| {
        format!("EXPORT {} TO \"output/‹!|${{nowhere}}›.csv\" TYPE csv;", scene.loaded().name)
    }),
    kind("undefined variable in SET", "SF0311", |scene| {
        format!("SET {} = \"a ‹!|${{nowhere}}›\";", scene.name)
    }),
    kind("undefined variable in PARAMS", "SF0311", |scene| {
        source(scene, "csv", "{ \"path\": \"data/‹!|${nowhere}›.csv\" }")
    }),
    kind("malformed reference", "SF0310", |scene| table(scene, "SELECT '‹!|${a b}›' AS a")),
    kind("a value that ends a dollar quote", "SF0221", |scene| {
        let set = format!("SET {}_v = 'x$q$ , y';\n", scene.name);
        set + &table(scene, &format!("SELECT $q$a ‹!|${{{}_v}}›$q$ AS a", scene.name))
    }),
    kind("a variable that would run as SQL", "SF0222", |scene| {
        table(scene, "SELECT * FROM query(‹!|${region}›)")
    }),
    kind("a view over a source", "SF0215", |scene| {
        let name = &scene.name;
        format!(
            "SOURCE {name} TYPE in_memory PARAMS {{ \"table\": \"x\", \"rows\": [{{\"id\": 1}}] }};\n\
             CREATE VIEW ‹!|{name}_view› AS SELECT * FROM {name};"
        )
    }),
    kind("an empty place", "SF0217", |scene| {
        let (table, name) = (scene.loaded().name, &scene.name);
        format!("SET {name} = '';\nEXPORT {table} TO ‹!|\"${{{name}}}\"› TYPE csv;")
    }),
    kind("missing secret", "SF0311", |scene| {
        let name = &scene.name;
        scene.profile = format!(
            "  {name}:\n    type: csv\n    params: {{ path: x, quote: \"‹!|${{NO_SUCH_SECRET}}›\" }}\n"
        );
        format!("SOURCE {name} FROM \"{name}\";\nLOAD {name}_loaded FROM {name};")
    }),
    kind("unknown connector of a connection", "SF0401", |scene| {
        let name = &scene.name;
        scene.profile = format!("  {name}:\n    type: ‹!|cvs›\n    params: {{ path: x }}\n");
        format!("SOURCE {name} FROM \"{name}\";\nLOAD {name}_loaded FROM {name};")
    }),
    kind("unknown option of a connection", "SF0201", |scene| {
        let name = &scene.name;
        scene.profile =
            format!("  {name}:\n    type: csv\n    params: {{ path: x, ‹!|delimitre›: \",\" }}\n");
        format!("SOURCE {name} FROM \"{name}\";\nLOAD {name}_loaded FROM {name};")
    }),
];
