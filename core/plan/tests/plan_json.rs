//! The plan as JSON: the keys that SQLFlow's plans have, and ours.

mod support;

use serde_json::{Value, json};
use sqlflow_plan::to_json;
use support::demo;

const TEXT: &str = r#"SOURCE s TYPE csv PARAMS {"path": "/a", "sync_mode": "incremental",
  "cursor_field": "day", "primary_key": "id", "start_date": "2024-01-01"};
LOAD t (id, day) FROM s WHERE id > 0 OPTIONS {"ordered": false};
CREATE OR REPLACE TABLE u INCREMENTAL BY day LOOKBACK 2 DAYS MODE DELETE INSERT AS SELECT * FROM t;
TEST 'keys' ON u EXPECT UNIQUE id SEVERITY WARN;
EXPORT u TO "x" TYPE shop MODE UPSERT KEY (id);"#;

fn operation(number: usize) -> Value {
    to_json(&demo(TEXT).plan())["operations"][number].clone()
}

#[test]
fn a_source_says_how_it_is_read() {
    let expect = json!({
        "id": "source_s",
        "type": "source_definition",
        "name": "s",
        "connector_type": "csv",
        "source_connector_type": "csv",
        "is_from_profile": false,
        "profile_connector_name": null,
        "query": {"path": ["/a"], "delimiter": ",", "has_header": true},
        "sync_mode": "incremental",
        "cursor_field": "day",
        "primary_key": ["id"],
        "options": {},
        "depends_on": [],
    });
    assert_eq!(operation(0), expect);
}

#[test]
fn a_load_says_what_it_reads_and_how_it_writes() {
    let expect = json!({
        "id": "load_t",
        "type": "load",
        "name": "t",
        "source_name": "s",
        "target_table": "t",
        "source_connector_type": "csv",
        "mode": "UPSERT",
        "upsert_keys": ["id"],
        "time_column": "day",
        "lookback": null,
        "read": {
            "kind": "incremental", "column": "day", "lookback": null,
            "start_date": "2024-01-01", "end_date": null, "format": null,
        },
        "write": {"mode": "UPSERT", "keys": ["id"]},
        "delivery": "transactional",
        "query": {"source_name": "s", "table_name": "t"},
        "stream": "t",
        "columns": ["id", "day"],
        "where": "id > 0",
        "sources": [],
        "ordered": false,
        "options": {"ordered": false},
        "depends_on": ["source_s"],
    });
    assert_eq!(operation(1), expect);
}

#[test]
fn a_transform_says_what_it_reads_and_how_it_writes() {
    let expect = json!({
        "id": "transform_u",
        "type": "transform",
        "name": "u",
        "query": "SELECT * FROM t",
        "is_replace": true,
        "relation": "table",
        "sources": [],
        "mode": "DELETE INSERT",
        "time_column": "day",
        "upsert_keys": [],
        "lookback": "2 DAYS",
        "read": {
            "kind": "incremental", "column": "day", "lookback": "2 DAYS",
            "start_date": null, "end_date": null, "format": null,
        },
        "write": {"mode": "DELETE INSERT", "keys": []},
        "delivery": "transactional",
        "options": {},
        "depends_on": ["load_t"],
    });
    assert_eq!(operation(2), expect);
}

#[test]
fn a_test_says_what_it_looks_for() {
    let expect = json!({
        "id": "test_u_keys",
        "type": "test",
        "name": "keys",
        "target_table": "u",
        "expectation": "UNIQUE id",
        "severity": "WARN",
        "query": "SELECT id, count(*) AS how_often FROM u WHERE id IS NOT NULL \
                  GROUP BY id HAVING count(*) > 1",
        "sources": [],
        "options": {},
        "depends_on": ["transform_u"],
    });
    assert_eq!(operation(3), expect);
}

#[test]
fn an_export_says_how_it_writes() {
    let expect = json!({
        "id": "export_shop_u",
        "type": "export",
        "source_table": "u",
        "source_connector_type": "shop",
        "is_from_profile": false,
        "profile_connector_name": null,
        "query": {
            "sql_query": "SELECT * FROM u", "destination_uri": "x", "options": {}, "type": "shop",
        },
        "place": "x",
        "sources": [],
        "mode": "UPSERT",
        "upsert_keys": ["id"],
        "time_column": null,
        "lookback": null,
        "read": {"kind": "full"},
        "write": {"mode": "UPSERT", "keys": ["id"]},
        "delivery": "transactional",
        "options": {},
        "depends_on": ["transform_u"],
    });
    assert_eq!(operation(4), expect);
}
