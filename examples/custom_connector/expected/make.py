"""Computes the expected outputs from the log with Python alone; SQLFlow takes no part in it.

    python examples/custom_connector/expected/make.py
"""
import collections
import datetime
import pathlib
import re

here = pathlib.Path(__file__).parent
form = re.compile(r'(\S+) \S+ (\S+) \[(.*?)\] "(\S+) (.*) \S+" (\d+) (\S+)')
requests = [form.fullmatch(line).groups() for line in (here.parent / "data/access.log").open("r").read().splitlines()]


def write(name: str, header: str, rows) -> None:
    lines = [header] + [",".join(str(value) for value in row) for row in rows]
    (here / name).write_text("".join(f"{line}\n" for line in lines))


hours = collections.defaultdict(list)
for request in requests:
    time = datetime.datetime.strptime(request[2], "%d/%b/%Y:%H:%M:%S %z").astimezone(datetime.timezone.utc)
    hours[time.strftime("%Y-%m-%d %H:00:00")].append(request)
write("hours.csv", "hour_utc,requests,clients,failures,bytes", [
    (hour, len(some), len({r[0] for r in some}), sum(int(r[5]) >= 500 for r in some),
     sum(int(r[6]) for r in some if r[6] != "-"))
    for hour, some in sorted(hours.items())])

pages = collections.defaultdict(list)
for request in requests:
    if int(request[5]) >= 400:
        pages[request[4].split("?")[0], int(request[5])].append(request)
ordered = sorted(pages.items(), key=lambda item: (-len(item[1]), item[0]))
write("unanswered.csv", "page,status,requests,users", [
    (page, status, len(some), len({r[1] for r in some} - {"-"})) for (page, status), some in ordered])
