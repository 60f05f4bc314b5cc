//! Rows in the pipeline's own text, and tables that one step writes and another reads.

use sqlflow_tests_pipelines::Project;

#[test]
fn rows_of_the_pipeline_are_loaded_with_their_types() {
    let project = Project::with(
        r#"SOURCE people TYPE IN_MEMORY PARAMS {"table": "people",
            "rows": [{"id": 2, "name": "Ada", "born": "1815-12-10"}, {"id": 1, "name": null, "born": null}],
            "columns": {"born": "DATE"}};
        LOAD people FROM people;
        CREATE TABLE later AS SELECT id, name, born + 1 AS next_day FROM people ORDER BY id;
        EXPORT later TO "output/people.csv" TYPE CSV;"#,
    );
    project.run().ok();
    assert_eq!(project.read("output/people.csv"), "id,name,next_day\n1,,\n2,Ada,1815-12-11\n");
}

#[test]
fn rows_that_do_not_fit_are_found_before_anything_runs() {
    let project = Project::with(
        r#"SOURCE a TYPE IN_MEMORY PARAMS {"table": "a", "rows": [{"n": "x"}], "columns": {"n": "BIGINT"}};
        LOAD a FROM a;"#,
    );
    project.sqlflow(&["check"]).exits(4).says(&["does not fit"]);
}

#[test]
fn an_export_to_memory_commits() {
    let project = Project::with(
        r#"SOURCE a TYPE IN_MEMORY PARAMS {"table": "a", "rows": [{"n": 1}, {"n": 2}]};
        LOAD a FROM a;
        EXPORT a TO "copy" TYPE IN_MEMORY;"#,
    );
    project.run().ok();
}

/// Mutation tried: every session of the connector gets tables of its own; red.
#[test]
fn a_table_that_one_step_writes_is_read_by_a_later_one_of_the_same_run() {
    let project = Project::with(
        r#"CREATE TABLE a AS SELECT range AS id, 'x' || range AS name FROM range(3);
        EXPORT a TO "shared" TYPE IN_MEMORY;
        SOURCE m TYPE IN_MEMORY PARAMS {"table": "shared", "columns": {"id": "BIGINT", "name": "TEXT"}};
        LOAD b FROM m;
        EXPORT b TO "output/b.csv" TYPE CSV;"#,
    );
    project.run().ok();
    assert_eq!(project.read("output/b.csv"), "id,name\n0,x0\n1,x1\n2,x2\n");
}

#[test]
fn a_table_that_nothing_has_written_is_refused_by_its_name() {
    let project =
        Project::with("SOURCE a TYPE IN_MEMORY PARAMS {\"table\": \"gone\"};\nLOAD a FROM a;");
    project.sqlflow(&["check"]).exits(4).says(&["gone"]);
}

#[test]
fn a_failure_while_rows_come_fails_the_step_and_keeps_the_table() {
    let pipeline = |fault: &str| {
        format!(
            r#"SOURCE a TYPE IN_MEMORY PARAMS {{"table": "a", "rows": [{{"n": 1}}]{fault}}};
            LOAD a FROM a;
            EXPORT a TO "output/a.csv" TYPE CSV;"#
        )
    };
    let project = Project::with(&pipeline(""));
    project.run().ok();
    for (wrong, code) in [("fail", 3), ("panic", 5)] {
        let fault = format!(r#", "fault": "{wrong}", "fault_at": "batch""#);
        project.write("pipelines/work.sf", pipeline(&fault));
        project.run().exits(code).says(&["the config orders a fault at batch"]);
    }
    let rows = project.sqlflow(&["query", "SELECT n FROM a", "--format", "csv"]).ok();
    assert!(rows.out.contains('1'), "{}", rows.out);
}
