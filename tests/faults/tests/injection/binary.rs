//! A sample of the values through the built program.

use sqlflow_tests_pipelines::Project;

use crate::values::{option, values};

/// One in this many.
const EVERY: usize = 16;

#[test]
fn a_sample_of_the_values_arrives_through_the_program() {
    let project = Project::with(
        "SET s = '${v}';
         CREATE TABLE x AS SELECT 1 AS n;
         CREATE TABLE t AS SELECT '${v}' AS quoted, ${v} AS bare, '${s}' AS by_set, 1 AS \"a ${v}\" FROM x;
         EXPORT SELECT to_json({v: quoted}) AS json, quoted = bare AND bare = by_set AS same, (SELECT count(*) FROM x) AS x FROM t TO 'output/t.csv' TYPE CSV OPTIONS {\"quote\": \"~\"};",
    );
    let mut arrived = 0;
    for value in values().into_iter().step_by(EVERY).filter(|value| !value.contains(['~', '\0'])) {
        project.sqlflow(&["run", "work", "--vars", &option(&value)]).ok();
        let text = project.read("output/t.csv");
        let row = text.strip_prefix("json,same,x\n").unwrap_or_else(|| panic!("{text}"));
        let row = row.strip_suffix(",true,1\n").unwrap_or_else(|| panic!("{value:?}: {text}"));
        let json: serde_json::Value = serde_json::from_str(row.trim_matches('~')).unwrap();
        assert_eq!(json["v"], value.as_str());
        arrived += 1;
    }
    println!("{arrived} values through the program");
    assert!(arrived > 25);
}
