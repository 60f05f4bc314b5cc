"""Computes the expected outputs with DuckDB's own Python package; SQLFlow takes no part in it.

    pip install duckdb==1.5.6
    python examples/quickstart/expected/make.py
"""
import pathlib

import duckdb

here = pathlib.Path(__file__).parent
data = here.parent / "data"

duckdb.sql(f"CREATE TABLE flights AS FROM read_csv('{data}/flights.csv')")
duckdb.sql(f"CREATE TABLE airlines AS FROM read_csv('{data}/airlines.csv')")


def expect(name: str, query: str) -> None:
    duckdb.sql(f"COPY ({query}) TO '{here / name}' (HEADER)")


expect("cancellations_by_day.csv", """
  SELECT flight_date, origin, count(*) AS flights, count(*) - count(dep_delay) AS cancelled,
         flight_date IN (DATE '2013-02-08', DATE '2013-02-09') AS storm
  FROM flights GROUP BY ALL ORDER BY flight_date, origin""")

expect("airlines_in_the_storm.csv", """
  SELECT name AS airline, count(*) AS flights, count(*) - count(dep_delay) AS cancelled,
         (100.0 * (count(*) - count(dep_delay)) / count(*))::DECIMAL(5, 1) AS cancelled_percent,
         median(dep_delay) AS median_delay_minutes
  FROM flights JOIN airlines USING (carrier)
  WHERE flight_date IN (DATE '2013-02-08', DATE '2013-02-09')
  GROUP BY ALL HAVING count(*) >= 10 ORDER BY cancelled_percent DESC, airline""")

expect("departures_by_hour.csv", """
  SELECT flight_date + to_hours(hour) AS scheduled_hour, origin, count(*) AS flights,
         round(avg(dep_delay), 1) AS average_delay_minutes,
         max(dep_delay) AS longest_delay_minutes,
         count(dep_delay) < count(*) AS any_cancelled
  FROM flights GROUP BY ALL ORDER BY scheduled_hour, origin""")
