//! Mistakes are found before anything runs, with their place and what was meant.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;

use sqlflow_tests_pipelines::{Project, repository};

/// The options of a README's table under a heading that names the role.
fn options(connector: &str, role: &str) -> Vec<String> {
    let readme = repository().join("connectors").join(connector).join("README.md");
    let text = fs::read_to_string(readme).unwrap();
    let section = text.split("\n## ").find(|section| {
        section.lines().next().is_some_and(|heading| heading.to_lowercase().contains(role))
    });
    let rows = section.unwrap_or_default().lines().filter(|line| line.starts_with("| `"));
    let names: Vec<String> =
        rows.filter_map(|row| row.split('`').nth(1)).map(ToOwned::to_owned).collect();
    assert!(!names.is_empty(), "no options of the {role} in connectors/{connector}/README.md");
    names
}

fn misspell(name: &str) -> String {
    let (first, rest) = name.split_at(1);
    format!("{first}q{rest}")
}

#[test]
fn every_param_misspelt_in_turn_is_found_at_its_place() {
    for connector in ["csv", "parquet"] {
        for option in options(connector, "source") {
            let wrong = misspell(&option);
            let project = Project::with(&format!(
                "SOURCE raw TYPE {connector} PARAMS {{\n  \"path\": \"data/none\",\n  \"{wrong}\": \"x\" }};\nLOAD t FROM raw;\n"
            ));
            let expected =
                ["work.sf:3:3", &format!("`{wrong}`"), &format!("`{option}`"), "did you mean"];
            project.run().exits(4).says(&expected);
            assert!(!project.path("warehouse").exists(), "nothing runs");
        }
        for option in options(connector, "destination") {
            let wrong = misspell(&option);
            let project = Project::with(&format!(
                "EXPORT SELECT 1 AS n TO 'output/x' TYPE {connector}\n  OPTIONS {{ \"{wrong}\": \"x\" }};\n"
            ));
            let expected = ["work.sf:2:13", &format!("`{wrong}`"), &format!("`{option}`")];
            project.run().exits(4).says(&expected);
            assert!(project.files("output").is_empty(), "nothing runs");
        }
    }
}

#[test]
fn every_profile_key_misspelt_in_turn_is_found_at_its_place() {
    let profile = "engine:\n  type: duckdb\n  path: warehouse/dev.duckdb\n  memory_limit: 1GB\n  threads: 1\n  ordered: true\n  allow_paths: []\n  extensions: []\nvariables:\n  a: 1\nconnections:\n  files:\n    type: csv\n    params:\n      delimiter: ','\nplugins:\n  path: []\n";
    let free = ["a", "files"];
    let pipeline = "SOURCE raw FROM \"files\" OPTIONS {\"path\": \"data/a.csv\"}; LOAD t FROM raw;";
    let good = Project::with(pipeline);
    good.write("profiles/dev.yml", profile);
    good.write("data/a.csv", "n\n1\n");
    good.run().ok();
    for (number, line) in profile.lines().enumerate() {
        let key = line.trim().split(':').next().unwrap();
        if free.contains(&key) {
            continue;
        }
        let wrong = misspell(key);
        let mut lines: Vec<String> = profile.lines().map(ToOwned::to_owned).collect();
        lines[number] = line.replacen(key, &wrong, 1);
        let project = Project::with(pipeline);
        project.write("profiles/dev.yml", lines.join("\n"));
        let ran = project.run();
        assert!(matches!(ran.code, Some(1 | 4)), "{key}: {ran:?}");
        let column = line.len() - line.trim_start().len() + 1;
        ran.says(&[
            &format!("dev.yml:{}:{column}", number + 1),
            &format!("`{wrong}`"),
            "did you mean",
            key,
        ]);
        assert!(!project.path("warehouse").exists(), "nothing runs");
    }
}

#[test]
fn a_wrong_column_is_found_at_its_place_with_what_was_meant() {
    let project = Project::with(
        "SOURCE raw TYPE CSV PARAMS {\"path\": \"data/a.csv\"};\nLOAD users FROM raw;\nCREATE TABLE t AS\n  SELECT\n    nme\n  FROM users;\n",
    );
    project.write("data/a.csv", "id,name\n1,x\n");
    project.run().exits(4).says(&["work.sf:5:5", "nme", "did you mean", "name"]);
    project.sqlflow(&["check"]).exits(4).says(&["work.sf:5:5"]);
    let before = project.sqlflow(&[
        "query",
        "SELECT count(*) AS n FROM duckdb_tables() WHERE schema_name = 'main'",
        "--format",
        "csv",
    ]);
    assert_eq!(before.ok().out, "n\n0\n", "no row moved");
}

#[test]
fn one_mistake_is_one_finding_and_all_mistakes_come_at_once() {
    let project = Project::with(
        "CREATE TABLE a AS SELECT nope FROM b;\nCREATE TABLE b AS SELECT 1 AS n;\nCREATE TABLE c AS SELECT * FROM a;\nCREATE TABLE d AS SELECT nada FROM b;\n",
    );
    let ran = project.run().exits(4).says(&["work.sf:1:26", "work.sf:4:26", "2 errors"]);
    assert!(!ran.err.contains("work.sf:3:"), "what reads a broken table is not wrong itself");
}

#[test]
fn a_syntax_error_exits_2_and_names_every_mistake() {
    let project = Project::with("LAOD a FROM b;\nCREATE TABLE t SELECT 1;\n");
    project.run().exits(2).says(&["work.sf:1:1", "LOAD", "work.sf:2:", "AS"]);
}

#[test]
fn a_failing_step_exits_5_with_its_name_and_leaves_no_file_under_its_final_name() {
    let project = Project::with(
        "CREATE TABLE t AS SELECT CASE WHEN range < 100000 THEN range::VARCHAR ELSE 'x' END AS n FROM range(100001);
         EXPORT SELECT n::INTEGER AS n FROM t TO 'output/n.csv' TYPE CSV;",
    );
    project.run().exits(5).says(&["export_csv_t"]);
    assert_eq!(project.files("output"), Vec::<String>::new());
}

#[test]
fn a_bad_row_names_file_line_and_column_and_commits_nothing() {
    let project = Project::with(
        "SOURCE raw TYPE CSV PARAMS {\"path\": \"data/a.csv\", \"columns\": {\"n\": \"BIGINT\"}};\nLOAD t FROM raw;\n",
    );
    project.write("data/a.csv", "id,n\n1,10\n2,ten\n3,30\n");
    project.run().exits(5).says(&["load_t", "a.csv", "3", "ten", "`n`"]);
    let left = project.sqlflow(&[
        "query",
        "SELECT count(*) AS n FROM duckdb_tables() WHERE table_name = 't'",
        "--format",
        "csv",
    ]);
    assert_eq!(left.ok().out, "n\n0\n");
}

#[test]
fn a_missing_file_and_an_unknown_connector_say_what_to_do() {
    let load = |params: &str| Project::with(&format!("SOURCE raw {params};\nLOAD t FROM raw;\n"));
    let missing = load("TYPE CSV PARAMS {\"path\": \"data/none.csv\"}");
    missing.run().exits(4).says(&["work.sf:1:1", "none.csv"]);
    let unknown = load("TYPE CVS PARAMS {\"path\": \"data/none.csv\"}");
    unknown.run().exits(4).says(&["work.sf:1:17", "cvs", "did you mean `csv`"]);
}
