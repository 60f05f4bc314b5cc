"""Makes the Parquet files beside it, and checks that DuckDB reads what the Rust tests expect.

    pip install duckdb==1.5.6 pyarrow==26.0.1 && python make.py
"""

import datetime as dt
import decimal
import os

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

os.chdir(os.path.dirname(os.path.abspath(__file__)))
con = duckdb.connect()
con.execute("SET TimeZone = 'UTC'")


def expect(file, rows):
    """Each row: column, DuckDB's type, DuckDB's texts of the values."""
    types = {row[0]: row[1] for row in con.execute(f"DESCRIBE FROM '{file}'").fetchall()}
    for column, kind, *values in rows:
        found = con.execute(f'SELECT "{column}"::VARCHAR FROM \'{file}\'').fetchall()
        assert types[column] == kind, (column, types[column])
        assert [value for (value,) in found] == values, (column, found)


def instants(unit, zone=None):
    return pa.array([dt.datetime(1969, 12, 31, 23, 59, 59), None], pa.timestamp(unit, tz=zone))


# Types that only the Arrow schema embedded by pyarrow knows, and units that DuckDB turns into
# microseconds.
pq.write_table(
    pa.table(
        {
            "dictionary": pa.array(["a", None]).dictionary_encode(),
            "large": pa.array(["b", None], pa.large_string()),
            "fixed": pa.array([b"abcd", None], pa.binary(4)),
            "half": pa.array([1.5, None], pa.float16()),
            "nothing": pa.nulls(2),
            "time_ms": pa.array([1001, None], pa.time32("ms")),
            "second": instants("s"),
            "milli": instants("ms"),
            "micro": instants("us"),
            "nano": instants("ns"),
            "milli_utc": instants("ms", "Europe/Vienna"),
            "micro_utc": instants("us", "Europe/Vienna"),
            "triple": pa.array([[1, 2, 3], None], pa.list_(pa.int32(), 3)),
            "nested": pa.array([[{"at": 1001, "of": ["x"]}], None],
                               pa.list_(pa.struct([("at", pa.time32("ms")), ("of", pa.list_(pa.string()))]))),
            "uuid": pa.array([b"0123456789abcdef", None], pa.uuid()),
            "json": pa.array(["{}", None], pa.json_()),
            "duration": pa.array([5, None], pa.duration("us")),
        }
    ),
    "pyarrow.parquet",
)
before = "1969-12-31 23:59:59"
expect("pyarrow.parquet", [
    ("dictionary", "VARCHAR", "a", None),
    ("large", "VARCHAR", "b", None),
    ("fixed", "BLOB", "abcd", None),
    ("half", "FLOAT", "1.5", None),
    ("nothing", "INTEGER", None, None),
    ("time_ms", "TIME", "00:00:01.001", None),
    ("second", "TIMESTAMP", before, None),
    ("milli", "TIMESTAMP", before, None),
    ("micro", "TIMESTAMP", before, None),
    ("nano", "TIMESTAMP_NS", before, None),
    ("milli_utc", "TIMESTAMP WITH TIME ZONE", before + "+00", None),
    ("micro_utc", "TIMESTAMP WITH TIME ZONE", before + "+00", None),
    ("triple", "INTEGER[]", "[1, 2, 3]", None),
    ('nested', 'STRUCT("at" TIME, "of" VARCHAR[])[]', "[{'at': '00:00:01.001', 'of': [x]}]", None),
    ("uuid", "UUID", "30313233-3435-3637-3839-616263646566", None),
    ("json", "JSON", "{}", None),
    ("duration", "BIGINT", "5", None),
])

# DuckDB's own types at their extremes.
con.execute("""
COPY (FROM (VALUES
    (true, 127::TINYINT, 255::UTINYINT, (-32768)::SMALLINT, 65535::USMALLINT, (-2147483648)::INTEGER,
     4294967295::UINTEGER, (-9223372036854775808)::BIGINT, 18446744073709551615::UBIGINT,
     'inf'::FLOAT, 'nan'::DOUBLE, (-999.9)::DECIMAL(4, 1), 999999999999999.999::DECIMAL(18, 3),
     (-9999999999999999999999999999.9999999999)::DECIMAL(38, 10), '', ''::BLOB, DATE '0001-01-01',
     TIME '23:59:59.999999', TIMESTAMP '9999-12-31 23:59:59.999999',
     TIMESTAMP_NS '1677-09-22 00:00:00.000000001',
     TIMESTAMPTZ '1582-10-15 00:00:00.000001+00', MAP {'k': [1, NULL]},
     {'a': 1, 'b': NULL::VARCHAR}, UUID '00000000-0000-0000-0000-0000000000ff', '[1]'::JSON,
     'x'::ENUM('w', 'x')))
    t(bool, i8, u8, i16, u16, i32, u32, i64, u64, f32, f64, d4, d18, d38, text, bytes, date, time,
      ts, ts_ns, ts_utc, map, struct, uuid, json, enum))
TO 'duckdb.parquet'
""")
expect("duckdb.parquet", [
    ("bool", "BOOLEAN", "true"),
    ("i8", "TINYINT", "127"),
    ("u8", "UTINYINT", "255"),
    ("i16", "SMALLINT", "-32768"),
    ("u16", "USMALLINT", "65535"),
    ("i32", "INTEGER", "-2147483648"),
    ("u32", "UINTEGER", "4294967295"),
    ("i64", "BIGINT", "-9223372036854775808"),
    ("u64", "UBIGINT", "18446744073709551615"),
    ("f32", "FLOAT", "inf"),
    ("f64", "DOUBLE", "nan"),
    ("d4", "DECIMAL(4,1)", "-999.9"),
    ("d18", "DECIMAL(18,3)", "999999999999999.999"),
    ("d38", "DECIMAL(38,10)", "-9999999999999999999999999999.9999999999"),
    ("text", "VARCHAR", ""),
    ("bytes", "BLOB", ""),
    ("date", "DATE", "0001-01-01"),
    ("time", "TIME", "23:59:59.999999"),
    ("ts", "TIMESTAMP", "9999-12-31 23:59:59.999999"),
    ("ts_ns", "TIMESTAMP_NS", "1677-09-22 00:00:00.000000001"),
    ("ts_utc", "TIMESTAMP WITH TIME ZONE", "1582-10-15 00:00:00.000001+00"),
    ("map", "MAP(VARCHAR, INTEGER[])", "{k=[1, NULL]}"),
    ("struct", "STRUCT(a INTEGER, b VARCHAR)", "{'a': 1, 'b': NULL}"),
    ("uuid", "UUID", "00000000-0000-0000-0000-0000000000ff"),
    ("json", "JSON", "[1]"),
    ("enum", "VARCHAR", "x"),
])

# Years that INT96 reaches and nanoseconds do not.
years = [dt.datetime(1900, 1, 1, 0, 0, 0, 1), dt.datetime(9999, 12, 31)]
pq.write_table(pa.table({"at": pa.array(years, pa.timestamp("us"))}), "int96.parquet",
               use_deprecated_int96_timestamps=True)
expect("int96.parquet", [("at", "TIMESTAMP", "1900-01-01 00:00:00.000001", "9999-12-31 00:00:00")])

# Types that would lose something.
con.execute("COPY (SELECT 7::BIGINT AS id, INTERVAL '1 month 2 days' AS pause) TO 'interval.parquet'")
wide = pa.array([decimal.Decimal("1.5")], pa.decimal256(50, 2))
pq.write_table(pa.table({"id": pa.array([7]), "wide": wide}), "wide_decimal.parquet")

# Row groups of these sizes, numbered through.
schema = pa.schema([("n", pa.int64()), ("half", pa.int64())])
with pq.ParquetWriter("groups.parquet", schema, use_dictionary=False,
                      column_encoding="DELTA_BINARY_PACKED") as writer:
    start = 0
    for size in (40_000, 20_000, 10_000, 70_000, 1):
        numbers = range(start, start + size)
        halves = [number // 2 for number in numbers]
        writer.write_table(pa.table({"n": numbers, "half": halves}, schema), row_group_size=size)
        start += size

# Checksums in every page.
pq.write_table(pa.table({"n": list(range(100))}), "checksums.parquet", write_page_checksum=True,
               compression="none", use_dictionary=False)

# One stream in three files: b has the columns of a in another order, c another type.
pq.write_table(pa.table({"n": [1, 2], "name": ["one", "two"]}), "part_a.parquet")
pq.write_table(pa.table({"name": ["three"], "n": [3]}), "part_b.parquet")
pq.write_table(pa.table({"n": ["4"], "name": ["four"]}), "other_c.parquet")
