"""Computes the expected outputs with a sieve; neither SQLFlow nor the connector takes part.

    python examples/c_connector/expected/make.py
"""
import pathlib

here = pathlib.Path(__file__).parent
COUNT, BOUND = 10_000, 110_000

is_prime = [False, False] + [True] * (BOUND - 2)
for n in range(2, int(BOUND ** 0.5) + 1):
    if is_prime[n]:
        for multiple in range(n * n, BOUND, n):
            is_prime[multiple] = False
primes = [n for n in range(BOUND) if is_prime[n]][:COUNT]
assert len(primes) == COUNT

pairs = zip(primes, primes[1:])
twins = [(nth, low, high) for nth, (low, high) in enumerate(pairs, start=1) if high == low + 2]


def write(name, header, rows):
    lines = [header] + [",".join(str(value) for value in row) for row in rows]
    (here / name).write_text("\n".join(lines) + "\n")


write("twin_primes.csv", "nth,lower,upper", twins)
write("summary.csv", "primes,largest,twins", [(COUNT, primes[-1], len(twins))])
