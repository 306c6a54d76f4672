"""`python -m tests.faults [--seed N] [--runs N] [--only NAME] [--size SIZE] [--outage SECONDS]`:
runs the experiments on a stack of its own, prints a table, and ends with 1 if any invariant did not
hold."""

import argparse
import asyncio
import random
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from tests.faults.experiments import CATALOGUE
from tests.faults.site import Site, site
from tests.faults.table import Table
from tests.faults.trial import FULL, LONG, SHORT, Size, outcome

RUNS = 20
SIZES = {"short": SHORT, "long": LONG, "full": FULL}
EXPECTED = {"short": 8, "long": 35, "full": 150}
"""Seconds that one run of one experiment takes, on two cores."""


def main() -> None:
    asked = _asked()
    names = [name for name in CATALOGUE if asked.only in name]
    size = SIZES[asked.size]
    if asked.outage:
        size = replace(size, outage=asked.outage)
    minutes = len(names) * asked.runs * EXPECTED[asked.size] / 60
    print(f"seed {asked.seed}: {len(names)} experiments, {asked.runs} runs each", flush=True)
    print(f"this takes some {minutes:.0f} minutes\n", flush=True)
    with tempfile.TemporaryDirectory() as folder, site(Path(folder)) as place:
        table = asyncio.run(_run(place, names, size, asked.seed, asked.runs))
    print(f"\nseed {asked.seed}\n\n{table.as_markdown()}")
    sys.exit(0 if table.holds else 1)


async def _run(place: Site, names: list[str], size: Size, seed: int, runs: int) -> Table:
    table = Table()
    for name in names:
        for number in range(runs):
            own = f"{name} {seed + number}"
            table.add(name, own, await outcome(place, CATALOGUE[name], size, own))
    return table


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--only", default="", help="a part of an experiment's name")
    parser.add_argument("--size", choices=SIZES, default="long")
    parser.add_argument("--outage", type=float, help="seconds, in the place of the size's own")
    return parser.parse_args()


if __name__ == "__main__":
    main()
