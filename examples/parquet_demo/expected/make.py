"""Computes the expected outputs with DuckDB's own Python package; SQLFlow takes no part in it.

    pip install duckdb==1.5.6
    python examples/parquet_demo/expected/make.py
"""
import pathlib

import duckdb

here = pathlib.Path(__file__).parent
data = here.parent / "data"

duckdb.sql(f"CREATE TABLE weather AS FROM read_csv('{data}/weather.csv')")
duckdb.sql("""
CREATE TABLE daily AS
SELECT day, origin, count(*) AS hours, min(celsius) AS coldest, max(celsius) AS warmest,
       round(avg(celsius), 1) AS average, sum(rain_mm)::DECIMAL(8, 2) AS rain_mm
FROM (SELECT origin, observed_at::DATE AS day, ((temp - 32) * 5 / 9)::DECIMAL(5, 2) AS celsius,
             (precip * 25.4)::DECIMAL(6, 2) AS rain_mm
      FROM weather)
GROUP BY ALL
""")


def expect(name: str, query: str) -> None:
    duckdb.sql(f"COPY ({query}) TO '{here / name}' (HEADER)")


expect("weather_2013_02.csv",
       "FROM weather WHERE month(observed_at) = 2 ORDER BY observed_at, origin")
expect("daily_weather.csv", "FROM daily ORDER BY day, origin")
expect("wettest_days.csv", """
  SELECT date_trunc('month', day)::DATE AS month, origin,
         row_number() OVER (PARTITION BY origin, month ORDER BY rain_mm DESC, day) AS place,
         day, rain_mm, coldest, warmest
  FROM daily QUALIFY place <= 3 AND rain_mm > 0 ORDER BY month, origin, place""")
