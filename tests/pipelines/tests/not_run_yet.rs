//! What the plan knows and no run does yet: shown by `plan`, an error of `check`, and refused by `run`
//! before a row moves.
//!
//! Mutation: leave `compiled.unbuilt` out of the problems of a check, and the runs here succeed.

use sqlflow_tests_pipelines::Project;

const SOURCE: &str = "SOURCE s TYPE CSV PARAMS {\"path\": \"data/a.csv\"};\n";

fn project(statements: &str) -> Project {
    let project = Project::with(&format!("{SOURCE}LOAD before FROM s;\n{statements}"));
    project.write("data/a.csv", "id,day,n\n1,2024-01-01,5\n2,2024-01-02,7\n");
    project
}

#[track_caller]
fn no_table(project: &Project) {
    let count = "SELECT count(*) AS n FROM duckdb_tables() WHERE schema_name = 'main'";
    let count = project.sqlflow(&["query", count, "--format", "csv"]).ok().out;
    assert_eq!(count, "n\n0\n", "no row moved");
}

#[test]
fn every_clause_option_and_test_that_no_run_heeds_is_refused_by_name() {
    for (statement, what) in [
        ("LOAD t FROM s INCREMENTAL BY day;", "INCREMENTAL BY is not run yet"),
        ("LOAD t FROM s MODE UPSERT KEY id;", "MODE UPSERT is not run yet"),
        ("CREATE TABLE t MODE APPEND AS SELECT 1 AS n;", "MODE APPEND is not run yet"),
        ("CREATE TABLE t MODE UPSERT KEY n AS SELECT 1 AS n;", "MODE UPSERT is not run yet"),
        (
            "CREATE TABLE t INCREMENTAL BY day AS SELECT * FROM before WHERE day > @start_date;",
            "INCREMENTAL BY is not run yet",
        ),
        ("LOAD t FROM s OPTIONS {\"bad_rows\": \"skip\"};", "`bad_rows` is not run yet"),
        ("TEST 'keys' ON before EXPECT UNIQUE id;", "TEST is not run yet"),
    ] {
        let project = project(statement);
        project.run().exits(4).says(&["SF0206", "work.sf:3:", what]);
        no_table(&project);
        project.sqlflow(&["check"]).exits(4).says(&[what]);
        let planned = project.sqlflow(&["plan", "work"]).ok().says(&["warning", what]);
        assert!(planned.out.contains("load_before"), "{}", planned.out);
    }
    let by_params = Project::with(
        "SOURCE s TYPE CSV PARAMS {\"path\": \"data/a.csv\", \"sync_mode\": \"incremental\", \"cursor_field\": \"day\"};\nLOAD t FROM s;",
    );
    by_params.write("data/a.csv", "id,day\n1,2024-01-01\n");
    by_params
        .run()
        .exits(4)
        .says(&["work.sf:1:", "an incremental read (`sync_mode`) is not run yet"]);
    no_table(&by_params);
}

#[test]
fn an_own_table_in_mode_replace_is_run() {
    let project = project(
        "CREATE TABLE t MODE REPLACE AS SELECT count(*) AS n FROM before;
         EXPORT t TO 'output/t.csv' TYPE CSV MODE REPLACE;",
    );
    for _ in 0..2 {
        project.run().ok();
        assert_eq!(project.read("output/t.csv"), "n\n2\n");
    }
}

#[test]
fn their_columns_and_types_are_checked_all_the_same() {
    let found = |statement: &str, says: &[&str]| {
        project(statement).sqlflow(&["check"]).exits(4).says(says);
    };
    found("LOAD t FROM s INCREMENTAL BY dya;", &["work.sf:3:30", "dya", "day"]);
    found("LOAD t FROM s MODE UPSERT KEY (id,\n idd);", &["work.sf:4:2", "idd", "id"]);
    found("CREATE TABLE t INCREMENTAL BY day AS SELECT id FROM before;", &["work.sf:3:31", "day"]);
    found(
        "CREATE TABLE t INCREMENTAL BY day AS SELECT * FROM before WHERE\n  nada > @start_dt;",
        &["work.sf:4:3", "nada"],
    );
    found(
        "CREATE TABLE t INCREMENTAL BY day AS SELECT * FROM before WHERE\n  list_extract(@end_date, 1) > 1;",
        &["work.sf:4:3", "list_extract"],
    );
    found("TEST 'x' ON nothing EXPECT ROWS > 0;", &["work.sf:3:13", "nothing"]);
    found("TEST 'x' ON before EXPECT NOT_NULL id, nn;", &["work.sf:3:40", "nn"]);
    found("TEST 'x' ON before EXPECT UNIQUE nn;", &["work.sf:3:34", "nn"]);
    found("TEST 'x' ON before EXPECT ACCEPTED_VALUES id (1, nn);", &["work.sf:3:50", "nn"]);
    found(
        "TEST 'x' ON before EXPECT RELATIONSHIPS id REFERENCES before(nn);",
        &["work.sf:3:62", "nn"],
    );
    found("TEST 'x' ON before EXPECT FRESH nn WITHIN 1 DAY;", &["work.sf:3:33", "nn"]);
    found("TEST 'x' ON before EXPECT FRESH n WITHIN 1 DAY;", &["work.sf:3:33", "TIMESTAMP"]);
    found("TEST 'x' ON before EXPECT SELECT nn FROM before;", &["work.sf:3:34", "nn"]);
}

#[test]
fn good_tests_and_clauses_have_no_other_finding() {
    let project = project(
        "TEST 'a' ON before EXPECT NOT_NULL id, day;
         TEST 'b' ON before EXPECT UNIQUE id, day;
         TEST 'c' ON before EXPECT ACCEPTED_VALUES id (1, 2, NULL) SEVERITY WARN;
         TEST 'd' ON before EXPECT RELATIONSHIPS id REFERENCES main.before(id);
         TEST 'e' ON before EXPECT FRESH day WITHIN 2 MONTHS;
         TEST 'f' ON before EXPECT ROWS >= 1;
         TEST 'g' ON before EXPECT SELECT * FROM before WHERE id < 0;
         CREATE TABLE t INCREMENTAL BY day LOOKBACK 1 DAY MODE DELETE INSERT AS
           SELECT * FROM before WHERE day > @start_dt AND day <= @end_dt AND day <> @start_date;",
    );
    let ran = project.sqlflow(&["check"]).exits(4);
    let errors = ran.err.matches("error[").count();
    assert_eq!((ran.err.matches("error[SF0206]").count(), errors), (9, 9), "{}", ran.err);
}
