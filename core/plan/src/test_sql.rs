//! The SQL of TEST: each expectation becomes a query for what is not as expected, so that a test has
//! passed when its query returns no row.

use sqlflow_syntax::{Comparison, Duration, Expectation, Ident, Span, Spanned, TableName};

use crate::{SqlText, sql_text::Written};

/// The table that a test looks at.
pub(crate) struct Tested<'a> {
    pub(crate) table: &'a TableName,
}

impl Tested<'_> {
    /// The rows with a NULL in one of the columns.
    pub(crate) fn nulls(&self, columns: &[Ident]) -> SqlText {
        let sql = self.select("*").stand_for(self.table.span, " WHERE ");
        let is_null =
            |sql: Written, column: &Ident| fixed(name(sql, column), column.span, " IS NULL");
        joined(sql, columns, " OR ", is_null).finish()
    }

    /// The values that several rows have in all the columns; a row with a NULL in one of them has
    /// none, as for UNIQUE in SQL.
    pub(crate) fn repeated(&self, columns: &[Ident]) -> SqlText {
        let at = self.table.span;
        let sql = joined(fixed(Written::default(), at, "SELECT "), columns, ", ", name);
        let sql = fixed(sql, at, ", count(*) AS how_often FROM ");
        let sql = fixed(sql.stand_for(at, &self.table.to_string()), at, " WHERE ");
        let known =
            |sql: Written, column: &Ident| fixed(name(sql, column), column.span, " IS NOT NULL");
        let sql = fixed(joined(sql, columns, " AND ", known), at, " GROUP BY ");
        let sql = joined(sql, columns, ", ", name);
        fixed(sql, at, " HAVING count(*) > 1").finish()
    }

    /// The rows whose value is none of those; NULL is no value. A NULL among the values must not
    /// let every row pass, as a plain NOT IN would.
    pub(crate) fn other_values(&self, column: &Ident, values: &SqlText) -> SqlText {
        let at = column.span;
        let sql = self.select("*").stand_for(at, " WHERE NOT coalesce(");
        let sql = fixed(name(sql, column), at, " IN (").sql(values);
        let sql = name(fixed(sql, at, "), "), column);
        fixed(sql, at, " IS NULL)").finish()
    }

    /// The rows whose value the other table's column has not. Its column stands in a CTE, where it
    /// cannot be taken for one of the tested table.
    pub(crate) fn orphans(&self, column: &Ident, table: &TableName, to: &Ident) -> SqlText {
        let at = self.table.span;
        let sql = fixed(Written::default(), at, "WITH _sqlflow_keys AS (SELECT ");
        let sql = fixed(name(sql, to), to.span, " AS key FROM ");
        let sql = fixed(sql.stand_for(table.span, &table.to_string()), at, ") SELECT * FROM ");
        let sql = fixed(sql.stand_for(at, &self.table.to_string()), at, " WHERE ");
        let sql = name(fixed(name(sql, column), column.span, " IS NOT NULL AND "), column);
        let keys = " NOT IN (SELECT key FROM _sqlflow_keys WHERE key IS NOT NULL)";
        fixed(sql, column.span, keys).finish()
    }

    /// The highest value, where it is too old or there is none. `epoch` takes every type of a time
    /// and no other, so that a column of another type is found before a row moves.
    pub(crate) fn stale(&self, column: &Ident, within: &Spanned<Duration>) -> SqlText {
        let at = column.span;
        let newest = |sql: Written| fixed(name(fixed(sql, at, "max("), column), at, ")");
        let sql = newest(fixed(Written::default(), self.table.span, "SELECT "));
        let sql = fixed(sql, self.table.span, " AS newest FROM ");
        let sql = sql.stand_for(self.table.span, &self.table.to_string());
        let sql = newest(fixed(sql, at, " HAVING "));
        let sql = newest(fixed(sql, at, " IS NULL OR epoch("));
        let age = format!(") < epoch(CAST(now() AS TIMESTAMP) - INTERVAL '{}')", within.value);
        fixed(sql, at, &age).finish()
    }

    /// The number of rows, where it is not as expected.
    pub(crate) fn miscounted(&self, relation: Comparison, count: &Spanned<u64>) -> SqlText {
        let sql = self.select("count(*) AS found");
        let sign = sign(relation);
        let having = format!(" HAVING NOT (count(*) {sign} {})", count.value);
        fixed(sql, count.span, &having).finish()
    }

    fn select(&self, what: &str) -> Written {
        let at = self.table.span;
        let sql = fixed(Written::default(), at, &format!("SELECT {what} FROM "));
        sql.stand_for(at, &self.table.to_string())
    }
}

/// What is expected, in the words of the language.
pub(crate) fn words(expect: &Expectation) -> String {
    let names =
        |columns: &[Ident]| columns.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    match expect {
        Expectation::NotNull(columns) => format!("NOT_NULL {}", names(columns)),
        Expectation::Unique(columns) => format!("UNIQUE {}", names(columns)),
        Expectation::AcceptedValues { column, .. } => format!("ACCEPTED_VALUES {column}"),
        Expectation::Relationships { column, table, to } => {
            format!("RELATIONSHIPS {column} REFERENCES {table}({to})")
        }
        Expectation::Fresh { column, within } => format!("FRESH {column} WITHIN {}", within.value),
        Expectation::Rows { relation, count } => {
            format!("ROWS {} {}", sign(*relation), count.value)
        }
        Expectation::NoRows(_) => "no row of".to_owned(),
    }
}

fn sign(relation: Comparison) -> &'static str {
    match relation {
        Comparison::Equal => "=",
        Comparison::NotEqual => "<>",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
    }
}

fn fixed(sql: Written, origin: Span, text: &str) -> Written {
    sql.stand_for(origin, text)
}

fn name(sql: Written, column: &Ident) -> Written {
    sql.stand_for(column.span, &column.to_string())
}

fn joined(
    mut sql: Written,
    columns: &[Ident],
    between: &str,
    each: impl Fn(Written, &Ident) -> Written,
) -> Written {
    for (number, column) in columns.iter().enumerate() {
        if number > 0 {
            sql = fixed(sql, column.span, between);
        }
        sql = each(sql, column);
    }
    sql
}
