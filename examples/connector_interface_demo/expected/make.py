"""Computes the expected outputs in plain Python; neither SQLFlow nor DuckDB takes part in it.

    python examples/connector_interface_demo/expected/make.py
"""
import csv
import pathlib
from decimal import ROUND_HALF_UP, Decimal

here = pathlib.Path(__file__).parent
data = here.parent / "data"


def read(name: str) -> list[dict[str, str]]:
    with open(data / name, newline="") as file:
        return list(csv.DictReader(file))


def expect(name: str, header: list[str], rows: list[tuple], delimiter: str = ",") -> None:
    with open(here / name, "w", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


first, second = read("readings.csv"), read("readings_later.csv")
with open(data / "legacy.txt", newline="") as file:
    metres = {row[1]: row[2] for row in csv.reader(file, delimiter=";", quotechar="'")}

by_station: dict[str, list[dict[str, str]]] = {}
for row in first:
    by_station.setdefault(row["station"], []).append(row)

coldest, health = [], []
for station, rows in sorted(by_station.items()):
    known = [Decimal(row["celsius"]) for row in rows if row["celsius"]]
    height = "" if metres[station] == "n/a" else metres[station]
    coldest.append((station, height, min(known, default=""), len(rows) - len(known)))
    health.append((station, len(rows), sum(row["online"] == "false" for row in rows)))
expect("coldest.csv", ["station", "metres", "lowest", "missing"], coldest)
expect("health.csv", ["station", "readings", "offline"], health)

everything = first + second
header = list(everything[0])
times = [{**row, "clock": row["clock"] + ":00"} for row in everything]
expect("readings.csv", header, [tuple(row[name] for name in header) for row in times])

days = []
for day in sorted({row["day"] for row in everything}):
    rows = [row for row in everything if row["day"] == day]
    known = [Decimal(row["celsius"]) for row in rows if row["celsius"]]
    mean = (sum(known) / len(known)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    days.append((day, len(rows), float(mean)))
expect("days.csv", ["day", "readings", "mean"], days, delimiter="|")
