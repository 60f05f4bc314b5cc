//! LOAD with a column list and WHERE.

use sqlflow_tests_pipelines::Project;

const PEOPLE: &str = "Id,Full Name,age\n1,Ann,30\n2,Bob,41\n3,Cid,\n4,Dee,52\n";

fn people(statements: &str) -> Project {
    let source = "SOURCE people TYPE CSV PARAMS {\"path\": \"data/people.csv\"};\n";
    let project = Project::with(&format!("{source}{statements}"));
    project.write("data/people.csv", PEOPLE);
    project
}

#[test]
fn only_the_columns_and_rows_asked_for_are_loaded_in_the_order_asked_for() {
    let project = people(
        "LOAD t (\"full name\", ID) FROM people WHERE AGE > ${least|40} -- and no other
         ;
         EXPORT t TO 'output/t.csv' TYPE CSV;",
    );
    for _ in 0..2 {
        project.run().ok();
        // The names keep the source's case.
        assert_eq!(project.read("output/t.csv"), "Full Name,Id\nBob,2\nDee,4\n");
    }
    project.sqlflow(&["run", "work", "--vars", "least=50"]).ok();
    assert_eq!(project.read("output/t.csv"), "Full Name,Id\nDee,4\n");
}

#[test]
fn columns_and_rows_are_chosen_when_they_are_appended_too() {
    let project = people(
        "LOAD t FROM people WHERE Id = 1;
         LOAD t (Id, age) FROM people WHERE Id = 2 MODE APPEND;
         EXPORT SELECT * FROM t ORDER BY Id TO 'output/t.csv' TYPE CSV;",
    );
    project.run().ok();
    assert_eq!(project.read("output/t.csv"), "Id,Full Name,age\n1,Ann,30\n2,,41\n");
}

#[test]
fn where_keeps_to_its_brackets() {
    // Without brackets around it, the OR would reach beyond the predicate.
    let project = people(
        "LOAD t FROM people WHERE Id = 1 OR Id = 2;
         EXPORT SELECT count(*) AS n FROM t TO 'output/n.csv' TYPE CSV;",
    );
    project.run().ok();
    assert_eq!(project.read("output/n.csv"), "n\n2\n");
    let project = people("LOAD t FROM people WHERE Id = 1 ORDER BY Id LIMIT 1;");
    project.run().exits(4).says(&["work.sf:2:33", "ORDER"]);
}

#[test]
fn where_may_ask_tables_and_other_sources() {
    let project = people(
        "LOAD t (Id) FROM people WHERE Id IN (SELECT id FROM wanted) AND Id NOT IN (SELECT id FROM gone);
         CREATE TABLE wanted AS SELECT unnest([1, 2, 3]) AS id;
         SOURCE gone TYPE CSV PARAMS {\"path\": \"data/gone.csv\"};
         EXPORT SELECT * FROM t ORDER BY 1 TO 'output/t.csv' TYPE CSV;",
    );
    project.write("data/gone.csv", "id\n2\n");
    project.run().ok();
    assert_eq!(project.read("output/t.csv"), "Id\n1\n3\n");
}

#[test]
fn a_wrong_column_is_told_at_its_place_before_anything_runs() {
    let project = people("LOAD t (Id,\n  \"Full Nam\") FROM people;");
    project.run().exits(4).says(&["work.sf:3:3", "Full Nam", "Full Name"]);
    let project = people("LOAD t FROM people WHERE Id > 1\n  AND agee > 40;");
    project.run().exits(4).says(&["work.sf:3:7", "agee", "age"]);
    let project = people("LOAD t FROM people WHERE age >\n ${least|'many'} + \"no\";");
    project.sqlflow(&["check"]).exits(4).says(&["work.sf:3:"]);
}

#[test]
fn a_run_tells_how_many_rows_were_read_and_how_many_were_loaded() {
    let project = people("LOAD t (Id) FROM people WHERE age IS NULL;");
    let ran = project.sqlflow(&["run", "work", "--format", "json"]).ok();
    let document: serde_json::Value = serde_json::from_str(&ran.out).unwrap_or_default();
    let rows = project.sqlflow(&["query", "SELECT * FROM t", "--format", "csv"]).ok().out;
    assert_eq!(rows, "Id\n3\n");
    assert!(document.to_string().contains("load_t"), "{document}");
}
