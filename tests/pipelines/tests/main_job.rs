//! CSV → DuckDB → CSV and Parquet, through the binary and the plugins.

use sqlflow_tests_pipelines::Project;

const ORDERS: &str =
    "id,customer,amount,day\n1,ann,10.5,2024-01-01\n2,bob,,2024-01-02\n3,ann,4.25,2024-01-03\n";
const LOAD: &str =
    "SOURCE raw TYPE CSV PARAMS {\"path\": \"data/orders.csv\"};\nLOAD orders FROM raw;\n";

fn shop(rest: &str) -> Project {
    let project = Project::with(&format!("{LOAD}{rest}"));
    project.write("data/orders.csv", ORDERS);
    project
}

#[test]
fn rows_go_from_csv_through_a_query_to_csv() {
    let project = shop(
        "CREATE TABLE totals AS SELECT customer, sum(amount) AS total, count(*) AS n FROM orders GROUP BY customer;
         EXPORT SELECT * FROM totals ORDER BY customer TO 'output/totals.csv' TYPE CSV;",
    );
    project.run().ok();
    assert_eq!(project.read("output/totals.csv"), "customer,total,n\nann,14.75,2\nbob,,1\n");
}

#[test]
fn a_second_run_works_and_gives_the_same() {
    let project = shop(
        "CREATE TABLE names AS SELECT DISTINCT customer FROM orders;
         CREATE VIEW big AS SELECT * FROM orders WHERE amount > 5;
         EXPORT SELECT * FROM names ORDER BY 1 TO 'output/names.csv' TYPE CSV;
         EXPORT big TO 'output/big.csv' TYPE CSV;",
    );
    for _ in 0..2 {
        project.run().ok();
        assert_eq!(project.read("output/names.csv"), "customer\nann\nbob\n");
        assert_eq!(
            project.read("output/big.csv"),
            "id,customer,amount,day\n1,ann,10.5,2024-01-01\n"
        );
    }
    project.sqlflow(&["check"]).ok();
}

#[test]
fn awkward_sql_arrives_byte_for_byte() {
    let project = Project::with(
        "CREATE TABLE t AS SELECT 'Dr. Smith' a, 'two  spaces' b, 'it''s' c, 1e3 d, '( x )'::varchar e /* x; y */;
         EXPORT t TO 'output/t.csv' TYPE CSV;",
    );
    project.run().ok();
    assert_eq!(
        project.read("output/t.csv"),
        "a,b,c,d,e\nDr. Smith,two  spaces,it's,1000.0,( x )\n"
    );
}

#[test]
fn two_exports_of_one_table_are_two_files() {
    let project = shop(
        "EXPORT orders TO 'output/a.csv' TYPE CSV;
         EXPORT orders TO 'output/b.csv' TYPE CSV OPTIONS {\"delimiter\": \";\", \"header\": false};",
    );
    project.run().ok();
    assert_eq!(project.read("output/a.csv"), ORDERS);
    let expected = "1;ann;10.5;2024-01-01\n2;bob;;2024-01-02\n3;ann;4.25;2024-01-03\n";
    assert_eq!(project.read("output/b.csv"), expected);
}

#[test]
fn a_table_may_be_named_before_it_is_made() {
    let project = Project::with(
        "EXPORT last TO 'output/last.csv' TYPE CSV;
         CREATE TABLE last AS SELECT n + 1 AS n FROM first;
         CREATE TABLE first AS SELECT 1 AS n;",
    );
    project.run().ok();
    assert_eq!(project.read("output/last.csv"), "n\n2\n");
}

#[test]
fn a_source_named_in_a_query_streams_through_and_lands_nowhere() {
    let project = Project::with(
        "SOURCE raw TYPE CSV PARAMS {\"path\": \"data/orders.csv\"};
         EXPORT SELECT id FROM raw WHERE amount > 5 TO 'output/big.csv' TYPE CSV;",
    );
    project.write("data/orders.csv", ORDERS);
    project.run().ok();
    assert_eq!(project.read("output/big.csv"), "id\n1\n");
    let tables = project.sqlflow(&[
        "query",
        "SELECT count(*) AS n FROM duckdb_tables() WHERE schema_name = 'main'",
        "--format",
        "csv",
    ]);
    assert_eq!(tables.ok().out, "n\n0\n");
}

#[test]
fn append_adds_rows_by_name_and_replace_starts_over() {
    let project = Project::with(
        "SOURCE a TYPE CSV PARAMS {\"path\": \"data/a.csv\"};
         SOURCE b TYPE CSV PARAMS {\"path\": \"data/b.csv\"};
         LOAD t FROM a MODE REPLACE;
         LOAD t FROM b MODE APPEND;
         EXPORT SELECT x, y FROM t ORDER BY x TO 'output/t.csv' TYPE CSV;",
    );
    project.write("data/a.csv", "x,y\n1,one\n");
    project.write("data/b.csv", "y,x\ntwo,2\n");
    for _ in 0..2 {
        project.run().ok();
        assert_eq!(project.read("output/t.csv"), "x,y\n1,one\n2,two\n");
    }
}

#[test]
fn parquet_carries_values_types_and_nulls_there_and_back() {
    let project = shop(
        "EXPORT orders TO 'output/orders.parquet' TYPE PARQUET OPTIONS {\"compression\": \"zstd\"};",
    );
    project.write(
        "pipelines/back.sf",
        "SOURCE p TYPE PARQUET PARAMS {\"path\": \"output/orders.parquet\"};
         LOAD back FROM p;
         EXPORT back TO 'output/back.csv' TYPE CSV;
         EXPORT SELECT column_name, column_type FROM (DESCRIBE back) TO 'output/types.csv' TYPE CSV;",
    );
    project.run().ok();
    project.sqlflow(&["run", "back"]).ok();
    assert_eq!(project.read("output/back.csv"), ORDERS);
    let types = "column_name,column_type\nid,BIGINT\ncustomer,VARCHAR\namount,DOUBLE\nday,DATE\n";
    assert_eq!(project.read("output/types.csv"), types);
}

#[test]
fn a_connection_of_the_profile_serves_source_and_export() {
    let project = Project::with(
        "SOURCE raw FROM \"files\" OPTIONS {\"path\": \"data/orders.csv\"};
         LOAD orders FROM raw;
         EXPORT orders TO 'output/orders.csv' USING \"files\";",
    );
    let profile = "engine: { path: ':memory:' }\nconnections:\n  files: { type: csv, params: { delimiter: ';' } }\n";
    project.write("profiles/dev.yml", profile);
    project.write("data/orders.csv", "a;b\n1;2\n");
    project.run().ok();
    assert_eq!(project.read("output/orders.csv"), "a;b\n1;2\n");
    assert!(!project.path("warehouse").exists(), "an in-memory run leaves no database");
}

#[test]
fn variables_come_from_every_level_in_order() {
    let mut project = Project::with(
        "SET from_set = 'set'; SET both = 'set'; SET all_of = 'set';
         CREATE TABLE t AS SELECT '${from_set}' a, '${both}' b, '${all_of}' c, '${ONLY_ENV}' d, '${nowhere|default}' e, ${number|5} f;
         EXPORT t TO 'output/${all_of}.csv' TYPE CSV;",
    );
    project.write("profiles/dev.yml", "variables: { both: profile, all_of: profile }\n");
    project.write(".env", "ONLY_ENV=dotenv\n");
    let run = |project: &Project| project.sqlflow(&["run", "work", "--vars", "all_of=vars"]).ok();
    run(&project);
    assert_eq!(project.read("output/vars.csv"), "a,b,c,d,e,f\nset,profile,vars,dotenv,default,5\n");
    project.set("ONLY_ENV", "real");
    run(&project);
    assert_eq!(project.read("output/vars.csv"), "a,b,c,d,e,f\nset,profile,vars,real,default,5\n");
}

#[test]
fn a_table_that_another_pipeline_made_is_not_replaced_by_plain_create() {
    let project = Project::with("CREATE TABLE t AS SELECT 1 AS n;");
    project.write("pipelines/other.sf", "CREATE TABLE t AS SELECT 2 AS n;");
    project.write("pipelines/force.sf", "CREATE OR REPLACE TABLE t AS SELECT 3 AS n;");
    project.run().ok();
    project.sqlflow(&["run", "other"]).exits(4).says(&["other.sf", "`t`", "OR REPLACE"]);
    let table =
        |project: &Project| project.sqlflow(&["query", "FROM t", "--format", "csv"]).ok().out;
    assert_eq!(table(&project), "n\n1\n");
    project.sqlflow(&["run", "force"]).ok();
    assert_eq!(table(&project), "n\n3\n");
}

/// `script` gives the command a terminal of its own.
///
/// Mutation: leave out `keep_first_rows` in the export step, or the question for a terminal.
#[test]
fn a_person_sees_the_first_rows_of_each_export_and_a_pipe_does_not() {
    let project = shop(
        "EXPORT SELECT id, customer FROM orders ORDER BY id TO 'output/a.csv' TYPE CSV;
         EXPORT SELECT id FROM orders WHERE id > 99 TO 'output/none.csv' TYPE CSV;",
    );
    let piped = project.run().ok();
    assert!(!piped.out.contains("ann"), "{}", piped.out);
    let run = format!("{} run work 2> errors", sqlflow_tests_pipelines::binary().display());
    let mut terminal = std::process::Command::new("script");
    terminal.args(["-qec", &run, "/dev/null"]).current_dir(project.path("."));
    terminal.env_clear().env("PATH", "/usr/bin:/bin").env("NO_COLOR", "1").env("TERM", "xterm");
    let seen = terminal.output().expect("script, of util-linux");
    let seen = String::from_utf8_lossy(&seen.stdout).replace("\r\n", "\n");
    let expect = "\
→ output/a.csv  3 rows  30 B
┌────────┬──────────┐
│     id ┆ customer │
│ BIGINT ┆ VARCHAR  │
╞════════╪══════════╡
│      1 ┆ ann      │
│      2 ┆ bob      │
│      3 ┆ ann      │
└────────┴──────────┘
→ output/none.csv  0 rows  3 B
ok  4/4 steps · 3 rows read · 3 exported · ";
    let begin = seen.find('→').unwrap_or_default();
    assert!(seen[begin..].starts_with(expect), "{seen}");
}
