//! One pipeline: sources, loads, tables, exports, variables and branches.

use std::collections::BTreeMap;

use crate::data::{self, Format};
use crate::marks::mark;
use crate::query::query;
use crate::random::Random;
use crate::table::{Column, Table, Type};

/// What is made of a pipeline, until its statements are put together.
#[derive(Debug)]
pub(crate) struct Pipeline<'r> {
    random: &'r mut Random,
    /// What keeps its names apart from those of other pipelines.
    prefix: String,
    /// Statements with their `;`, in file order.
    pub(crate) statements: Vec<String>,
    /// Tables that a query may read.
    pub(crate) tables: Vec<Table>,
    /// Tables that a LOAD makes.
    pub(crate) loaded: Vec<Table>,
    /// The data files it reads.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    exports: usize,
}

const NAMES: [&str; 9] =
    ["amount", "kind", "Größe", "two words", "order", "Region", "n_1", "group", "price"];
const KINDS: [Type; 5] = [Type::Int, Type::Real, Type::Text, Type::Date, Type::Flag];

impl<'r> Pipeline<'r> {
    pub(crate) fn new(prefix: &str, random: &'r mut Random) -> Self {
        Self {
            random,
            prefix: prefix.to_owned(),
            statements: Vec::new(),
            tables: Vec::new(),
            loaded: Vec::new(),
            files: BTreeMap::new(),
            exports: 0,
        }
    }

    /// Sources with their loads; how many of the statements they are, which INCLUDE may bring in.
    pub(crate) fn sources(&mut self) -> usize {
        for number in 0..1 + self.random.below(3) {
            self.source(number);
        }
        self.statements.len()
    }

    /// Everything that comes behind the sources.
    pub(crate) fn steps(&mut self) {
        self.variables();
        for number in 0..2 + self.random.below(5) {
            match self.random.below(10) {
                0 | 1 => self.branch(number),
                2 | 3 => self.view(number),
                4 => self.replaced(number),
                _ => self.table(number),
            }
        }
        for _ in 0..1 + self.random.below(2) {
            self.export();
        }
        if self.random.chance(30) {
            self.forward_reference();
        }
    }

    fn push(&mut self, statement: String) {
        let comment = match self.random.below(6) {
            0 => "-- A comment; with 'quotes\n",
            1 => "/* one /* two */ */ ",
            _ => "",
        };
        // Behind SOURCE and LOAD a missing `;` shows, whatever follows.
        let is_plain = ["|SOURCE", "|LOAD"].iter().any(|word| statement.contains(word));
        let end = mark(if is_plain { ";s" } else { ";" }, ";");
        self.statements.push(format!("{comment}{statement}{end}"));
    }

    fn columns(&mut self) -> Vec<Column> {
        let mut columns = vec![Column::new("id", Type::Int)];
        for (at, kind) in KINDS.into_iter().enumerate() {
            let name = NAMES[(at + self.random.below(4) * 2) % NAMES.len()];
            if !columns.iter().any(|column| column.name == name) {
                columns.push(Column::new(name, kind));
            }
        }
        columns
    }

    fn source(&mut self, number: usize) {
        const FORMATS: [Format; 4] =
            [Format::Csv, Format::Semicolons, Format::Parquet, Format::InMemory];
        let format = *self.random.pick(&FORMATS);
        let columns = self.columns();
        let rows = data::rows(&columns, self.random);
        let source = format!("{}_raw{number}", self.prefix);
        let file = |ending: &str| format!("data/{source}.{ending}");
        let statement = match format {
            Format::Csv => {
                self.files.insert(file("csv"), data::csv(&columns, &rows, ','));
                of_type(
                    "CSV",
                    &format!(
                        "{{ {}: \"{}\", {}: 50 }}",
                        key("path"),
                        file("csv"),
                        key("sample_rows")
                    ),
                )
            }
            Format::Semicolons => {
                self.files.insert(file("csv"), data::csv(&columns, &rows, ';'));
                format!("{} \"files\" OPTIONS {{ {}: \"{}\" }}", "FROM", key("path"), file("csv"))
            }
            Format::Parquet => {
                self.files.insert(file("parquet"), data::parquet(&columns, &rows));
                of_type("parquet", &format!("{{\n  {}: \"{}\",\n}}", key("path"), file("parquet")))
            }
            Format::InMemory => {
                let (rows, dates) = data::in_memory(&columns, &rows);
                let table = format!("{}: \"{source}\"", key("table"));
                let (one, other) = (key("columns"), key("rows"));
                of_type("in_memory", &format!("{{ {table}, {one}: {dates},\n  {other}: {rows} }}"))
            }
        };
        self.push(format!("{} {source} {statement}", mark("kw", "SOURCE")));
        self.load(number, &source, columns);
    }

    fn load(&mut self, number: usize, source: &str, columns: Vec<Column>) {
        let table = Table { name: format!("{}_load{number}", self.prefix), columns };
        let mode = if self.random.chance(30) { " MODE REPLACE" } else { "" };
        self.push(format!(
            "{} {} {} {}{mode}",
            mark("kw", "LOAD"),
            table.name,
            mark("from", "FROM"),
            mark("src", source)
        ));
        self.tables.push(table.clone());
        self.loaded.push(table);
    }

    fn variables(&mut self) {
        let name = format!("{}_limit", self.prefix);
        let limit = self.random.below(90) + 10;
        self.push(format!("{} {name} = {limit}", mark("kw", "SET")));
        let (name, prefix) = (format!("{}_label", self.prefix), &self.prefix);
        self.push(format!("SET {name} = '{prefix} ${{region}} ${{{prefix}_limit}}'"));
        self.table_of(
            "settings",
            Table {
                name: format!("{}_settings", self.prefix),
                columns: vec![Column::new("id", Type::Int), Column::new("label", Type::Text)],
            },
            &format!(
                "SELECT ${{{0}_limit}} + ${{most}} AS id, '${{{0}_label}}: ${{none|\"not; set\"}}' AS label",
                self.prefix
            ),
        );
    }

    fn table_of(&mut self, _what: &str, table: Table, query: &str) {
        self.push(format!(
            "{} TABLE {} {} {query}",
            mark("kw", "CREATE"),
            table.name,
            mark("as", "AS")
        ));
        self.tables.push(table);
    }

    fn table(&mut self, number: usize) {
        let query = query(&self.tables, self.random);
        let table = Table { name: format!("{}_t{number}", self.prefix), columns: query.columns };
        self.table_of("table", table, &query.sql);
    }

    fn view(&mut self, number: usize) {
        let query = query(&self.tables, self.random);
        let name = format!("{}_v{number}", self.prefix);
        self.push(format!("CREATE OR REPLACE VIEW {name} AS\n{}", query.sql));
        self.tables.push(Table { name, columns: query.columns });
    }

    /// A table that is made twice: the second time from what it was.
    fn replaced(&mut self, number: usize) {
        let query = query(&self.tables, self.random);
        let name = format!("{}_r{number}", self.prefix);
        self.push(format!("CREATE TABLE {name} AS {}", query.sql));
        self.push(format!(
            "CREATE OR REPLACE TABLE {name} AS SELECT * FROM {name} WHERE id IS NOT NULL"
        ));
        self.tables.push(Table { name, columns: query.columns });
    }

    /// An IF with a branch that is taken and one that is not; what stands in that is not looked at
    /// closely, and so has no marks.
    fn branch(&mut self, number: usize) {
        let query = query(&self.tables, self.random);
        let name = format!("{}_b{number}", self.prefix);
        let taken = format!("CREATE TABLE {name} AS {};", query.sql);
        let skipped = format!("CREATE TABLE {name} AS SELECT nowhere FROM {name}_is_not_there;");
        let (condition, holds) = *self.random.pick(&[
            ("${region} == 'north'", true),
            ("${most} > 10 OR NOT ${premium}", false),
            ("${stage} IN ('dev', 'test') AND ${most} <= 7", true),
            ("${undefined} IS NOT NULL", false),
        ]);
        let (first, second) = if holds { (taken, skipped) } else { (skipped, taken) };
        self.push(format!("IF {condition} THEN\n  {first}\nELSE\n  {second}\nEND IF"));
        self.tables.push(Table { name, columns: query.columns });
    }

    fn export(&mut self) {
        self.exports += 1;
        let table = self.random.pick(&self.tables).clone();
        let what = if self.random.chance(40) {
            table.name.clone()
        } else {
            format!(
                "SELECT * FROM {} WHERE {} IS NOT NULL",
                table.marked(),
                table.any(self.random).marked()
            )
        };
        let place = format!("{}_{}_${{region}}", self.prefix, self.exports);
        let via = match self.random.below(4) {
            0 => format!(
                "\"${{folder}}/{place}.parquet\" TYPE {} OPTIONS {{ {}: \"zstd\" }}",
                mark("type", "parquet"),
                key("compression")
            ),
            1 => format!("\"output/{place}.csv\" USING \"files\""),
            2 => format!("\"{place}\" TYPE {}", mark("type", "IN_MEMORY")),
            _ => format!(
                "'output/{place}.csv' TYPE {} OPTIONS {{ {}: ${{premium}}, }}",
                mark("type", "csv"),
                key("header")
            ),
        };
        self.push(format!("EXPORT {what}\nTO {via}"));
    }

    /// Puts the last statement first: what it reads is made below it.
    fn forward_reference(&mut self) {
        if let Some(last) = self.statements.pop() {
            self.statements.insert(0, last);
        }
    }
}

fn of_type(connector: &str, params: &str) -> String {
    format!("TYPE {} PARAMS {params}", mark("type", connector))
}

/// A key of JSON, in its quotes.
fn key(name: &str) -> String {
    mark("key", &format!("\"{name}\""))
}
