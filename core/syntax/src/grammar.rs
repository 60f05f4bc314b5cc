//! The grammar of the language, as its reference page shows it.
//!
//! The parser is written by hand; tests hold it to this table: every example here is read without a
//! diagnostic, and every word that the parser knows stands in a form or among the synonyms.

/// One rule of the grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Production {
    /// What other rules call it.
    pub name: &'static str,
    /// How it is written: `[ … ]` may be left out, `{ … }` may stand any number of times, and `|`
    /// parts alternatives.
    pub form: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// Other words that are read too; `fmt` writes those of the form.
    pub synonyms: &'static str,
    /// A pipeline in which it stands.
    pub example: &'static str,
}

/// Every rule: the pipeline, its statements, then what they are made of.
pub const GRAMMAR: &[Production] = &[
    Production {
        name: "pipeline",
        form: "{ statement \";\" }",
        meaning: "Statements in any order; the steps they become are put in the order in which \
                  they depend on each other. `--` begins a comment that ends with its line, \
                  `/* … */` are the brackets of one that may nest. Keywords may be written in any \
                  case.",
        synonyms: "",
        example: "-- Rows come in, and go out.\nLOAD orders FROM shop; /* and */ EXPORT orders TO \"orders.csv\" TYPE CSV;",
    },
    Production {
        name: "statement",
        form: "source | load | create | export | set | include | if | test",
        meaning: "What stands at this place and begins none of these is an error.",
        synonyms: "",
        example: "SET region = 'eu';",
    },
    Production {
        name: "source",
        form: "SOURCE name ( TYPE connector PARAMS json | FROM string [ OPTIONS json ] )",
        meaning: "Says where rows come from: a connector and its params, or a connection of the \
                  profile. OPTIONS win over the connection's own params.",
        synonyms: "`OPTIONS` for `PARAMS` and `PARAMS` for `OPTIONS`; `USING` for `FROM`",
        example: "SOURCE shop FROM \"warehouse\" OPTIONS { \"table\": \"orders\" };",
    },
    Production {
        name: "load",
        form: "LOAD table [ \"(\" names \")\" ] FROM name [ WHERE predicate ] { clause }",
        meaning: "Brings the rows of a source into a table: all columns or those named, all rows \
                  or those for which the predicate holds.",
        synonyms: "`USING` for `FROM`",
        example: "LOAD orders (id, total) FROM shop WHERE total > 100 MODE APPEND;",
    },
    Production {
        name: "create",
        form: "CREATE [ OR REPLACE ] ( TABLE | VIEW ) table { clause } AS query",
        meaning: "Makes a table or a view from a query, which goes up to the `;` and is kept byte \
                  for byte.",
        synonyms: "",
        example: "CREATE OR REPLACE TABLE totals AS SELECT region, sum(total) FROM orders GROUP BY region;",
    },
    Production {
        name: "export",
        form: "EXPORT ( query | table ) TO string ( TYPE connector | USING string ) { clause }",
        meaning: "Sends rows to a place, by a connector or a connection of the profile.",
        synonyms: "`FROM` for `USING`",
        example: "EXPORT SELECT * FROM orders ORDER BY id TO \"output/orders.csv\" TYPE CSV;",
    },
    Production {
        name: "set",
        form: "SET word \"=\" value",
        meaning: "Gives a variable its value, which goes up to the `;`; one quoted string loses \
                  its quotes. `--vars` and the profile win over it.",
        synonyms: "",
        example: "SET output_dir = \"${target|output}\";",
    },
    Production {
        name: "include",
        form: "INCLUDE string [ AS name ]",
        meaning: "The statements of another file stand at this place. The path is taken from the \
                  folder of the file that includes it.",
        synonyms: "",
        example: "INCLUDE \"shared/sources.sf\" AS sources;",
    },
    Production {
        name: "if",
        form: "IF condition THEN { statement \";\" } { ELSE IF condition THEN { statement \";\" } } \
               [ ELSE { statement \";\" } ] END IF",
        meaning: "At most one branch becomes part of the pipeline, which is settled before \
                  anything runs. ELSE IF stands on one line; an IF on the line after ELSE is a new \
                  one with an END IF of its own.",
        synonyms: "`ELSEIF` for `ELSE IF`; `ENDIF` for `END IF`",
        example: "IF ${env} == 'prod' THEN\n  SET days = 365;\nELSE\n  SET days = 7;\nEND IF;",
    },
    Production {
        name: "test",
        form: "TEST string ON table EXPECT expectation [ SEVERITY ( WARN | ERROR ) ]",
        meaning: "Says what must hold of a table. With ERROR, the default, what reads the table \
                  does not run where it does not hold; with WARN it is told.",
        synonyms: "",
        example: "TEST \"every order has a customer\" ON orders EXPECT NOT_NULL customer SEVERITY WARN;",
    },
    Production {
        name: "expectation",
        form: "NOT_NULL names | UNIQUE names | ACCEPTED_VALUES name \"(\" values \")\" | \
               RELATIONSHIPS name REFERENCES table \"(\" name \")\" | FRESH name WITHIN duration | \
               ROWS comparison number | query",
        meaning: "What a test expects; a query must return no row.",
        synonyms: "brackets around the names of `NOT_NULL` and `UNIQUE`",
        example: "TEST \"known customers\" ON orders EXPECT RELATIONSHIPS customer REFERENCES customers(id);\n\
                  TEST \"recent\" ON orders EXPECT FRESH updated_at WITHIN 2 HOURS;\n\
                  TEST \"enough\" ON orders EXPECT ROWS >= 100;\n\
                  TEST \"no debts\" ON orders EXPECT SELECT * FROM orders WHERE total < 0;",
    },
    Production {
        name: "clause",
        form: "read | write | OPTIONS json",
        meaning: "How a step is done; each at most once, in any order. `fmt` puts them in this one.",
        synonyms: "`PARAMS` for `OPTIONS`",
        example: "LOAD orders FROM shop INCREMENTAL BY updated_at MODE APPEND OPTIONS { \"timeout\": \"5m\" };",
    },
    Production {
        name: "read",
        form: "INCREMENTAL BY name [ LOOKBACK duration ]",
        meaning: "Only rows behind the last one seen are read, LOOKBACK a little before it.",
        synonyms: "`MODE INCREMENTAL BY …` for `INCREMENTAL BY … MODE DELETE INSERT`",
        example: "LOAD orders FROM shop INCREMENTAL BY updated_at LOOKBACK 7 DAYS;",
    },
    Production {
        name: "write",
        form: "MODE ( REPLACE | APPEND | UPSERT [ KEY \"(\" names \")\" ] | DELETE INSERT )",
        meaning: "How the table is written: the new rows take the place of all old ones, come on \
                  top of them, take the place of those with their key, or of those in the window \
                  that is read.",
        synonyms: "`MERGE` for `UPSERT`; `KEYS` and `MERGE_KEYS` for `KEY`; `KEY` without brackets",
        example: "LOAD orders FROM shop MODE UPSERT KEY (region, id);",
    },
    Production {
        name: "duration",
        form: "number ( MINUTE | MINUTES | HOUR | HOURS | DAY | DAYS | WEEK | WEEKS | MONTH | MONTHS )",
        meaning: "A number of calendar units, without quotes.",
        synonyms: "",
        example: "LOAD orders FROM shop INCREMENTAL BY day LOOKBACK 1 MONTH;",
    },
    Production {
        name: "condition",
        form: "operand [ comparison operand | IS [ NOT ] NULL | [ NOT ] IN \"(\" operand { \",\" \
               operand } \")\" ] | NOT condition | \"(\" condition \")\" | condition ( AND | OR ) \
               condition",
        meaning: "Asked while planning. NOT binds closest, then AND, then OR. Texts that look like \
                  numbers compare as numbers; an operand alone has to be true or false.",
        synonyms: "`NONE` for `NULL`",
        example: "IF NOT ${dry|false} AND (${env} IN ('test', 'prod') OR ${n|1} >= 5) THEN END IF;",
    },
    Production {
        name: "comparison",
        form: "\"==\" | \"!=\" | \"<\" | \"<=\" | \">\" | \">=\"",
        meaning: "A comparison has two sides: `a < b < c` is refused.",
        synonyms: "`=` for `==`; `<>` for `!=`",
        example: "IF ${env} != 'prod' THEN SET days = 7; END IF;",
    },
    Production {
        name: "operand",
        form: "string | number | word | variable",
        meaning: "`true`, `false` and `null` mean what they say; any other word, such as \
                  `us-east-1`, stands for itself.",
        synonyms: "",
        example: "IF ${region} == us-east-1 THEN END IF;",
    },
    Production {
        name: "json",
        form: "\"{\" [ string \":\" value { \",\" string \":\" value } [ \",\" ] ] \"}\"",
        meaning: "JSON, in which comments, a comma behind the last entry and a bare variable may \
                  stand. A key stands once.",
        synonyms: "",
        example: "SOURCE s TYPE CSV PARAMS { \"path\": \"a.csv\", \"has_header\": ${header|true}, };",
    },
    Production {
        name: "table",
        form: "[ name \".\" ] name",
        meaning: "A table, with or without its schema. The schema `_sqlflow` is reserved.",
        synonyms: "",
        example: "LOAD staging.\"daily sales\" FROM sales;",
    },
    Production {
        name: "names",
        form: "name { \",\" name }",
        meaning: "Columns.",
        synonyms: "",
        example: "LOAD orders (id, \"unit price\") FROM shop;",
    },
    Production {
        name: "name",
        form: "word | \"…\"",
        meaning: "Names keep their case and compare without it. In double quotes any name may \
                  stand, `\"\"` for a quote in it.",
        synonyms: "",
        example: "LOAD \"order\" FROM Shop;",
    },
    Production {
        name: "connector",
        form: "name",
        meaning: "The name of a connector, in any case. `sqlflow plugin list` tells which there are.",
        synonyms: "",
        example: "SOURCE s TYPE parquet PARAMS { \"path\": \"a.parquet\" };",
    },
    Production {
        name: "string",
        form: "'…' | \"…\"",
        meaning: "Ends on its line. `''` stands for `'` in single quotes; `\\\"` and `\\\\` stand \
                  for `\"` and `\\` in double quotes.",
        synonyms: "",
        example: "INCLUDE 'shared/it''s.sf';",
    },
    Production {
        name: "variable",
        form: "\"${\" word [ \"|\" default ] \"}\"",
        meaning: "Stands in strings, params, conditions, SET values and queries, and is replaced \
                  after the text was read: a value cannot become a statement.",
        synonyms: "",
        example: "CREATE TABLE few AS SELECT * FROM orders LIMIT ${rows|10};",
    },
    Production {
        name: "query",
        form: "SQL up to the \";\", or up to TO or SEVERITY where these follow",
        meaning: "Any query that the engine takes: it may begin with SELECT, WITH, FROM, VALUES or \
                  TABLE. Quotes, dollar quotes, comments and brackets hide what stands in them.",
        synonyms: "",
        example: "CREATE TABLE t AS FROM orders WHERE note <> 'a; b' QUALIFY row_number() OVER () = 1;",
    },
];
