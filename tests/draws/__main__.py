"""Thousands of draws: ``make draws``, or ``python -m tests.draws --count 10000 --first 0 --processes 2``.

Every fourth is asked of DuckDB, the others of SQLite, which opens faster; every other one is answered in statements, as
where rows stay in the database. A number that shows a difference can be made again alone; after an interruption the
rest is made with the ``--first`` and ``--count`` that are told.
"""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import count

from tests.draws.compare import Compared, embedded

SHOWN = 3
STEP = 250


def compared(number: int) -> Compared:
    """Compare one draw; whatever goes wrong is a difference."""
    try:
        return embedded(number, "sqlite" if number % 4 else "duckdb")
    except Exception as error:  # noqa: BLE001 - a crash is what is looked for
        return Compared(0, (f"{type(error).__name__}: {error}",))


def main() -> int:
    """Draw, compare and say what was found; 1 where anything differs, 130 when interrupted."""
    parser = argparse.ArgumentParser(prog="tests.draws", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="how many draws (10000)")
    parser.add_argument("--first", type=int, default=0, help="the number of the first (0)")
    parser.add_argument("--processes", type=int, default=2, help="how many at a time (2)")
    asked = parser.parse_args()
    begun, figures, differing, done = time.monotonic(), 0, [], 0
    with ProcessPoolExecutor(asked.processes) as pool:
        try:
            numbers = range(asked.first, asked.first + asked.count)
            for done, found in zip(count(1), pool.map(compared, numbers, chunksize=10)):
                figures += found.figures
                if found.differences:
                    differing.append(asked.first + done - 1)
                    print(f"draw {differing[-1]}:", *found.differences[:SHOWN], sep="\n  ", flush=True)
                if done % STEP == 0 or done == asked.count:
                    left = (time.monotonic() - begun) / done * (asked.count - done)
                    told = f"{done:,} draws, {figures:,} figures, {len(differing):,} draws differ"
                    print(f"{told}; about {left / 60:.0f} min left", flush=True)
        except KeyboardInterrupt:
            pool.shutdown(cancel_futures=True)
            print(f"interrupted: go on with --first {asked.first + done} --count {asked.count - done}")
            return 130
    print(f"in {time.monotonic() - begun:,.0f} s", *(["; again alone:", *differing] if differing else []))
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
