#!/usr/bin/env python3
"""Benchmarks of SQLFlow against DuckDB's own readers, in turn in one run.

Run by `make bench`. Data is TPC-H at scale 1, generated locally by tpchgen-cli. Each row prints
medians and their ratio; all of it lands in target/bench/results.json. DuckDB is timed inside its
process (connect, statement, close), SQLFlow as a whole process, which favours DuckDB.
Content, types and row order are compared once per row.
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()
SQLFLOW = TARGET / "release" / "sqlflow"
BENCH = TARGET / "bench"
VENV = BENCH / "venv"
DATA = BENCH / "data"
PACKAGES = ["duckdb==1.5.6", "tpchgen-cli"]
RUNS = int(os.environ.get("RUNS", "5"))
STARTS = 20
DUCKDB = """
import duckdb, sys, time
path, setting, sql = sys.argv[1:]
begun = time.perf_counter()
connection = duckdb.connect(path)
connection.execute('SET enable_progress_bar=false')
if setting:
    connection.execute(setting)
connection.execute(sql)
connection.close()
print(time.perf_counter() - begun)
"""


def prepare():
    if not (VENV / "bin" / "tpchgen-cli").exists():
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
        subprocess.run([VENV / "bin" / "pip", "install", "--quiet", *PACKAGES], check=True)
    DATA.mkdir(parents=True, exist_ok=True)
    for form in ["csv", "parquet"]:
        if not (DATA / f"lineitem.{form}").exists():
            generator = [VENV / "bin" / "tpchgen-cli", form, "-s", "1", "--tables", "lineitem"]
            subprocess.run([*generator, "--output-dir", DATA], check=True)


def measure(command, **options):
    """Wall seconds, peak RSS in MiB and standard output of a process that must succeed."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
    out, err = process.stdout.read(), process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    if status != 0:
        sys.exit(f"{command} failed:\n{out.decode()}{err.decode()}")
    return wall, usage.ru_maxrss / 1024, out.decode()


class Project:
    """A project whose data lies outside it, so that only the plugin can read it."""

    def __init__(self, folder, pipeline, engine=""):
        self.folder = pathlib.Path(folder)
        (self.folder / "profiles").mkdir(parents=True)
        (self.folder / "pipelines").mkdir()
        path = "warehouse/ours.duckdb"
        (self.folder / "profiles/dev.yml").write_text(f"engine:\n  type: duckdb\n  path: {engine or path}\n")
        (self.folder / "pipelines/work.sf").write_text(pipeline)
        self.database = self.folder / path

    def run(self):
        for file in self.folder.glob("warehouse/*"):
            file.unlink()
        return measure([SQLFLOW, "run", "work", "--quiet"], cwd=self.folder)


def duckdb_load(path, setting, reader):
    for file in [path, pathlib.Path(f"{path}.wal")]:
        file.unlink(missing_ok=True)
    sql = f"CREATE TABLE lineitem AS SELECT * FROM {reader}"
    _, rss, out = measure([VENV / "bin" / "python", "-c", DUCKDB, path, setting, sql])
    return float(out), rss


def compare(ours, theirs, ordered):
    script = """
import duckdb, sys
ours, theirs, ordered = sys.argv[1:]
c = duckdb.connect()
c.execute(f"ATTACH '{ours}' AS a (READ_ONLY); ATTACH '{theirs}' AS b (READ_ONLY)")
types = [c.execute(f"SELECT column_name, column_type FROM (DESCRIBE {x}.lineitem)").fetchall() for x in "ab"]
assert types[0] == types[1], types
for one, other in ["ab", "ba"]:
    rest = c.execute(f"SELECT count(*) FROM (FROM {one}.lineitem EXCEPT ALL FROM {other}.lineitem)").fetchone()
    assert rest == (0,), (one, rest)
if ordered == "True":
    moved = c.execute(
        "SELECT count(*) FROM a.lineitem x POSITIONAL JOIN b.lineitem y WHERE x.l_orderkey IS DISTINCT FROM y.l_orderkey"
        " OR x.l_linenumber IS DISTINCT FROM y.l_linenumber").fetchone()
    assert moved == (0,), moved
"""
    subprocess.run([VENV / "bin" / "python", "-c", script, ours, theirs, str(ordered)], check=True)


def load(name, form, ordered, peer_ordered, limits):
    reader = f"read_csv('{DATA}/lineitem.csv')" if form == "csv" else f"'{DATA}/lineitem.parquet'"
    setting = "" if peer_ordered else "SET preserve_insertion_order=false"
    options = "" if ordered else ' OPTIONS {"ordered": false}'
    pipeline = (
        f'SOURCE raw TYPE {form.upper()} PARAMS {{"path": "{DATA}/lineitem.{form}"}};\n'
        f"LOAD lineitem FROM raw{options};\n"
    )
    with tempfile.TemporaryDirectory(dir=BENCH) as folder:
        project, theirs = Project(f"{folder}/project", pipeline), pathlib.Path(folder) / "theirs.duckdb"
        ours, peer = [], []
        for _ in range(RUNS):
            ours.append(project.run()[:2])
            peer.append(duckdb_load(theirs, setting, reader))
        compare(project.database, theirs, ordered and peer_ordered)
    return row(name, ours, peer, limits)


def row(name, ours, peer, limit):
    wall = [statistics.median(run[0] for run in side) for side in (ours, peer)]
    rss = [statistics.median(run[1] for run in side) for side in (ours, peer)]
    return {
        "work": name,
        "ours_s": wall[0], "duckdb_s": wall[1], "ratio": wall[0] / wall[1], "limit": limit,
        "ours_rss_mib": rss[0], "duckdb_rss_mib": rss[1],
    }


def start(name, command, limit, folder):
    walls = [measure(command, cwd=folder)[0] for _ in range(STARTS)]
    return {"work": name, "ours_ms": statistics.median(walls) * 1000, "limit_ms": limit}


def starts():
    pipeline = (
        'SOURCE one TYPE CSV PARAMS {"path": "data/one.csv"};\nLOAD t FROM one;\n'
        'EXPORT t TO "output/one.csv" TYPE CSV;\n'
    )
    rows = []
    with tempfile.TemporaryDirectory(dir=BENCH) as folder:
        rows.append(start("sqlflow version", [SQLFLOW, "version"], 20, folder))
        for name, engine, limit in [("memory", '":memory:"', 60), ("file", "", 100)]:
            project = Project(f"{folder}/{name}", pipeline, engine)
            (project.folder / "data").mkdir()
            (project.folder / "data/one.csv").write_text("id,name\n1,one\n")
            command = [SQLFLOW, "run", "work", "--quiet"]
            rows.append(start(f"one row CSV to CSV, {name}", command, limit, project.folder))
            assert (project.folder / "output/one.csv").read_text() == "id,name\n1,one\n"
    return rows


def main():
    prepare()
    rows = starts()
    rows.append(load("lineitem CSV, ordered", "csv", True, True, 1.25))
    rows.append(load("lineitem CSV, ordered: false", "csv", False, False, 1.0))
    rows.append(load("lineitem CSV, ordered: false / DuckDB's defaults", "csv", False, True, 0.75))
    rows.append(load("lineitem Parquet, ordered", "parquet", True, True, 1.15))
    for item in rows:
        print(json.dumps({k: round(v, 3) if isinstance(v, float) else v for k, v in item.items()}))
    (BENCH / "results.json").write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
