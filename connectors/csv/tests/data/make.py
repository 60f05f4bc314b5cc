"""Writes what DuckDB 1.5.6 reads from and writes to CSV: `pip install duckdb==1.5.6 pytz`.

read.json     texts, with the columns, types and values that DuckDB finds in them
written*.csv  the table of `TABLE` as DuckDB's COPY writes it, with the options of `WRITTEN`
"""

import json
import os

import duckdb

HERE = os.path.dirname(os.path.abspath(__file__))

# One column `a`, and a column `b` of letters, since a lone column is a case of its own.
VALUES = [
    ["1", "-7", "0"], ["007"], ["+1"], ["1", "007"], ["1e3"], ["1E-3", "2"], ["1."], [".5"],
    ["  1"], [" 1 "], ["nan", "1"], ["1", "1.5"], ["1.5", "inf"], ["1.5", "-inf"], ["00.5"],
    ["0123.4"], ["-0.0"], ["9223372036854775807"], ["1_000"], ["1;5"], ["1e"], ["e1"], ["--1"],
    ["- 1"], ["+"], ["-"], ["."], ["1d"],
    ["t", "f"], ["true", "FALSE", "True"], ["yes", "no"], ["y"], ["true", "t"], ["true", "1"],
    ["1", "true"], ["true", "x"], [" true"],
    ["2020-01-02"], ["2020-1-2"], ["2020/01/02"], ["2020-01-02 "], ["0001-01-01"], ["2020-02-30"],
    ["2020-13-01"], ["20200102"], ["2020-01-02", "1"], ["2020-01-02", "2020-01-02 03:04:05"],
    ["12:30"], ["12:30:00"], ["1:02:03"], ["12:30:00.5"], ["12:30:00.123456"], ["23:59:60"],
    ["12:30:00 PM"], ["12:30:00+02"], ["-12:30"], ["12:30", "1:02:03.5"], ["12:30:00", "1"],
    ["2020-01-02 03:04:05"], ["2020-01-02T03:04:05"], ["2020-01-02 03:04"],
    ["2020-01-02T03:04:05.123456"], ["2020-01-02 3:4:5"], ["2020-01-02 03"],
    ["2020-01-02T03:04:05Z"], ["2020-01-02 03:04:05+02"], ["2020-01-02 03:04:05+0530"],
    ["2020-01-02 03:04:05.5-03:30"], ["2020-01-02 03:04:05", "2020-01-02 03:04:05Z"],
    ["2020-01-02 03:04:05 +02:00"],
    ["1", ""], ["", ""], ["1", "  "], ["", "2020-01-02"], ["NULL"], ["NA"], ["é"], ["x", " y "],
    ["1", '""'], ['"1"'], ['"1,5"'], ['"x\ny"', '"z""w"'], ['x"y'], ['x"y"z'], ["x#y"], ["'"],
]

TEXTS = [
    "a\n1\n\n2\n", "a\nx\n\ny\n", "a\nx\n\n", 'a\n1\n""\n2\n', "a,b\n1,x\n\n2,y\n",
    "a,b\n", "a,b", "\n\na,b\n1,2\n", "a,a,,b,A\n1,2,3,4,5\n", "a,a,a_1\n1,2,3\n", ",\n1,2\n",
    ' a ,"b c"\n1,2\n', "x,column0,\n1,2,3\n", "a,b\r\n1,2\r\n3,4", "a,b\r1,2\r3,4\r",
    "\ufeffa,b\n1,2\n", '\ufeff"a",b\n1,2\n', "a,b\nx\0y,2\n", "a,b\n1,\n", 'a,b\n"",x\n,y\n',
]

OPTIONS = [
    ('a,b\n"NA",x\nNA,y\n,z\n', {"null_values": ["NA"]}, "nullstr='NA'"),
    ("a,b\n1,NA\nNA,y\n,z\n", {"null_values": ["NA", ""]}, "nullstr=['NA','']"),
    ("a;b\n1;'x;y'\n", {"delimiter": ";", "quote": "'"}, "delim=';', quote='''', escape=''''"),
    ("a\tb\n1\t2\n", {"delimiter": "\\t"}, "delim='\t'"),
    ("1,2\n3,x\n", {"has_header": False}, "header=false"),
    ("1,2\n3,4\n", {"all_varchar": True, "header": False}, "header=false, all_varchar=true"),
    ("a,b\n1,2\n", {"columns": {"a": "DECIMAL(10,2)"}}, "types={'a': 'DECIMAL(10,2)'}"),
    ("a,b\n+5, 7 \n", {"columns": {"a": "INTEGER", "b": "SMALLINT"}}, "types={'a': 'INTEGER', 'b': 'SMALLINT'}"),
    ("a,b\n1,n\n0,Y\n", {"columns": {"a": "BOOLEAN", "b": "BOOLEAN"}}, "types={'a': 'BOOLEAN', 'b': 'BOOLEAN'}"),
    ("a,b\n2020-01-02,1\n", {"columns": {"a": "TIMESTAMP", "b": "VARCHAR"}}, "types={'a': 'TIMESTAMP', 'b': 'VARCHAR'}"),
    ("a,b\n2020-01-02T03:04:05+01,0.1\n", {"columns": {"a": "TIMESTAMPTZ", "b": "FLOAT"}}, "types={'a': 'TIMESTAMPTZ', 'b': 'FLOAT'}"),
    ("1,2\n", {"has_header": False, "columns": {"x": "BIGINT", "y": "VARCHAR"}}, "header=false, columns={'x': 'BIGINT', 'y': 'VARCHAR'}"),
    ('a,b\n"x,1\n', {"quote": ""}, "quote='', escape=''"),
]

TABLE = """
SELECT * FROM (VALUES
  (true, 1::TINYINT, 9223372036854775807::BIGINT, 18446744073709551615::UBIGINT, 1e300::DOUBLE, 0.1::FLOAT,
   123.45::DECIMAL(10,2), 0.05::DECIMAL(2,2), 5::DECIMAL(38,0), 'plain', 'x'::ENUM('x', 'y,z'),
   DATE '2020-01-02', TIME '01:02:03', TIMESTAMP '2020-01-02 03:04:05', TIMESTAMPTZ '2020-01-02 03:04:05+02',
   '2020-01-02 03:04:05'::TIMESTAMP_S, '2020-01-02 03:04:05.12'::TIMESTAMP_MS, '2020-01-02 03:04:05.123456789'::TIMESTAMP_NS, NULL),
  (false, '-128'::TINYINT, '-9223372036854775808'::BIGINT, 0::UBIGINT, 'nan'::DOUBLE, 'inf'::FLOAT,
   -0.05::DECIMAL(10,2), -0.5::DECIMAL(2,2), -5::DECIMAL(38,0), 'a,b', 'y,z',
   DATE '0001-01-01', TIME '01:02:03.5', TIMESTAMP '2020-01-02 03:04:05.5', TIMESTAMPTZ '1969-12-31 23:59:59.25+00',
   '1969-12-31 23:59:59'::TIMESTAMP_S, '1969-12-31 23:59:59.999'::TIMESTAMP_MS, 'infinity'::TIMESTAMP_NS, NULL),
  (NULL, NULL, 0::BIGINT, NULL, -0.0::DOUBLE, 1e-45::FLOAT, 0::DECIMAL(10,2), 0::DECIMAL(2,2), NULL, 'q"r', NULL,
   'infinity'::DATE, TIME '00:00:00', '-infinity'::TIMESTAMP, 'infinity'::TIMESTAMPTZ, NULL, NULL, NULL, NULL),
  (NULL, NULL, NULL, NULL, 1e16::DOUBLE, 16777216::FLOAT, NULL, NULL, NULL, '', NULL,
   DATE '0044-03-15 (BC)', TIME '23:59:59.000001', TIMESTAMP '0044-03-15 (BC) 01:02:03', NULL, NULL, NULL, NULL, NULL),
  (NULL, NULL, NULL, NULL, 0.0001::DOUBLE, 123456.789::FLOAT, NULL, NULL, NULL, NULL, NULL,
   DATE '10000-01-02', NULL, TIMESTAMP '1960-01-02 03:04:05.000001', NULL, NULL, NULL, NULL, NULL),
  (NULL, NULL, NULL, NULL, 0.00001::DOUBLE, 1e15::FLOAT, NULL, NULL, NULL, 'line' || chr(10) || 'break', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (NULL, NULL, NULL, NULL, 9999999999999998::DOUBLE, 3.4028235e38::FLOAT, NULL, NULL, NULL, 'cr' || chr(13), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (NULL, NULL, NULL, NULL, 5e-324::DOUBLE, '-inf'::FLOAT, NULL, NULL, NULL, ' é ☃ ', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (NULL, NULL, NULL, NULL, 1.5e-7::DOUBLE, NULL, NULL, NULL, NULL, '#', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (NULL, NULL, NULL, NULL, 100::DOUBLE, NULL, NULL, NULL, NULL, 'NA', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '1;2', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)
) t(flag, tiny, big, ubig, double, float, decimal, fraction, huge, "text,x", "enum""y", day, clock,
    moment, zoned, seconds, millis, nanos, nothing)
"""

WRITTEN = {
    "written.csv": "FORMAT csv, HEADER",
    "written_options.csv": "FORMAT csv, HEADER false, DELIMITER ';', NULL 'NA', QUOTE '''', ESCAPE ''''",
    "written_dashes.csv": "FORMAT csv, HEADER, DELIMITER '-', NULL '1'",
}

con = duckdb.connect()
con.execute("SET TimeZone = 'UTC'")


def read(text, options, sql):
    path = os.path.join(HERE, "case.csv")
    with open(path, "w", newline="") as file:
        file.write(text)
    given = ", ".join(option for option in [
        "" if "delim" in sql else "delim=','",
        "" if "quote" in sql else "quote='\"', escape='\"'",
        "" if "header" in sql else "header=true",
        sql,
    ] if option)
    call = f"read_csv('{path}', {given})"
    columns = [(name, kind) for name, kind, *_ in con.execute(f"DESCRIBE FROM {call}").fetchall()]
    rows = con.execute(f"SELECT COLUMNS(*)::VARCHAR FROM {call}").fetchall()
    os.remove(path)
    return {"csv": text, "options": options, "columns": columns, "rows": rows}


cases = [(f"a,b\n{''.join(f'{value},x' + chr(10) for value in values)}", {}, "") for values in VALUES]
cases += [(text, {}, "") for text in TEXTS] + OPTIONS
with open(os.path.join(HERE, "read.json"), "w") as out:
    lines = ",\n".join(json.dumps(read(*case), ensure_ascii=False) for case in cases)
    out.write(f"[\n{lines}\n]\n")
for name, options in WRITTEN.items():
    con.execute(f"COPY ({TABLE}) TO '{os.path.join(HERE, name)}' ({options})")
