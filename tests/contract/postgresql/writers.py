"""Eight laptops in a process of their own, writing as fast as they can: `python -m … FOLDER SEED`.

The address of the database is in the environment. Prints the id of every company the hub acknowledged, one a line.
"""

import os
import random
import sys
import threading
from pathlib import Path

from sqlalchemy import make_url

from sync.hub.places import VARIABLE
from sync.hub.service import HubService
from sync.records import new_id
from tests.hub_lab import Lab, Laptop, make, statuses

LAPTOPS, BATCHES = 8, 6


def write(laptop: Laptop, draw: random.Random, acknowledged: list[str]) -> None:
    """Batches of new companies; the ids of what was taken."""
    for _ in range(BATCHES):
        ops = [make("company", new_id(), "shared", {"name": "Nordvest Lager"}) for _ in range(draw.randint(1, 6))]
        assert set(statuses(laptop.push(*ops))) == {"applied"}
        acknowledged += [op.id for op in ops]


def main(folder: Path, seed: int) -> None:
    """Write, then say what was acknowledged."""
    lab = Lab.of(folder, make_url(os.environ[VARIABLE]))
    service: HubService = lab.service
    acknowledged: list[list[str]] = [[] for _ in range(LAPTOPS)]
    laptops = [lab.laptop("Ida") for _ in range(LAPTOPS)]
    threads = [
        threading.Thread(target=write, args=(laptop, random.Random(seed + n), acknowledged[n]))
        for n, laptop in enumerate(laptops)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    service.store.close()
    assert sum(map(len, acknowledged)) >= LAPTOPS * BATCHES  # a thread that failed printed why
    print("\n".join(record for part in acknowledged for record in part))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
