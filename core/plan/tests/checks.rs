//! What several statements together can have wrong.

mod support;

use support::demo;

const SOURCE: &str = "SOURCE orders TYPE csv PARAMS {\"path\": \"a\"};\n";

#[track_caller]
fn check(text: &str, code: &str, caret: &str, message: &str) {
    let found = demo(text).problem();
    assert_eq!((found.0, found.1.as_str(), found.2.as_str()), (code, caret, message), "{text}");
}

#[test]
fn two_sources_of_one_name_are_refused_with_both_lines() {
    let text =
        format!("{SOURCE}SOURCE ORDERS TYPE csv PARAMS {{\"path\": \"b\"}};\nLOAD t FROM orders;");
    check(&text, "SF0212", "ORDERS", "the source `ORDERS` on line 2 is already defined on line 1");
}

#[test]
fn a_load_of_an_unknown_source_is_refused_with_the_nearest() {
    let found = demo(&format!("{SOURCE}LOAD t FROM ordres;")).problem();
    assert_eq!((found.0, found.1.as_str()), ("SF0211", "ordres"));
    assert_eq!(
        (found.2.as_str(), found.3.as_str()),
        ("there is no source `ordres`", "did you mean `orders`?")
    );
}

#[test]
fn a_source_with_an_error_is_known_to_its_loads() {
    let text = "SOURCE s TYPE csv PARAMS {\"pth\": \"a\"}; LOAD t FROM s;";
    assert_eq!(
        demo(text).problems().iter().map(|found| found.0).collect::<Vec<_>>(),
        ["SF0201"],
        "the misspelt option is the one that is missing"
    );
}

#[test]
fn a_plain_create_of_a_table_written_before_is_refused() {
    let message = "the table `T` on line 2 is already defined on line 1";
    check("CREATE TABLE t AS SELECT 1;\nCREATE TABLE T AS SELECT 2;", "SF0213", "T", message);
    let message = "the table `main.t` on line 3 is already defined on line 2";
    check(
        &format!("{SOURCE}LOAD t FROM orders;\nCREATE TABLE main.t AS SELECT 2;"),
        "SF0213",
        "main.t",
        message,
    );
}

#[test]
fn tables_may_be_loaded_twice_and_replaced() {
    let text = format!(
        "{SOURCE}LOAD t FROM orders; LOAD t FROM orders MODE APPEND;
         CREATE TABLE u AS SELECT 1; CREATE OR REPLACE TABLE u AS SELECT 2; CREATE TABLE s.t AS SELECT 1;"
    );
    assert_eq!(demo(&text).plan().steps.len(), 6);
}

#[test]
fn a_view_of_a_source_is_refused() {
    let text = format!("{SOURCE}CREATE VIEW v AS SELECT * FROM Orders;");
    check(&text, "SF0215", "v", "the view `v` reads the source `Orders`");
}

#[test]
fn two_exports_to_one_place_are_refused() {
    let text = "EXPORT SELECT 1 TO \"out/a.csv\" TYPE csv;\nEXPORT SELECT 2 TO \"./out//a.csv\" TYPE csv OPTIONS {\"header\": false};";
    let message = "the export on line 1 writes to the same place, and would be lost";
    check(text, "SF0216", "\"./out//a.csv\"", message);
    let text = "EXPORT SELECT 1 TO \"t\" TYPE db OPTIONS {\"host\": \"one\"};
                EXPORT SELECT 1 TO \"t\" TYPE db OPTIONS {\"host\": \"other\"};";
    assert_eq!(demo(text).plan().steps.len(), 2);
}

#[test]
fn a_source_that_nothing_reads_is_a_warning_and_stays() {
    let demo = demo(SOURCE);
    let plan = demo.plan();
    assert_eq!(plan.steps.len(), 1);
    let warnings: Vec<_> = plan
        .warnings
        .iter()
        .map(|finding| (finding.diagnostic.code, demo.under_caret(finding)))
        .collect();
    assert_eq!(warnings, [("SF0218", "orders".to_owned())]);
    let read = format!("{SOURCE}EXPORT orders TO \"a\" TYPE csv;");
    assert!(support::demo(&read).plan().warnings.is_empty());
}

#[test]
fn all_problems_of_a_file_are_reported_at_once_in_its_order() {
    let text = "SOURCE s TYPE csv PARAMS {\"path\": \"${one}\"};
                LOAD t FROM z OPTIONS {\"ordered\": 7};
                CREATE TABLE a AS SELECT ${two} FROM b; CREATE TABLE b AS SELECT * FROM b, c;
                CREATE TABLE c AS SELECT * FROM b; EXPORT a TO \"${three}\" TYPE nope;";
    let codes: Vec<_> = demo(text).problems().into_iter().map(|found| found.0).collect();
    assert_eq!(codes, ["SF0311", "SF0211", "SF0203", "SF0311", "SF0214", "SF0311", "SF0208"]);
}

#[test]
fn every_code_is_listed_once() {
    let all = sqlflow_plan::code::ALL;
    let mut expect = all.to_vec();
    expect.sort_unstable();
    expect.dedup();
    assert!(all.iter().all(|code| code.starts_with("SF02")) && all.len() > 40);
    assert_eq!(all, expect);
}
