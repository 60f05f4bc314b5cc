//! The standard form, before and after.

use sqlflow_syntax::print;

fn becomes(before: &str, after: &str) {
    assert_eq!(print(before).as_deref(), Ok(after), "{before}");
    assert_eq!(print(after).as_deref(), Ok(after), "again: {before}");
}

#[test]
fn keywords_stand_in_capitals_and_names_values_and_queries_stay() {
    becomes(
        "source Users type csv params {\"path\":\"a.csv\"};load People from Users;",
        "SOURCE Users TYPE csv PARAMS { \"path\": \"a.csv\" };\nLOAD People FROM Users;\n",
    );
    becomes(
        "create or replace table a . \"b c\" as select  1,'x'  ;",
        "CREATE OR REPLACE TABLE a.\"b c\" AS select  1,'x';\n",
    );
    becomes("export t to 'x.csv' type csv;", "EXPORT t TO 'x.csv' TYPE csv;\n");
    becomes("set  a=5 * 3 ;include 'b.sf'  as c;", "SET a = 5 * 3;\nINCLUDE 'b.sf' AS c;\n");
    becomes("", "");
    becomes(" \n; ;\n", "");
}

#[test]
fn synonyms_become_the_words_of_the_language() {
    for (before, after) in [
        ("SOURCE s TYPE c OPTIONS {};", "SOURCE s TYPE c PARAMS {};\n"),
        ("SOURCE s USING 'c' PARAMS {};", "SOURCE s FROM 'c' OPTIONS {};\n"),
        ("LOAD t USING s PARAMS {};", "LOAD t FROM s OPTIONS {};\n"),
        ("EXPORT t TO 'x' FROM 'c';", "EXPORT t TO 'x' USING 'c';\n"),
        ("LOAD t FROM s MODE MERGE MERGE_KEYS (a);", "LOAD t FROM s MODE UPSERT KEY (a);\n"),
        ("LOAD t FROM s MODE UPSERT KEYS a,b;", "LOAD t FROM s MODE UPSERT KEY (a, b);\n"),
        (
            "LOAD t FROM s MODE INCREMENTAL BY c LOOKBACK 1 days;",
            "LOAD t FROM s INCREMENTAL BY c LOOKBACK 1 DAY MODE DELETE INSERT;\n",
        ),
        (
            "LOAD t FROM s OPTIONS {} MODE APPEND INCREMENTAL BY c;",
            "LOAD t FROM s INCREMENTAL BY c MODE APPEND OPTIONS {};\n",
        ),
        (
            "TEST 'x' ON t EXPECT UNIQUE (a, b) SEVERITY warn;",
            "TEST 'x' ON t EXPECT UNIQUE a, b SEVERITY WARN;\n",
        ),
        (
            "TEST 'x' ON t EXPECT RELATIONSHIPS a REFERENCES s.u (b);",
            "TEST 'x' ON t EXPECT RELATIONSHIPS a REFERENCES s.u(b);\n",
        ),
        ("TEST 'x' ON t EXPECT ROWS=3;", "TEST 'x' ON t EXPECT ROWS == 3;\n"),
    ] {
        becomes(before, after);
    }
}

#[test]
fn the_branches_of_an_if_stand_two_spaces_in() {
    becomes(
        "if ${a}='b' and not(c<>1 or d is none) then set x=1; elseif e in(1,2) then if f then \
         load t from s; endif; else\nset y=2; endif;",
        "IF ${a} == 'b' AND NOT (c != 1 OR d IS NULL) THEN
  SET x = 1;
ELSE IF e IN (1, 2) THEN
  IF f THEN
    LOAD t FROM s;
  END IF;
ELSE
  SET y = 2;
END IF;
",
    );
    becomes(
        "IF a THEN ELSE\nIF b THEN END IF; END IF;",
        "IF a THEN\nELSE\n  IF b THEN\n  END IF;\nEND IF;\n",
    );
}

#[test]
fn json_stands_on_one_line_where_it_fits_else_one_entry_a_line() {
    becomes(
        "SOURCE s TYPE c PARAMS {\n  \"a\" : [ 1,-2.50 , ${n|5} ,],\n  \"b\":{}, \n};",
        "SOURCE s TYPE c PARAMS { \"a\": [1, -2.50, ${n|5}], \"b\": {} };\n",
    );
    let (path, list) = ("p".repeat(60), "\"0123456789\", ".repeat(8));
    let wide = format!("[{}]", list.trim_end_matches(", "));
    let entries = list.trim_end_matches(", ").replace(", ", ",\n    ");
    becomes(
        &format!("SOURCE s TYPE c PARAMS {{\"path\":\"{path}\",\"list\":{wide}}};"),
        &format!(
            "SOURCE s TYPE c PARAMS {{\n  \"path\": \"{path}\",\n  \"list\": [\n    {entries}\n  ]\n}};\n"
        ),
    );
}

#[test]
fn a_line_of_a_hundred_columns_is_not_broken_and_one_of_a_hundred_and_one_is() {
    let source =
        |length| format!("SOURCE s TYPE c PARAMS {{ \"p\": \"{}\" }};\n", "x".repeat(length));
    assert_eq!(source(65).len(), 101, "a hundred columns and the line's end");
    becomes(&source(65), &source(65));
    let broken = format!("SOURCE s TYPE c PARAMS {{\n  \"p\": \"{}\"\n}};\n", "x".repeat(66));
    becomes(&source(66), &broken);
    let noted = |length| {
        format!("SOURCE s TYPE c PARAMS {{ /* c */ \"p\": \"{}\" }};\n", "x".repeat(length))
    };
    assert_eq!(noted(57).len(), 101);
    becomes(&noted(57), &noted(57));
    let export = |length, gap| format!("EXPORT t{gap}TO '{}' TYPE CSV;\n", "y".repeat(length));
    assert_eq!(export(76, " ").len(), 101);
    becomes(&export(76, "\n"), &export(76, " "));
    becomes(&export(77, " "), &export(77, "\n"));
}

#[test]
fn a_query_keeps_its_line_breaks_and_its_indent() {
    let text = "CREATE TABLE t AS\n    SELECT a,\n\n           b\n    FROM u;\n";
    becomes(text, text);
    becomes(
        "EXPORT select a\nfrom b to 'x' type csv mode append;",
        "EXPORT select a\nfrom b\nTO 'x' TYPE csv MODE APPEND;\n",
    );
    becomes("CREATE TABLE t AS\n\n\nSELECT 1 -- one\n;", "CREATE TABLE t AS\nSELECT 1 -- one\n;\n");
}

#[test]
fn comments_stay_where_they_are() {
    let text = "\
-- at the head

SOURCE s TYPE c PARAMS { -- of the brace
  /* leads */ \"a\": 1, -- of the entry
  -- alone
  \"b\": [
    2 -- the last
  ]
}; -- behind
/* before */ LOAD t /* inside */ FROM s; /* after */

IF a THEN -- of the branch
  -- in it
  LOAD u FROM s -- before the semicolon
  ;
  -- at its end
ELSE
  LOAD v -- first
  -- second
  FROM s;
END /* odd */ IF;
-- at the end
";
    becomes(text, text);
    becomes(
        "SOURCE s TYPE c PARAMS {\"a\":1 -- one\n,\"b\":2, /* two */};",
        "SOURCE s TYPE c PARAMS {\n  \"a\": 1, -- one\n  \"b\": 2 /* two */\n};\n",
    );
}

#[test]
fn one_empty_line_between_statements_is_kept_and_no_more() {
    becomes(
        "\n\nSET a = 1;\n\n\n\nSET b = 2;\nSET c = 3; SET d = 4;\n\n\n-- x\n\n\n",
        "SET a = 1;\n\nSET b = 2;\nSET c = 3;\nSET d = 4;\n\n-- x\n",
    );
    becomes("IF a THEN\n\nSET b = 2;\n\nEND IF;", "IF a THEN\n  SET b = 2;\nEND IF;\n");
}

#[test]
fn lines_end_as_the_files_last_line_does_but_not_in_queries() {
    becomes(
        "SET a = 1;\r\nCREATE TABLE t AS\r\nSELECT 1,\r\n2 -- c\r\n;LOAD b FROM c;\r\n",
        "SET a = 1;\r\nCREATE TABLE t AS\r\nSELECT 1,\r\n2 -- c\r\n;\r\nLOAD b FROM c;\r\n",
    );
    becomes(
        "CREATE TABLE t AS SELECT 1,\r\n2;\n\nSET a = 1;\n",
        "CREATE TABLE t AS SELECT 1,\r\n2;\n\nSET a = 1;\n",
    );
}

#[test]
fn a_text_that_cannot_be_read_is_not_printed() {
    let diagnostics = print("LOAD t FROM s\nSET a = 1;").unwrap_err();
    assert_eq!(diagnostics.iter().map(|found| found.code).collect::<Vec<_>>(), ["SF0101"]);
}
