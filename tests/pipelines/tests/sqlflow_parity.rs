//! What SQLFlow's users run, with the results they expect: the acceptance list of
//! `tests/golden/README.md` where a plan alone proves nothing.

use sqlflow_tests_pipelines::Project;

fn exported(pipeline: &str) -> String {
    let project = Project::with(pipeline);
    project.run().ok();
    project.read("output/out.csv")
}

#[test]
fn literals_arrive_unchanged() {
    let found = exported(
        "CREATE TABLE t AS SELECT 'Dr. Smith' a, 'two  spaces' b, '( x )' c, 'SUM (x)' d, 'a--b' e, 'x; y' f;
         EXPORT t TO 'output/out.csv' TYPE CSV;",
    );
    assert_eq!(found, "a,b,c,d,e,f\nDr. Smith,two  spaces,( x ),SUM (x),a--b,x; y\n");
}

#[test]
fn csv_options_are_honoured() {
    let found = exported(
        "EXPORT SELECT 1 AS a, 'x' AS b TO 'output/out.csv' TYPE CSV OPTIONS {\"header\": false, \"delimiter\": \"|\"};",
    );
    assert_eq!(found, "1|x\n");
}

#[test]
fn an_empty_result_is_a_header_line_only() {
    let found = exported("EXPORT SELECT 1 AS a, 2 AS b WHERE false TO 'output/out.csv' TYPE CSV;");
    assert_eq!(found, "a,b\n");
}

#[test]
fn an_included_file_is_part_of_the_pipeline() {
    let project = Project::with(
        "INCLUDE \"shared.sf\" AS shared; EXPORT people TO 'output/out.csv' TYPE CSV;",
    );
    project.write("pipelines/shared.sf", "CREATE TABLE people AS SELECT 'ann' AS name;");
    project.run().ok();
    assert_eq!(project.read("output/out.csv"), "name\nann\n");
}

#[test]
fn a_quote_in_a_value_stays_a_quote() {
    let project = Project::with(
        "EXPORT SELECT '${name}' AS quoted, ${name} AS bare TO 'output/out.csv' TYPE CSV;",
    );
    project.sqlflow(&["run", "work", "--vars", "{\"name\": \"O'Brien\"}"]).ok();
    assert_eq!(project.read("output/out.csv"), "quoted,bare\nO'Brien,O'Brien\n");
}

#[test]
fn a_variable_set_in_a_branch_holds_behind_it() {
    let found = exported(
        "SET env = 'dev';
         IF ${env} == 'dev' THEN SET n = 7; ELSE SET n = 8; END IF;
         EXPORT SELECT ${n} AS n TO 'output/out.csv' TYPE CSV;",
    );
    assert_eq!(found, "n\n7\n");
}

#[test]
fn extract_names_no_table_and_comments_are_none_of_the_query() {
    let found = exported(
        "/* CREATE TABLE no AS SELECT 1; */
         CREATE TABLE order_data AS SELECT DATE '2024-01-31' AS order_date;
         CREATE TABLE Years AS SELECT EXTRACT(YEAR FROM order_date) AS y /* ; */ FROM Order_Data; -- end
         EXPORT years TO 'output/out.csv' TYPE CSV;",
    );
    assert_eq!(found, "y\n2024\n");
}

#[test]
fn a_file_need_not_be_called_csv() {
    let project = Project::with(
        "SOURCE s TYPE CSV PARAMS {\"path\": \"data/people.tsv\", \"delimiter\": \"\\t\"};
         LOAD people FROM s; EXPORT people TO 'output/out.csv' TYPE CSV;",
    );
    project.write("data/people.tsv", "id\tname\n1\tann, the first\n");
    project.run().ok();
    assert_eq!(project.read("output/out.csv"), "id,name\n1,\"ann, the first\"\n");
}
