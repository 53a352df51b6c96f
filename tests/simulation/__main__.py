"""Live through N worlds and say what held and what did not; exits with 1 if anything did not.

A seed that broke something breaks it again: `--seeds 1 --first-seed THE_SEED`.
"""

import argparse
import os
import sys
import time
from contextlib import ExitStack

from tests.postgres_lab import server
from tests.simulation.planted import BUGS
from tests.simulation.running import Total, many, templates


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=300, help="how many worlds")
    parser.add_argument("--first-seed", type=int, default=1, help="the seed of the first one")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="worlds side by side")
    parser.add_argument("--planted", choices=sorted(BUGS), default="", help="with this bug put into the program")
    parser.add_argument("--first", action="store_true", help="stop at the first violation")
    parser.add_argument("--postgresql", action="store_true", help="the hubs on a real PostgreSQL")
    asked = parser.parse_args()
    total = Total()
    started = time.monotonic()
    with ExitStack() as stack:
        postgres = stack.enter_context(server()) if asked.postgresql else None
        folder = stack.enter_context(templates(postgres))
        address = postgres.address if postgres else None
        seeds = range(asked.first_seed, asked.first_seed + asked.seeds)
        for result in many(seeds, folder, asked.jobs, asked.planted, address):
            total.add(result)
            if result.broken:
                print(f"seed {result.seed}, step {result.steps}: {result.broken}", flush=True)
                if asked.first:
                    break
            if total.seeds % 500 == 0:
                print(
                    f"{total.seeds} of {asked.seeds}, {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True
                )
    print(f"seeds: {total.seeds} from {asked.first_seed}; {total.steps} steps, {total.saves} saves")
    print("faults: " + ", ".join(f"{name} {count}" for name, count in sorted(total.faults.items())))
    print("checked: " + ", ".join(f"{name} {total.looked[name]}" for name in sorted(total.looked, key=_number)))
    print(f"violations: {len(total.broken)}; {time.monotonic() - started:.1f} s")
    return 1 if total.broken else 0


def _number(name: str) -> int:
    return int(name.removeprefix("I"))


if __name__ == "__main__":
    sys.exit(main())
