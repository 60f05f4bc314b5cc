"""Makes access.log: 4,000 invented requests in the Common Log Format, always the same.

    python examples/custom_connector/data/make.py
"""
import datetime
import pathlib
import random

random.seed(20260305)
start = datetime.datetime(2026, 3, 5, tzinfo=datetime.timezone(datetime.timedelta(hours=1)))
paths = ["/", "/about", "/docs", "/docs/install", "/docs/guide?page=2", "/search?q=duck", "/login", "/old"]
lines = []
for number in range(4_000):
    at = start + datetime.timedelta(seconds=21 * number + random.randrange(20))
    path = random.choice(paths)
    status = 404 if path == "/old" else random.choices([200, 304, 500], [90, 8, 2])[0]
    size = "-" if status == 304 else str(random.randrange(200, 60_000))
    user = random.choice(["-", "-", "-", "ann", "bo"])
    method = "POST" if path == "/login" else "GET"
    client = f"192.0.2.{random.randrange(1, 60)}"
    time = at.strftime("%d/%b/%Y:%H:%M:%S %z")
    lines.append(f'{client} - {user} [{time}] "{method} {path} HTTP/1.1" {status} {size}\n')
(pathlib.Path(__file__).parent / "access.log").write_text("".join(lines))
