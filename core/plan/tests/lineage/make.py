"""Writes trees.json: what DuckDB says of the cases, independent of our code.

    pip install duckdb==1.5.6
    python make.py

For each case: DuckDB's tree of the query, the names of its columns, and `moves`: which output
columns change when a column of a base table is changed in all rows. A column that moves an output
must be among the hand-written sources of that output, or among the filters of the query; this
script stops where it is not.
"""

import json
import os
import pathlib
import re
import tempfile
import threading

import duckdb

HERE = pathlib.Path(__file__).resolve().parent
SCHEMA = (HERE / "schema.sql").read_text()
PEOPLE = "id,name,city,born\n1,Ada,Rome,1980\n2,Bo,Oslo,1990\n"


def database():
    settings = {"memory_limit": "100MB", "max_temp_directory_size": "0MB", "threads": 1}
    connection = duckdb.connect(config=settings)
    connection.execute(SCHEMA)
    return connection


def catalog():
    rows = database().execute(
        "SELECT schema_name, table_name, column_name, data_type FROM duckdb_columns()"
        " WHERE NOT internal ORDER BY schema_name, table_name, column_index"
    ).fetchall()
    tables = {}
    for schema, table, column, kind in rows:
        name = table if schema == "main" else f"{schema}.{table}"
        tables.setdefault(name, (schema, table, {}))[2][column] = kind
    return tables


def changes(column, kind):
    """SQL for other values of a column."""
    quoted = '"' + column.replace('"', '""') + '"'
    if kind == "INTEGER":
        yield from [f"{quoted} + 1", f"-7 * {quoted}", "2", "NULL"]
    elif kind == "VARCHAR":
        yield from [f"{quoted} || '!'", "'b'", "'17'", "NULL"]
    elif kind == "BOOLEAN":
        yield from [f"NOT {quoted}", "NULL"]
    elif kind == "TIMESTAMP":
        yield from [f"{quoted} + INTERVAL 400 DAY", f"{quoted} - INTERVAL 3 YEAR", "NULL"]
    elif kind == "VARCHAR[]":
        yield from [f"list_transform({quoted}, lambda v: v || '!')", f"['longer'] || {quoted}"]
    else:
        yield f"struct_pack(lang := {quoted}.lang || '!', pages := {quoted}.pages + 2)"


def columns_of(rows, width):
    return [sorted(repr(row[at]) for row in rows) for at in range(width)]


def run(connection, query):
    rows = connection.execute(query).fetchall()
    names = [column[0] for column in connection.description]
    return names, columns_of(rows, len(names)), rows


def moves(query, tables):
    connection = database()
    names, before, rows = run(connection, query)
    assert rows, "a query without rows shows nothing"
    moved = [set() for _ in names]
    for label, change in all_changes(query, tables):
        after = changed(connection, change, query)
        for at, (was, now) in enumerate(zip(before, after or before)):
            if was != now:
                moved[at].add(label)
    return names, [sorted(columns) for columns in moved]


def all_changes(query, tables):
    for label, (schema, table, columns) in tables.items():
        if table.lower() not in query.lower():
            continue
        for column, kind in columns.items():
            quoted = '"' + column.replace('"', '""') + '"'
            for other in changes(column, kind):
                yield f"{label}.{column}", f'UPDATE {schema}."{table}" SET {quoted} = {other}'


def changed(connection, change, query):
    """What the query yields after a change; nothing where it fails then, or does not end."""
    connection.execute("BEGIN")
    timer = threading.Timer(2, connection.interrupt)
    try:
        connection.execute(change)
        timer.start()
        return run(connection, query)[1]
    except duckdb.Error:
        return None
    finally:
        timer.cancel()
        connection.execute("ROLLBACK")


def tree(query):
    sql = "SELECT json_serialize_sql(?::VARCHAR, skip_null := true, skip_empty := true, skip_default := true)"
    return json.loads(database().execute(sql, [query]).fetchone()[0])


def expected(text):
    outputs, filters = [], set()
    for line in text.splitlines():
        if line.startswith("-->") and line != "--> refused":
            outputs.append(line.rpartition(":")[2])
        elif line.startswith("--|"):
            filters.add(line[3:])
    return outputs, " ".join(filters)


def among(column, words):
    return re.search(r"(^| )" + re.escape(column) + r"( |$)", words) is not None


def case(path, tables):
    text = path.read_text()
    query = "".join(line + "\n" for line in text.splitlines() if not line.startswith(("-->", "--|")))
    query = query.strip()
    result = {"query": query, "tree": tree(query)}
    names, moved = moves(query, tables)
    outputs, filters = expected(text)
    if outputs:
        assert len(outputs) == len(names), f"{path.name}: {names}"
        for name, sources, columns in zip(names, outputs, moved):
            for column in columns:
                known = among(column, sources) or among(column, filters)
                if not known:
                    print(f"{path.name}: {column} moves `{name}`")
    return result | {"names": names, "moves": moved}


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.makedirs(f"{folder}/data")
        pathlib.Path(f"{folder}/data/people.csv").write_text(PEOPLE)
        os.chdir(folder)
        tables = catalog()
        cases = {path.stem: case(path, tables) for path in sorted(HERE.glob("cases/*.sql"))}
    listed = "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type = 'aggregate' ORDER BY 1"
    document = {
        "aggregates": [name for (name,) in database().execute(listed).fetchall()],
        "catalog": {name: list(columns) for name, (_, _, columns) in tables.items()},
        "cases": cases,
    }
    (HERE / "trees.json").write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
