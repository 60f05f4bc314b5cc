//! The canonical pipelines, and what has to be there once they have run.

use crate::data::{Age, csv, customers, events, named, orders, per_customer};

/// A pipeline that is killed.
#[derive(Debug)]
pub struct Pipeline {
    /// Its name.
    pub name: &'static str,
    pub(crate) text: &'static str,
    /// Whether its tables die with the process.
    pub(crate) in_memory: bool,
    /// Whether it has run once before, on older input.
    pub(crate) has_run: bool,
    /// The tables and their rows, sorted by the first column, once it has run so often on the new
    /// input; 0 for what is there before.
    pub(crate) tables: fn(runs: usize) -> Vec<Table>,
    /// The files that it exports and their texts.
    pub(crate) files: fn(Age) -> Vec<(&'static str, String)>,
}

/// A table as it has to be.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    /// An expression for a row as text, and what to order by.
    pub(crate) row: &'static str,
    pub(crate) order: &'static str,
    pub(crate) rows: Vec<String>,
}

/// Every canonical pipeline.
pub const CANONICAL: &[&Pipeline] = &[&REPLACE, &APPEND, &EXPORT, &MEMORY];

/// Files into tables and tables into tables, in a database that is not there yet.
pub const REPLACE: Pipeline = Pipeline {
    name: "replace",
    text: r#"SOURCE orders_csv TYPE CSV PARAMS { "path": "data/orders.csv" };
SOURCE customers_csv TYPE CSV PARAMS { "path": "data/customers.csv" };
LOAD orders FROM orders_csv;
LOAD customers FROM customers_csv;
CREATE TABLE per_customer AS
SELECT customer, count(*) AS orders, sum(amount) AS total FROM orders GROUP BY customer;
CREATE TABLE named AS
SELECT name, total FROM per_customer JOIN customers USING (customer);
"#,
    in_memory: false,
    has_run: false,
    tables: |runs| if runs == 0 { Vec::new() } else { replaced(Age::New) },
    files: |_| Vec::new(),
};

/// A file on top of a table that has rows of an earlier run.
pub const APPEND: Pipeline = Pipeline {
    name: "append",
    text: r#"SOURCE events_csv TYPE CSV PARAMS { "path": "data/events.csv" };
LOAD events FROM events_csv MODE APPEND;
CREATE TABLE totals AS SELECT batch, count(*) AS events FROM events GROUP BY batch;
"#,
    in_memory: false,
    has_run: true,
    tables: appended,
    files: |_| Vec::new(),
};

/// A table into three files of two formats, where files of an earlier run lie.
pub const EXPORT: Pipeline = Pipeline {
    name: "export",
    text: r#"SOURCE orders_csv TYPE CSV PARAMS { "path": "data/orders.csv" };
LOAD orders FROM orders_csv;
CREATE TABLE per_customer AS
SELECT customer, count(*) AS orders, sum(amount) AS total FROM orders GROUP BY customer;
EXPORT SELECT * FROM orders ORDER BY id TO "output/orders.csv" TYPE CSV;
EXPORT SELECT * FROM per_customer ORDER BY customer TO "output/totals.csv" TYPE CSV;
EXPORT SELECT * FROM orders ORDER BY id TO "output/orders.parquet" TYPE PARQUET;
"#,
    in_memory: false,
    has_run: true,
    tables: |runs| exported(if runs == 0 { Age::Old } else { Age::New }),
    files: exported_files,
};

/// The same without a database that lasts.
pub const MEMORY: Pipeline = Pipeline {
    name: "memory",
    text: r#"SOURCE orders_csv TYPE CSV PARAMS { "path": "data/orders.csv" };
LOAD orders FROM orders_csv;
CREATE TABLE per_customer AS
SELECT customer, count(*) AS orders, sum(amount) AS total FROM orders GROUP BY customer;
EXPORT SELECT * FROM orders ORDER BY id TO "output/orders.csv" TYPE CSV;
EXPORT SELECT * FROM per_customer ORDER BY customer TO "output/totals.csv" TYPE CSV;
"#,
    in_memory: true,
    has_run: true,
    tables: |_| Vec::new(),
    files: exported_files,
};

/// A Parquet file out of memory. What a process that lives has staged of it is not swept.
pub const PARQUET: Pipeline = Pipeline {
    name: "parquet",
    text: r#"SOURCE orders_csv TYPE CSV PARAMS { "path": "data/orders.csv" };
LOAD orders FROM orders_csv;
EXPORT SELECT * FROM orders ORDER BY id TO "output/orders.parquet" TYPE PARQUET;
"#,
    in_memory: true,
    has_run: false,
    tables: |_| Vec::new(),
    files: |_| Vec::new(),
};

impl Pipeline {
    /// How many loads it has.
    pub(crate) fn loads(&self) -> usize {
        self.text.matches("LOAD ").count()
    }

    /// How many exports it has.
    pub(crate) fn exports(&self) -> usize {
        self.text.matches("EXPORT ").count()
    }

    /// The files that it reads.
    pub(crate) fn input(&self, age: Age) -> Vec<(&'static str, String)> {
        vec![
            ("data/orders.csv", csv("id,customer,amount", &orders(age))),
            ("data/customers.csv", csv("customer,name", &customers())),
            ("data/events.csv", csv("batch,id", &events(age))),
        ]
    }
}

fn replaced(age: Age) -> Vec<Table> {
    let mut tables = exported(age);
    tables.push(Table {
        name: "customers",
        row: "concat_ws(',', customer, name)",
        order: "customer",
        rows: customers(),
    });
    tables.push(Table {
        name: "named",
        row: "concat_ws(',', name, total)",
        order: "1",
        rows: named(age),
    });
    tables
}

fn exported(age: Age) -> Vec<Table> {
    vec![
        Table {
            name: "orders",
            row: "concat_ws(',', id, customer, amount)",
            order: "id",
            rows: orders(age),
        },
        Table {
            name: "per_customer",
            row: "concat_ws(',', customer, orders, total)",
            order: "customer",
            rows: per_customer(age),
        },
    ]
}

fn appended(runs: usize) -> Vec<Table> {
    let (old, new) = (events(Age::Old), events(Age::New));
    let again = new.iter().flat_map(|row| std::iter::repeat_n(row.clone(), runs));
    let mut rows = old.clone();
    rows.extend(again);
    let mut totals = vec![format!("1,{}", old.len())];
    totals.extend((runs > 0).then(|| format!("2,{}", new.len() * runs)));
    vec![
        Table { name: "events", row: "concat_ws(',', batch, id)", order: "batch, id", rows },
        Table {
            name: "totals",
            row: "concat_ws(',', batch, events)",
            order: "batch",
            rows: totals,
        },
    ]
}

fn exported_files(age: Age) -> Vec<(&'static str, String)> {
    vec![
        ("output/orders.csv", csv("id,customer,amount", &orders(age))),
        ("output/totals.csv", csv("customer,orders,total", &per_customer(age))),
    ]
}
