"""How fast the hub takes in and hands out contacts, in process: `python -m tests.benchmarks.bench_hub [N]`.

Push is everything the server does for a signed, gzipped batch: inflate, decode, judge, write, commit, encode, gzip.
"""

import gzip
import random
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from sync.hub.admin import Administration, create, opened
from sync.hub.service import HubService
from sync.hub.state import Actor
from sync.protocol import Cursor, Op, PullAnswer, PullRequest, PushRequest
from sync.records import new_id

WORDS = ("samtale", "aftale", "virksomhed", "lager", "praktik", "timer", "uge", "ringer", "kørekort", "lyst", "køkken")
BATCH = 500
CITIZENS = 40


def contacts(n: int, seed: int = 1) -> list[Op]:
    """Citizens first, then contacts of about 600 bytes each."""
    draw = random.Random(seed)
    citizens = [new_id() for _ in range(CITIZENS)]
    ops = [_create(c, "citizen", c, {"name": f"Person {i}"}) for i, c in enumerate(citizens)]
    while len(ops) < n:
        citizen = draw.choice(citizens)
        doc = {
            "citizen_id": citizen,
            "direction": "in",
            "kind": "phone",
            "note": " ".join(draw.choice(WORDS) for _ in range(60)),
            "occurred_at": f"2026-{draw.randint(1, 9):02d}-11T10:30:00+02:00",
            "occurred_on": "2026-09-11",
            "outcome": "reached",
            "topics": ["plan", "hours"],
            "two_way": True,
        }
        ops.append(_create(new_id(), "contact", citizen, doc))
    return ops


def _create(record: str, kind: str, citizen: str, doc: dict[str, object]) -> Op:
    op = new_id()
    return Op(
        op=op,
        id=record,
        type=kind,
        scope=f"case:{citizen}",
        kind="create",
        patch=doc,
        chain=op,
        at="2026-09-11T10:31:00+02:00",
    )


def bodies(ops: list[Op]) -> list[bytes]:
    """The batches as they come over the wire, without the signature."""
    encode = msgspec.json.encode
    parts = [ops[i : i + BATCH] for i in range(0, len(ops), BATCH)]
    return [
        gzip.compress(encode(PushRequest(batch=new_id(), items=[msgspec.Raw(encode(op)) for op in part])), 6)
        for part in parts
    ]


def push_all(service: HubService, actor: Actor, batches: list[bytes]) -> float:
    """Seconds for all batches."""
    start = time.perf_counter()
    for body in batches:
        answer = service.push(actor, msgspec.json.decode(gzip.decompress(body), type=PushRequest))
        gzip.compress(msgspec.json.encode(answer), 1)
        assert b'"applied"' in bytes(answer.items[-1]), bytes(answer.items[-1])
    return time.perf_counter() - start


def pull_all(service: HubService, actor: Actor) -> tuple[float, int]:
    """Seconds and records for a first pull."""
    start = time.perf_counter()
    cursors: dict[str, Cursor] = {}
    count = 0
    while True:
        page: PullAnswer = service.pull(actor, PullRequest(cursors=cursors))
        gzip.compress(msgspec.json.encode(page), 1)
        cursors, count = page.next, count + page.count
        if not page.more:
            return time.perf_counter() - start, count


def main(n: int) -> None:
    """Print rates."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "hub"
        create(home, "Bench")
        service = opened(home)
        staff = Administration(service).add_member("Broker")
        batches = bodies(contacts(n))
        pushed = push_all(service, Actor(staff.staff_id, new_id()), batches)
        pulled, count = pull_all(service, Actor(staff.staff_id, new_id()))
        service.store.close()
    size = sum(len(body) for body in batches)
    print(f"push {n / pushed:,.0f} ops/s ({size / n:.0f} B per op) · pull {count / pulled:,.0f} records/s ({count})")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
