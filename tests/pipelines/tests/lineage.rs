//! `sqlflow lineage` on a project of two pipelines, one of which reads what the other makes.

use serde_json::{Value, json};
use sqlflow_tests_pipelines::Project;

const INGEST: &str = "SOURCE orders_csv TYPE CSV PARAMS { \"path\": \"data/orders.csv\" };
LOAD orders FROM orders_csv;
CREATE TABLE paid AS SELECT id, customer, amount FROM orders WHERE status = 'paid';
";
/// Comes first by its name, and last by what it reads.
const A_REPORT: &str =
    "CREATE VIEW totals AS SELECT customer AS who, sum(amount::INTEGER) AS total, count(*) FROM paid GROUP BY ALL;
EXPORT SELECT who, total FROM totals TO \"output/totals.csv\" TYPE CSV;
";

fn project() -> Project {
    let project = Project::new();
    project.write("pipelines/ingest.sf", INGEST);
    project.write("pipelines/a_report.sf", A_REPORT);
    project.write("data/orders.csv", "id,customer,amount,status\n1,Ada,10,paid\n");
    project
}

fn check(project: &Project, arguments: &[&str], expect: &str) {
    let ran = project.sqlflow(&[&["lineage"], arguments].concat()).exits(0);
    assert_eq!(ran.out, expect, "{arguments:?}: {}", ran.err);
}

#[test]
fn a_column_is_followed_through_both_pipelines() {
    let expect = "\
totals.total
  ← paid.amount
    ← orders.amount
      ← orders_csv.orders.amount
  → output/totals.csv.total
rows of totals (transform_totals of a_report) by paid.customer
rows of paid (transform_paid of ingest) by orders.status
";
    check(&project(), &["totals.total"], expect);
    check(&project(), &["TOTALS.Total"], expect);
}

#[test]
fn upstream_and_downstream_show_their_side_alone() {
    let up = "\
paid.id
  ← orders.id
    ← orders_csv.orders.id
rows of paid (transform_paid of ingest) by orders.status
";
    check(&project(), &["paid.id", "--upstream"], up);
    let down = "\
orders_csv.orders.customer
  → orders.customer
    → paid.customer
      → totals.who
        → output/totals.csv.who
rows of totals (transform_totals of a_report) by paid.customer
rows of paid (transform_paid of ingest) by orders.status
";
    check(&project(), &["orders_csv.orders.customer", "--downstream"], down);
}

#[test]
fn without_a_name_every_step_is_shown() {
    let expect = "\
totals (table, transform_totals of a_report)
  who          ← paid.customer
  total        ← paid.amount
  count_star() ←
  rows by paid.customer
output/totals.csv (export, export_csv_totals of a_report)
  who   ← totals.who
  total ← totals.total
orders (table, load_orders of ingest)
  id       ← orders_csv.orders.id
  customer ← orders_csv.orders.customer
  amount   ← orders_csv.orders.amount
  status   ← orders_csv.orders.status
paid (table, transform_paid of ingest)
  id       ← orders.id
  customer ← orders.customer
  amount   ← orders.amount
  rows by orders.status
";
    check(&project(), &[], expect);
}

#[test]
fn nothing_is_written() {
    let project = project();
    check(&project, &["paid.amount", "--upstream", "--pipeline", "a_report"], "paid.amount\n");
    assert!(!project.path("warehouse").exists(), "a database was made");
    assert!(project.files("output").is_empty(), "an export was written");
}

#[test]
fn json_holds_steps_columns_and_edges() {
    let ran =
        project().sqlflow(&["lineage", "paid.amount", "--upstream", "--format", "json"]).exits(0);
    let document: Value = serde_json::from_str(&ran.out).unwrap_or_default();
    let column = |kind: &str, name: &str| json!({ "kind": kind, "name": name, "column": "amount" });
    let (feed, orders, paid) =
        (column("source", "orders_csv.orders"), column("table", "orders"), column("table", "paid"));
    assert_eq!(document["target"], "paid.amount");
    let edges = json!([
        { "from": feed, "to": orders, "pipeline": "ingest", "step": "load_orders" },
        { "from": orders, "to": paid, "pipeline": "ingest", "step": "transform_paid" },
    ]);
    assert_eq!(document["edges"], edges);
    assert_eq!(document["columns"], json!([feed, orders, paid]));
    assert_eq!(document["steps"][1]["refused"], Value::Null);
    let status = json!([{ "kind": "table", "name": "orders", "column": "status" }]);
    assert_eq!(document["steps"][1]["filters"], status);
}

#[test]
fn mermaid_is_a_flowchart_with_numbers_for_ids() {
    let expect = "\
flowchart LR
  subgraph d0[\"orders_csv.orders (source)\"]
    c0[\"amount\"]
  end
  subgraph d1[\"orders (table)\"]
    c1[\"amount\"]
  end
  subgraph d2[\"paid (table)\"]
    c2[\"amount\"]
  end
  c0 --> c1
  c1 --> c2
  classDef refused stroke-dasharray: 4
";
    check(&project(), &["paid.amount", "--upstream", "--format", "mermaid"], expect);
}

#[test]
fn an_unknown_name_is_refused_with_the_nearest() {
    let says = |name: &str, expect: &[&str]| {
        project().sqlflow(&["lineage", name]).exits(1).says(expect);
    };
    says("totls", &["SF0250", "`totls`", "did you mean `totals`?"]);
    says("paid.amout", &["SF0250", "no column `amout`", "did you mean `amount`?"]);
    says(
        "zzz",
        &["SF0250", "there are: orders_csv.orders, orders, paid, totals, output/totals.csv"],
    );
}

#[test]
fn a_project_that_has_run_gives_the_same_lineage() {
    let project = project();
    let before = project.sqlflow(&["lineage"]).exits(0).out;
    project.sqlflow(&["run", "ingest"]).exits(0);
    project.sqlflow(&["run", "a_report"]).exits(0);
    check(&project, &[], &before);
}

#[test]
fn what_cannot_be_known_is_said_and_the_rest_is_told() {
    let project = Project::with(
        "SOURCE gone TYPE CSV PARAMS { \"path\": \"data/gone.csv\" };
LOAD raw FROM gone;
CREATE TABLE kept AS SELECT a, b AS c FROM raw WHERE d > 0;
CREATE TABLE wide AS PIVOT kept ON a USING sum(c);
CREATE TABLE whole AS SELECT * FROM raw;
",
    );
    let ran = project.sqlflow(&["lineage"]).exits(0);
    let expect = "\
kept (table, transform_kept of work)
  a ← raw.a
  c ← raw.b
  rows by raw.d
wide (table, transform_wide of work)
  not told: its columns depend on the rows (PIVOT without IN), or it is no SELECT
whole (table, transform_whole of work)
  not told: the columns of `raw` are not known
";
    let (raw, rest) = ran.out.split_once("kept (").unwrap_or_default();
    assert_eq!(format!("kept ({rest}"), expect, "{}", ran.err);
    let begin =
        "raw (table, load_raw of work)\n  not told: the columns of source `gone` are not known: ";
    assert!(raw.starts_with(begin), "{raw}");
}
