//! Queries that are right, over tables whose columns are known.

use crate::marks::mark;
use crate::random::Random;
use crate::table::{Column, Table, Type};

/// A query and what it yields.
#[derive(Debug)]
pub(crate) struct Query {
    /// The SQL, with marks.
    pub(crate) sql: String,
    /// The columns of its rows.
    pub(crate) columns: Vec<Column>,
}

/// A form of query; `None` where the tables have not the columns it needs.
type Form = fn(&Table, &Table, &mut Random) -> Option<Query>;

const FORMS: [Form; 14] = [
    projection,
    filtered,
    aggregate,
    aggregate_with_filter,
    window,
    ctes,
    join,
    union,
    from_first,
    subquery,
    cases,
    nested_values,
    dates,
    lateral,
];

/// A query by chance that reads one of the tables, or two.
pub(crate) fn query(tables: &[Table], random: &mut Random) -> Query {
    loop {
        let (one, other) = (random.pick(tables).clone(), random.pick(tables).clone());
        let form = *random.pick(&FORMS);
        if let Some(query) = form(&one, &other, random) {
            return query;
        }
    }
}

fn query_of(sql: String, columns: &[Column]) -> Option<Query> {
    Some(Query { sql, columns: columns.to_vec() })
}

fn projection(table: &Table, _: &Table, random: &mut Random) -> Option<Query> {
    let (int, any) = (table.column(Type::Int, random)?, table.any(random));
    let sql = format!(
        "SELECT {} * 2 + 1 AS id, /* ünï; */ {} AS shown\nFROM {}",
        int.marked(),
        any.marked(),
        table.marked()
    );
    query_of(sql, &[Column::new("id", Type::Int), Column::new("shown", any.kind)])
}

fn filtered(table: &Table, _: &Table, random: &mut Random) -> Option<Query> {
    let (int, text) = (table.column(Type::Int, random)?, table.column(Type::Text, random)?);
    let sql = format!(
        "SELECT *\nFROM {} AS t\nWHERE {} >= 0 -- it's fine; really\n  AND {} <> 'it''s; \"no\"'",
        table.marked(),
        mark("col", &format!("t.{}", int.sql())),
        text.marked()
    );
    query_of(sql, &table.columns)
}

fn aggregate(table: &Table, _: &Table, random: &mut Random) -> Option<Query> {
    let (key, int) = (table.column(Type::Text, random)?, table.column(Type::Int, random)?);
    let sql = format!(
        "SELECT {} AS key, {}(*) AS id, {}({})::DOUBLE AS total\nFROM {} GROUP BY ALL\n\
         HAVING count(*) > 0 ORDER BY key NULLS LAST",
        key.marked(),
        mark("fn", "count"),
        mark("fn", "sum"),
        int.marked(),
        table.marked()
    );
    let columns = [
        Column::new("key", Type::Text),
        Column::new("id", Type::Int),
        Column::new("total", Type::Real),
    ];
    query_of(sql, &columns)
}

fn aggregate_with_filter(table: &Table, _: &Table, random: &mut Random) -> Option<Query> {
    let (real, any) = (table.column(Type::Real, random)?, table.any(random));
    let sql = format!(
        "SELECT count(DISTINCT {}) AS id, max({}) FILTER (WHERE true) AS \"top value\" FROM {}",
        any.marked(),
        real.marked(),
        table.marked()
    );
    query_of(sql, &[Column::new("id", Type::Int), Column::new("top value", Type::Real)])
}

fn window(table: &Table, _: &Table, random: &mut Random) -> Option<Query> {
    let (key, int) = (table.column(Type::Text, random)?, table.column(Type::Int, random)?);
    let sql = format!(
        "SELECT {} AS key, row_number() OVER (PARTITION BY {} ORDER BY {} DESC) AS id\nFROM {}\n\
         QUALIFY id <= 3",
        key.marked(),
        key.marked(),
        int.marked(),
        table.marked()
    );
    query_of(sql, &[Column::new("key", Type::Text), Column::new("id", Type::Int)])
}

fn ctes(table: &Table, other: &Table, random: &mut Random) -> Option<Query> {
    let (int, text) = (table.column(Type::Int, random)?, other.column(Type::Text, random)?);
    let sql = format!(
        "WITH picked AS (SELECT {} AS id FROM {}), named AS (\n  SELECT {} AS label FROM {} LIMIT 2)\n\
         SELECT id, label FROM picked, named",
        int.marked(),
        table.marked(),
        text.marked(),
        other.marked()
    );
    query_of(sql, &[Column::new("id", Type::Int), Column::new("label", Type::Text)])
}

fn join(table: &Table, other: &Table, random: &mut Random) -> Option<Query> {
    let (one, two) = (table.column(Type::Int, random)?, other.column(Type::Int, random)?);
    let shown = other.any(random);
    let sql = format!(
        "SELECT a.{} AS id, {} AS joined\nFROM {} AS a LEFT JOIN {} b ON {} = b.{}",
        one.sql(),
        mark("col", &format!("b.{}", shown.sql())),
        table.marked(),
        other.marked(),
        mark("col", &format!("a.{}", one.sql())),
        two.sql()
    );
    query_of(sql, &[Column::new("id", Type::Int), Column::new("joined", shown.kind)])
}

fn union(table: &Table, other: &Table, random: &mut Random) -> Option<Query> {
    let (one, two) = (table.column(Type::Int, random)?, other.column(Type::Int, random)?);
    let sql = format!(
        "SELECT {} AS id FROM {} UNION ALL SELECT {} FROM {} EXCEPT SELECT -1",
        one.marked(),
        table.marked(),
        two.marked(),
        other.marked()
    );
    query_of(sql, &[Column::new("id", Type::Int)])
}

fn from_first(table: &Table, _: &Table, random: &mut Random) -> Option<Query> {
    let int = table.column(Type::Int, random)?;
    let sql = format!("FROM {} SELECT {} AS id LIMIT 10", table.marked(), int.marked());
    query_of(sql, &[Column::new("id", Type::Int)])
}

fn subquery(table: &Table, other: &Table, random: &mut Random) -> Option<Query> {
    let (int, two) = (table.column(Type::Int, random)?, other.column(Type::Int, random)?);
    let sql = format!(
        "SELECT inside.* FROM (SELECT {} AS id FROM {}) AS inside\n\
         WHERE inside.id IN (SELECT {} FROM {})",
        int.marked(),
        table.marked(),
        two.marked(),
        other.marked()
    );
    query_of(sql, &[Column::new("id", Type::Int)])
}

fn cases(table: &Table, _: &Table, random: &mut Random) -> Option<Query> {
    let (int, any) = (table.column(Type::Int, random)?, table.any(random));
    let sql = format!(
        "SELECT {} AS id, CASE WHEN {} > 1e3 THEN $$a; 'b'$$ ELSE E'it\\'s' END AS label,\n       \
         {}::VARCHAR || '…' AS text\nFROM {}",
        int.marked(),
        int.marked(),
        any.marked(),
        table.marked()
    );
    let columns = [
        Column::new("id", Type::Int),
        Column::new("label", Type::Text),
        Column::new("text", Type::Text),
    ];
    query_of(sql, &columns)
}

fn nested_values(table: &Table, _: &Table, random: &mut Random) -> Option<Query> {
    let int = table.column(Type::Int, random)?;
    let sql = format!(
        "SELECT unnest([{}, 2]) AS id, {}({{'a': [1, 2]}}.a, lambda x: x + 1)[1]::BIGINT AS n FROM {}",
        int.marked(),
        mark("fn", "list_transform"),
        table.marked()
    );
    query_of(sql, &[Column::new("id", Type::Int), Column::new("n", Type::Int)])
}

fn dates(table: &Table, _: &Table, random: &mut Random) -> Option<Query> {
    let date = table.column(Type::Date, random)?;
    let sql = format!(
        "SELECT {}('month', {})::DATE AS month, extract(YEAR FROM {}) AS id,\n       \
         {} + INTERVAL 1 DAY > DATE '2024-01-01' AS late FROM {} ORDER BY ALL",
        mark("fn", "date_trunc"),
        date.marked(),
        date.marked(),
        date.marked(),
        table.marked()
    );
    let columns = [
        Column::new("month", Type::Date),
        Column::new("id", Type::Int),
        Column::new("late", Type::Flag),
    ];
    query_of(sql, &columns)
}

fn lateral(table: &Table, _: &Table, random: &mut Random) -> Option<Query> {
    let (int, real) = (table.column(Type::Int, random)?, table.column(Type::Real, random)?);
    let sql = format!(
        "SELECT {} AS id, {} * 2 AS twice, twice + 1 AS more\nFROM {}, (VALUES (1), (2)) AS v(v_n)",
        int.marked(),
        real.marked(),
        table.marked()
    );
    let columns = [
        Column::new("id", Type::Int),
        Column::new("twice", Type::Real),
        Column::new("more", Type::Real),
    ];
    query_of(sql, &columns)
}
