//! What is said about unsound text: code, place and words.

use std::collections::BTreeSet;

use sqlflow_syntax::{Severity, code, parse};

/// Text, and for each diagnostic its code, the text under the caret, and its message.
type Case = (&'static str, &'static [(&'static str, &'static str, &'static str)]);

const CASES: &[Case] = &[
    // Statements and their ends.
    ("SET a = 1\nLOAD t FROM s;", &[("SF0101", "", "expected `;` after the SET statement")]),
    ("LOAD t FROM s", &[("SF0101", "", "expected `;` after the LOAD statement")]),
    (
        "CREATE TABLE a AS SELECT 1\nCREATE TABLE b AS SELECT 2;",
        &[("SF0101", "", "expected `;` after the CREATE statement")],
    ),
    (
        "EXPORT t TO 'x' TYPE csv\nEXPORT u TO 'y' TYPE csv;",
        &[("SF0101", "", "expected `;` after the EXPORT statement")],
    ),
    ("LAOD t FROM s;", &[("SF0102", "LAOD", "expected a statement, found `LAOD`")]),
    ("? 1;", &[("SF0102", "?", "expected a statement, found `?`")]),
    ("ELSE;", &[("SF0102", "ELSE", "expected a statement, found `ELSE`")]),
    // IF.
    ("IF a THEN SET b = 1;\nLOAD t FROM s;", &[("SF0116", "IF", "this IF has no END IF")]),
    ("IF a THEN IF b THEN SET c = 1; END IF;", &[("SF0116", "IF", "this IF has no END IF")]),
    (
        "IF a THEN ELSE ELSE SET b = 1; END IF;",
        &[("SF0119", "ELSE", "ELSE stands behind the ELSE of its IF")],
    ),
    (
        "IF a THEN ELSE ELSEIF b THEN END IF;",
        &[("SF0119", "ELSEIF", "ELSEIF stands behind the ELSE of its IF")],
    ),
    (
        "IFF a THEN SET b = 1; ELSE SET b = 2; END IF; LOAD t FROM s;",
        &[("SF0102", "IFF", "expected a statement, found `IFF`")],
    ),
    (
        "IF a THEN SET b = 1; EDN IF; LOAD t FROM s;",
        &[("SF0102", "EDN", "expected a statement, found `EDN`")],
    ),
    (
        "IF a THEN SET b = 1; ENDFI; LOAD t FROM s;",
        &[("SF0102", "ENDFI", "expected a statement, found `ENDFI`")],
    ),
    ("IF a THEN END;", &[("SF0104", ";", "expected IF after END, found `;`")]),
    (
        "IF a == 'b THEN SET c = 1; END IF;\nSET d = 'e';",
        &[("SF0112", "'", "this string is not closed on its line")],
    ),
    (
        "EXPORT t TO \"x TYPE csv;\nIF a THEN SET b = \"c\"; ELSE SET b = 2; END IF;",
        &[("SF0112", "\"", "this string is not closed on its line")],
    ),
    ("IF THEN END IF;", &[("SF0126", "THEN", "expected a value, found `THEN`")]),
    ("IF a == THEN END IF;", &[("SF0126", "THEN", "expected a value, found `THEN`")]),
    (
        "IF a == 1 LOAD t FROM s; END IF;",
        &[("SF0104", "LOAD", "expected THEN after the condition, found `LOAD`")],
    ),
    ("IF 1 < a < 5 THEN END IF;", &[("SF0126", "<", "a comparison has two sides")]),
    (
        "IF a + 1 == 2 THEN END IF;",
        &[("SF0104", "+", "expected THEN after the condition, found `+`")],
    ),
    ("IF f(1) THEN END IF;", &[("SF0104", "(", "expected THEN after the condition, found `(`")]),
    ("IF (a == 1 THEN END IF;", &[("SF0126", "THEN", "expected `)`, found `THEN`")]),
    ("IF a IN 1 THEN END IF;", &[("SF0126", "1", "expected `(` after IN, found `1`")]),
    ("IF a IN () THEN END IF;", &[("SF0126", ")", "expected a value, found `)`")]),
    ("IF a NOT 1 THEN END IF;", &[("SF0126", "1", "expected IN after NOT, found `1`")]),
    ("IF a IS 1 THEN END IF;", &[("SF0104", "1", "expected NULL or NONE after IS, found `1`")]),
    (
        "IF ${x} = ? THEN LAOD t FROM s; ELSE SET = 1; END IF;",
        &[
            ("SF0126", "?", "expected a value, found `?`"),
            ("SF0102", "LAOD", "expected a statement, found `LAOD`"),
            ("SF0103", "=", "expected the name of a variable after SET, found `=`"),
        ],
    ),
    ("IF a THEN LOAD t FROM s END IF;", &[("SF0101", "", "expected `;` after the LOAD statement")]),
    ("IF a THEN END;", &[("SF0104", ";", "expected IF after END, found `;`")]),
    // INCLUDE.
    ("INCLUDE x;", &[("SF0105", "x", "expected a file in quotes after INCLUDE, found `x`")]),
    ("INCLUDE 'x.sf' AS;", &[("SF0103", ";", "expected a name after AS, found `;`")]),
    // Names.
    ("SOURCE TYPE csv;", &[("SF0103", "TYPE", "expected a name after SOURCE, found `TYPE`")]),
    (
        "SOURCE s TYPE PARAMS {};",
        &[("SF0103", "PARAMS", "expected a connector after TYPE, found `PARAMS`")],
    ),
    ("LOAD FROM s;", &[("SF0103", "FROM", "expected a table name after LOAD, found `FROM`")]),
    ("LOAD \"\" FROM s;", &[("SF0103", "\"\"", "a name cannot be empty")]),
    ("LOAD ${t} FROM s;", &[("SF0103", "${t}", "expected a table name after LOAD, found `${t}`")]),
    (
        "LOAD a.b.c FROM s;",
        &[(
            "SF0103",
            ".",
            "expected one schema and one table in a table name after LOAD, found `.`",
        )],
    ),
    (
        "CREATE TABLE AS SELECT 1;",
        &[("SF0103", "AS", "expected a name for the table or view, found `AS`")],
    ),
    ("SET = 1;", &[("SF0103", "=", "expected the name of a variable after SET, found `=`")]),
    // Keywords.
    (
        "SOURCE s PARAMS {};",
        &[(
            "SF0104",
            "PARAMS",
            "expected TYPE or FROM or USING after the name of the source, found `PARAMS`",
        )],
    ),
    (
        "SOURCE s TYPE csv;",
        &[("SF0104", ";", "expected PARAMS or OPTIONS after the connector, found `;`")],
    ),
    (
        "LOAD t FORM s;",
        &[("SF0104", "FORM", "expected FROM or USING after the table name, found `FORM`")],
    ),
    (
        "CREATE TABLE t SELECT 1;",
        &[("SF0104", "SELECT", "expected AS after the table name, found `SELECT`")],
    ),
    ("CREATE TABLE t (a INT);", &[("SF0104", "(", "expected AS after the table name, found `(`")]),
    (
        "CREATE SCHEMA x;",
        &[("SF0104", "SCHEMA", "expected TABLE or VIEW after CREATE, found `SCHEMA`")],
    ),
    (
        "CREATE OR TABLE t AS SELECT 1;",
        &[("SF0104", "TABLE", "expected REPLACE after CREATE OR, found `TABLE`")],
    ),
    ("EXPORT SELECT 1;", &[("SF0104", "", "expected TO \"place\" to end the query of EXPORT")]),
    (
        "EXPORT t TO 'x';",
        &[("SF0104", ";", "expected TYPE or USING or FROM after the place, found `;`")],
    ),
    (
        "EXPORT t TO 'x' OPTIONS { \"a\": \"\\\";\" };",
        &[("SF0104", "OPTIONS", "expected TYPE or USING or FROM after the place, found `OPTIONS`")],
    ),
    ("SET a 1;", &[("SF0104", "1", "expected `=` after the variable, found `1`")]),
    (
        "EXPORT SELECT p.to \"b\" FROM p;",
        &[("SF0104", "", "expected TO \"place\" to end the query of EXPORT")],
    ),
    (
        "EXPORT SELECT a SIMILAR TO 'b';",
        &[("SF0104", "", "expected TO \"place\" to end the query of EXPORT")],
    ),
    // Strings.
    (
        "SOURCE s FROM my_pg;",
        &[("SF0105", "my_pg", "expected a connection in quotes after FROM, found `my_pg`")],
    ),
    (
        "EXPORT t TO CSV 'x';",
        &[("SF0105", "CSV", "expected a place in quotes after TO, found `CSV`")],
    ),
    (
        "EXPORT t TO 'x' USING wh;",
        &[("SF0105", "wh", "expected a connection in quotes after USING, found `wh`")],
    ),
    // Objects, queries, values.
    (
        "SOURCE s TYPE csv PARAMS \"x\";",
        &[("SF0106", "\"x\"", "expected `{` after PARAMS or OPTIONS, found `\"x\"`")],
    ),
    (
        "LOAD t FROM s OPTIONS",
        &[("SF0106", "", "expected `{` after PARAMS or OPTIONS, found the end of the file")],
    ),
    ("CREATE TABLE t AS ;", &[("SF0107", ";", "expected a query after AS, found `;`")]),
    ("CREATE TABLE t AS -- none\n;", &[("SF0107", ";", "expected a query after AS, found `;`")]),
    (
        "EXPORT TO 'x' TYPE csv;",
        &[("SF0107", "TO", "expected a query or a table after EXPORT, found `TO`")],
    ),
    ("EXPORT ;", &[("SF0107", ";", "expected a query or a table after EXPORT, found `;`")]),
    ("SET a = ;", &[("SF0108", ";", "expected a value after `=`, found `;`")]),
    ("SET a =\nLOAD t FROM s;", &[("SF0108", "LOAD", "expected a value after `=`, found `LOAD`")]),
    // Mixed forms.
    (
        "SOURCE s TYPE csv FROM \"c\";",
        &[(
            "SF0109",
            "FROM",
            "a source has either a connector (TYPE) or a connection (FROM), not both",
        )],
    ),
    (
        "SOURCE s FROM \"c\" TYPE csv PARAMS {};",
        &[(
            "SF0109",
            "TYPE",
            "a source has either a connector (TYPE) or a connection (FROM), not both",
        )],
    ),
    (
        "SOURCE s TYPE csv PARAMS {} FROM \"c\";",
        &[(
            "SF0109",
            "FROM",
            "a source has either a connector (TYPE) or a connection (FROM), not both",
        )],
    ),
    (
        "EXPORT t TO 'x' TYPE csv USING 'c';",
        &[(
            "SF0109",
            "USING",
            "an export has either a connector (TYPE) or a connection (USING), not both",
        )],
    ),
    // The reserved schema.
    ("LOAD _sqlflow.x FROM s;", &[("SF0111", "_sqlflow.x", "the schema _sqlflow is reserved")]),
    (
        "CREATE TABLE \"_SQLFlow\".x AS SELECT 1;",
        &[("SF0111", "\"_SQLFlow\".x", "the schema _sqlflow is reserved")],
    ),
    (
        "EXPORT _sqlflow.x TO 'x' TYPE csv;",
        &[("SF0111", "_sqlflow.x", "the schema _sqlflow is reserved")],
    ),
    // What has no end.
    ("CREATE TABLE t AS SELECT 'a;", &[("SF0112", "'", "this string is not closed")]),
    ("CREATE TABLE t AS SELECT E'\\';", &[("SF0112", "E'", "this string is not closed")]),
    ("CREATE TABLE t AS SELECT \"a;", &[("SF0112", "\"", "this string is not closed")]),
    ("CREATE TABLE t AS SELECT $q$;", &[("SF0112", "$q$", "this dollar quote is not closed")]),
    (
        "EXPORT t TO \"x TYPE csv;\nEXPORT u TO \"y\" TYPE csv;",
        &[("SF0112", "\"", "this string is not closed on its line")],
    ),
    (
        "SOURCE s TYPE csv PARAMS { \"path: \n \"x\" };",
        &[("SF0112", "\"", "this string is not closed on its line")],
    ),
    ("SET a = 'x;", &[("SF0112", "'", "this string is not closed")]),
    ("SET a = data/*.csv;", &[("SF0113", "/*", "this comment is not closed")]),
    ("LOAD t FROM s /* /* */;", &[("SF0113", "/*", "this comment is not closed")]),
    ("CREATE TABLE t AS SELECT 1 /*;", &[("SF0113", "/*", "this comment is not closed")]),
    (
        "CREATE TABLE t AS SELECT (1;",
        &[("SF0114", "(", "this `(` is not closed before the statement ends")],
    ),
    (
        "SOURCE s TYPE csv PARAMS { \"a\": 1;",
        &[("SF0114", "{", "this `{` is not closed before the statement ends")],
    ),
    (
        "SOURCE s TYPE csv PARAMS { \"a\": [1",
        &[("SF0114", "[", "this `[` is not closed before the statement ends")],
    ),
    (
        "CREATE TABLE t AS SELECT ${v;\nSET a = 1;",
        &[("SF0115", "${", "this variable is not closed")],
    ),
    ("CREATE TABLE t AS SELECT 1);", &[("SF0117", ")", "this `)` closes no `(`")]),
    ("EXPORT SELECT [1) TO 'x' TYPE csv;", &[("SF0117", ")", "this `)` closes no `(`")]),
    // Clauses.
    (
        "LOAD t FROM s MODE APEND;",
        &[(
            "SF0118",
            "APEND",
            "expected REPLACE, APPEND, UPSERT or DELETE INSERT after MODE, found `APEND`",
        )],
    ),
    (
        "LOAD t FROM s MODE;",
        &[(
            "SF0118",
            ";",
            "expected REPLACE, APPEND, UPSERT or DELETE INSERT after MODE, found `;`",
        )],
    ),
    (
        "LOAD t FROM s INCREMENTAL BY c LOOKBACK 3 DAIS;",
        &[("SF0127", "DAIS", "expected a unit of time, found `DAIS`")],
    ),
    (
        "TEST 'a' ON t EXPECT UNIQE a;",
        &[("SF0128", "UNIQE", "expected what the test expects, found `UNIQE`")],
    ),
    (
        "LOAD t FROM s OPTIONS {} PARAMS {};",
        &[("SF0119", "PARAMS", "OPTIONS stands twice in this statement")],
    ),
    (
        "LOAD t FROM s MOD APPEND;",
        &[("SF0120", "MOD", "expected `;` after the LOAD statement, found `MOD`")],
    ),
    (
        "EXPORT t TO 'x' TYPE csv TO 'y' TYPE csv;",
        &[("SF0120", "TO", "expected `;` after the EXPORT statement, found `TO`")],
    ),
    // JSON.
    (
        "SOURCE s TYPE c PARAMS { path: 1 };",
        &[("SF0121", "path", "expected a key in double quotes, found `path`")],
    ),
    (
        "SOURCE s TYPE c PARAMS { 'a': 1 };",
        &[("SF0121", "'a'", "expected a key in double quotes, found `'a'`")],
    ),
    (
        "SOURCE s TYPE c PARAMS { \"a\" 1 };",
        &[("SF0121", "1", "expected `:` after the key, found `1`")],
    ),
    ("SOURCE s TYPE c PARAMS { \"a\": };", &[("SF0121", "}", "expected a value, found `}`")]),
    (
        "SOURCE s TYPE c PARAMS { \"a\": True };",
        &[("SF0121", "True", "expected a value, found `True`")],
    ),
    (
        "SOURCE s TYPE c PARAMS { \"a\": 'x;' };",
        &[("SF0121", "'x;'", "expected a value, found `'x;'`")],
    ),
    (
        "SOURCE s TYPE c PARAMS { \"a\": 1 \"b\": 2 };",
        &[("SF0121", "\"b\"", "expected `,` or `}`, found `\"b\"`")],
    ),
    (
        "SOURCE s TYPE c PARAMS { \"a\": 5MB };",
        &[("SF0121", "MB", "expected `,` or `}`, found `MB`")],
    ),
    ("SOURCE s TYPE c PARAMS { \"a\": 01 };", &[("SF0121", "01", "`01` is not a number in JSON")]),
    ("SOURCE s TYPE c PARAMS { \"a\": -x };", &[("SF0121", "-", "`-` is not a number in JSON")]),
    (
        "SOURCE s TYPE c PARAMS { \"a\": [1, , 2] };",
        &[("SF0121", ",", "expected a value, found `,`")],
    ),
    (
        "SOURCE s TYPE c PARAMS { \"a\": \"x\"\"y\" };",
        &[("SF0121", "\"\"", "expected `,` between two strings")],
    ),
    (
        "SOURCE s TYPE c PARAMS { \"a\": 1, \"A\": 2, \"\\u0061\": 3 };",
        &[("SF0122", "\"\\u0061\"", "the key \"a\" stands twice in this object")],
    ),
    (
        "SOURCE s TYPE c PARAMS { \"p\": \"C:\\data\" };",
        &[("SF0124", "\\d", "this escape is unknown to JSON")],
    ),
    (
        "SOURCE s TYPE c PARAMS { \"p\": \"\\ud800\" };",
        &[("SF0124", "\\u", "this escape is unknown to JSON")],
    ),
];

fn found(text: &str) -> Vec<(&'static str, &str, String)> {
    let diagnostics = parse(text).diagnostics.into_iter();
    diagnostics.map(|found| (found.code, &text[found.span.range()], found.message)).collect()
}

fn check(text: &str, expect: &[(&str, &str, &str)]) {
    let found = found(text);
    let found: Vec<_> = found.iter().map(|(code, at, said)| (*code, *at, said.as_str())).collect();
    assert_eq!(found, expect, "{text}");
}

#[test]
fn each_mistake_is_named_once_at_its_place() {
    for (text, expect) in CASES {
        check(text, expect);
    }
}

#[test]
fn statements_after_a_mistake_are_read() {
    let mistakes = CASES.iter().map(|case| case.0);
    for mistake in mistakes.filter(|mistake| mistake.ends_with(';')) {
        let alone = parse(mistake);
        let followed = parse(&format!("{mistake}\nLOAD after FROM s;\nNONSENSE;"));
        assert_eq!(followed.diagnostics.len(), alone.diagnostics.len() + 1, "{mistake}");
        if alone.diagnostics.iter().any(|found| found.code == code::UNCLOSED_IF) {
            continue; // What follows stands inside the IF, and its mistakes were found there.
        }
        let statements = &followed.pipeline.statements;
        assert_eq!(statements.len(), alone.pipeline.statements.len() + 1, "{mistake}");
    }
}

#[test]
fn nesting_is_limited_to_64_brackets() {
    let nested = |depth: usize| {
        let (open, close) = ("[".repeat(depth - 1), "]".repeat(depth - 1));
        format!("SOURCE s TYPE c PARAMS {{ \"a\": {open}{close} }};\nSET a = 1;")
    };
    assert_eq!(found(&nested(64)), []);
    let expect = (code::JSON_DEPTH, "[", "more than 64 brackets are open here".to_owned());
    assert_eq!(found(&nested(65)), std::slice::from_ref(&expect));
    assert_eq!(found(&nested(100_000)), [expect]);
    assert_eq!(parse(&nested(100_000)).pipeline.statements.len(), 1);
}

#[test]
fn ifs_and_conditions_are_limited_to_64_inside_each_other() {
    let first = |text: &str| found(text).first().map(|(code, _, said)| (*code, said.clone()));
    let ifs = |depth: usize| {
        first(&("IF a THEN ".repeat(depth) + "SET b = 1;" + &"END IF;".repeat(depth)))
    };
    let expect =
        |what| Some((code::TOO_DEEP, format!("more than 64 {what} stand inside each other here")));
    assert_eq!(ifs(64), None);
    assert_eq!(ifs(65), expect("IFs"));
    assert!(ifs(50_000).is_some());
    let brackets = |depth: usize| {
        let (open, close) = ("(".repeat(depth), ")".repeat(depth));
        first(&format!("IF {open}a{close} THEN SET b = 1; END IF;"))
    };
    assert_eq!(brackets(63), None);
    assert_eq!(brackets(64), expect("conditions"));
    assert_eq!(brackets(50_000), expect("conditions"));
}

#[test]
fn help_names_the_word_or_form_that_was_meant() {
    let check = |text: &str, expect: &str| {
        let help = parse(text).diagnostics.swap_remove(0).help.expect("help");
        assert!(help.contains(expect), "{text}: {help}");
    };
    check("LAOD t FROM s;", "did you mean LOAD?");
    check("CREAT TABLE t AS SELECT 1;", "did you mean CREATE?");
    check("SELECT 1;", "CREATE TABLE name AS SELECT");
    check("INSERT INTO t VALUES (1);", "EXPORT SELECT");
    check("DROP TABLE t;", "CREATE OR REPLACE TABLE");
    check("END IF;", "belongs to an IF");
    check("LOAD t FORM s;", "did you mean FROM?");
    check("SOURCE s TYEP csv PARAMS {};", "did you mean TYPE?");
    check("SOURCE s;", "FROM \"connection\"");
    check("LOAD t FROM s MODE APEND;", "did you mean APPEND?");
    check("LOAD t FROM s MOD APPEND;", "did you mean MODE?");
    check("EXPORT t TO 'x' TPYE csv;", "did you mean TYPE?");
    check("EXPORT t TO CSV 'x';", "TO \"place\" TYPE connector");
    check("SOURCE s TYPE c PARAMS { \"a\": True };", "write true");
    check("SOURCE s TYPE c PARAMS { \"a\": None };", "write null");
    check("LOAD type FROM s;", "double quotes");
    check("LOAD ${t} FROM s;", "variables may stand in");
    check("SET a = data/*.csv;", "in quotes");
}

#[test]
fn every_diagnostic_is_an_error_with_a_remedy_and_every_code_occurs() {
    let more = [
        "TEST 'a';".to_owned(),
        format!("IF {}a THEN SET b = 1; END IF;", "(".repeat(70)),
        format!("SOURCE s TYPE c PARAMS {{ \"a\": {};", "[".repeat(70)),
    ];
    let texts = CASES.iter().map(|case| case.0);
    let texts = texts.map(str::to_owned).chain(more);
    let mut codes = BTreeSet::new();
    for found in texts.flat_map(|text| parse(&text).diagnostics) {
        assert_eq!(found.severity, Severity::Error);
        assert!(found.help.is_some(), "{}", found.message);
        codes.insert(found.code);
    }
    assert_eq!(codes, code::ALL.iter().copied().collect());
}

#[test]
fn a_file_with_many_unclosed_quotes_still_ends() {
    let text =
        "CREATE TABLE t AS SELECT $q1$;\n".replace("q1", "é") + "SET a = $x$;\nSET b = /*;\n";
    let codes: Vec<_> = parse(&text).diagnostics.iter().map(|found| found.code).collect();
    assert_eq!(codes, ["SF0112", "SF0112", "SF0113"]);
}
