//! The parser's work grows with the text, not with its square: counted in bytes read as tokens.

use std::time::Instant;

use crate::sql::work;
use crate::{parse, print};

/// Every byte is read at most this often, whatever stands in the text.
const MOST_READINGS: usize = 16;

fn check(piece: &str) {
    check_text(&piece.repeat(20_000 / piece.len()));
}

fn check_text(text: &str) {
    work::take();
    let parsed = parse(text);
    let (bytes, most) = (work::take(), MOST_READINGS * text.len());
    let start: String = text.chars().take(60).collect();
    assert!(bytes <= most, "{bytes} bytes read, at most {most} allowed: {start:?}");
    assert!(parsed.diagnostics.len() <= text.len());
    check_print(text, bytes);
}

/// Printing reads the text as often as parsing does, and two times more.
fn check_print(text: &str, parsing: usize) {
    work::take();
    let printed = print(text);
    let bytes = work::take();
    assert!(bytes <= parsing + 2 * text.len(), "{bytes} bytes read, {parsing} to parse");
    let grown = printed.unwrap_or_default().len();
    assert!(grown <= 4 * text.len() + 2, "{} bytes became {grown}", text.len());
}

#[test]
fn work_is_linear_in_sound_text() {
    check("SOURCE s TYPE csv PARAMS { \"path\": \"a.csv\", \"n\": ${n|5} };\n");
    check("LOAD t FROM s MODE APPEND OPTIONS { \"retry\": { \"max_attempts\": 3 } };\n");
    check("CREATE TABLE t AS SELECT a, (b + 'x; y') FROM s /* c; */ WHERE d = $q$ ; $q$;\n");
    check("EXPORT SELECT * FROM t TO 'x.csv' TYPE csv;\n");
    check("SET a = 'b';\n");
    check("IF ${a|1} == 'b' AND (NOT c OR d IN (1, x)) THEN SET x = 1; ELSE SET y = 2; END IF;\n");
    check("INCLUDE 'a.sf' AS a;\n");
    check("LOAD t (a, b) FROM s WHERE a > 'x; y' INCREMENTAL BY c LOOKBACK 7 DAYS MODE APPEND;\n");
    check("CREATE TABLE t MODE UPSERT KEY (a, b) AS SELECT 1;\n");
    check("TEST 'x' ON t EXPECT ACCEPTED_VALUES a ('b', 'c;') SEVERITY WARN;\n");
    check("TEST 'x' ON t EXPECT SELECT * FROM t WHERE a < 0;\n");
}

#[test]
fn work_is_linear_in_text_without_ends() {
    for piece in
        ["'", "\"", "/*", "$$", "${", "(", "{", "[", "e'\\'", "E'", "--", ";", "$a", "\\\""]
    {
        check(piece);
        check(&format!("{piece};"));
        check(&format!("{piece}\n;"));
        for statement in [
            "CREATE TABLE t AS ",
            "EXPORT t TO ",
            "SET a = ",
            "LOAD t FROM ",
            "IF ",
            "IF a THEN ",
            "INCLUDE ",
            "LOAD t FROM s WHERE ",
            "TEST 'x' ON t EXPECT ",
            "TEST 'x' ON t EXPECT ACCEPTED_VALUES a (",
        ] {
            check(&format!("{statement}{piece};\n"));
            check(&format!("{statement}{piece}"));
        }
        check(&format!("SOURCE s TYPE c PARAMS {{ \"a\": {piece};\n"));
    }
}

#[test]
fn work_is_linear_with_a_new_dollar_quote_in_every_statement() {
    let statement = |n| format!("CREATE TABLE t{n} AS SELECT $tag{n}$ x; SET v{n} = $n{n}$;\n");
    let text: String = (0..500).map(statement).collect();
    check_text(&text);
}

#[test]
fn work_is_linear_when_clause_words_fill_a_query() {
    for word in
        ["TO 'x' ", "SOURCE\n", "EXPORT\n", "CREATE\n", "OPTIONS ", "IF ", "MODE ", "SEVERITY "]
    {
        check(word);
        for statement in [
            "EXPORT SELECT ",
            "CREATE TABLE t AS ",
            "LOAD t FROM s WHERE ",
            "TEST 'x' ON t EXPECT SELECT ",
        ] {
            check_text(&format!("{statement}{}", word.repeat(2_000)));
        }
    }
}

#[test]
fn work_is_linear_where_many_things_stand_in_one_statement() {
    let names = "\"a\", ".repeat(4_000);
    let names = names.trim_end_matches(", ");
    check_text(&format!("LOAD t ({names}) FROM s MODE UPSERT KEY {names} INCREMENTAL BY c;"));
    check_text(&format!("TEST 'x' ON t EXPECT UNIQUE ({names});"));
    check_text(&format!("IF a IN ({names}) THEN END IF;"));
    check_text(&format!("LOAD t FROM s {} MODE APPEND;", "/* c */ ".repeat(4_000)));
    let json = "1, /* c */ ".repeat(4_000);
    check_text(&format!(
        "SOURCE s TYPE c PARAMS {{ \"a\": [{json} {}] }};",
        "-- x\n".repeat(4_000)
    ));
}

/// Statements as a pipeline has them, with every kind among them.
const REALISTIC: &str = r#"-- What comes in; see `docs/`.
SET region = "${target|north}";
SOURCE orders_csv TYPE CSV PARAMS { "path": "data/orders_*.csv", "columns": { "zip": "VARCHAR" }, };
SOURCE shop FROM "warehouse" OPTIONS { "table": "customers", "batch_size": ${rows|1000} };
LOAD orders (id, customer_id, zip, amount) FROM orders_csv WHERE amount > 0 MODE APPEND;
LOAD customers FROM shop INCREMENTAL BY updated_at LOOKBACK 3 DAYS MODE UPSERT KEY (id);
IF ${region} == 'north' AND NOT ${all|false} THEN
  CREATE VIEW chosen AS SELECT * FROM customers WHERE region = '${region}';
ELSE IF ${region} IN ('south', 'east') THEN
  CREATE VIEW chosen AS SELECT * FROM customers WHERE region <> 'it''s; north';
ELSE
  INCLUDE 'shared/everybody.sf';
END IF;
/* Joined, counted, /* nested */ ranked. */
CREATE OR REPLACE TABLE by_customer AS
WITH paid AS (
  SELECT customer_id, sum(amount) FILTER (WHERE amount > 1e3) AS total, list_transform([1, 2], lambda x: x + 1) AS l
  FROM orders -- no (open) bracket; here
  GROUP BY ALL)
SELECT c.name, paid.total::DECIMAL(12, 2) AS total, $q$ a ; b $q$ AS note, E'\n' AS e,
       row_number() OVER (PARTITION BY c.region ORDER BY paid.total DESC) AS rank
FROM chosen AS c LEFT JOIN paid ON paid.customer_id = c.id QUALIFY rank <= ${most|10};
TEST 'one row a customer' ON by_customer EXPECT UNIQUE name SEVERITY WARN;
EXPORT SELECT * FROM by_customer ORDER BY ALL TO "output/by_customer_${region}.csv" TYPE CSV OPTIONS { "header": true };
EXPORT by_customer TO "reports" USING "warehouse" MODE UPSERT KEY (name);
"#;

#[test]
fn work_is_linear_in_a_realistic_file_at_1_10_and_100_times_its_size() {
    let work_of = |times: usize| {
        let text = REALISTIC.repeat(times);
        work::take();
        let begin = Instant::now();
        let parsed = parse(&text);
        let (took, bytes) = (begin.elapsed(), work::take());
        assert_eq!(parsed.diagnostics, []);
        let statements = parsed.pipeline.statements.len();
        println!(
            "{times:3} times: {} bytes, {statements} statements, {bytes} read, {took:?}",
            text.len()
        );
        assert_eq!(statements, 10 * times);
        bytes
    };
    let (one, ten, hundred) = (work_of(1), work_of(10), work_of(100));
    assert_eq!(
        (ten, hundred),
        (10 * one, 100 * one),
        "one piece costs the same wherever it stands"
    );
}

#[test]
fn work_is_linear_where_ifs_and_their_ends_are_misspelt() {
    for piece in ["IFF a ", "IFF a THEN ", "EDN IF ", "EDN IF; ", "ENDFI; ", "EXPORT t TO 'x;\n"] {
        check(piece);
        check(&format!("IF a THEN {piece}"));
        check_text(&format!("IF a THEN {}", piece.repeat(2_000)));
    }
}
