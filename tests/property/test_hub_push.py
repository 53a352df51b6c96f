"""Pushing is repeatable and does not care how operations are cut into batches."""

import random
import tempfile
from pathlib import Path
from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from sync.hub import tables as t
from sync.hub.judging import Judge
from sync.protocol import Op
from sync.records import new_id
from tests.hub_lab import Lab, Laptop, contact, edit, make

FIELDS = ("area", "phone", "note", "email")
SLOW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _story(draw: random.Random, staff: tuple[str, str]) -> tuple[list[tuple[int, Op]], str]:
    """Who pushes which operation, in order: two brokers share a case and edit the same fields."""
    who, other = new_id(), new_id()
    scope = f"case:{who}"
    role = {"citizen_id": who, "staff_id": staff[1], "role": "broker", "start": "2026-11-01"}
    story: list[tuple[int, Op]] = [
        (0, make("citizen", who, scope, {"name": "Person"})),
        (0, make("role_assignment", new_id(), scope, role)),
        (0, make("citizen", other, f"case:{other}", {"name": "Den anden"})),
    ]
    for _ in range(draw.randint(3, 14)):
        by = draw.randint(0, 1)
        kind = draw.choice(
            ["patch"] * 3 + ["contact", "delete", "restore", "company", "foreign", "move", "leave", "come"]
        )
        base = draw.randint(1, 3)
        if kind == "contact":
            story.append((by, contact(who)))
        elif kind == "move":
            note = contact(who)
            where = {"does": "move", "after": note.op}
            story += [(0, note), (0, edit("contact", note.id, f"case:{other}", 1, {"citizen_id": other}, **where))]
        elif kind in ("leave", "come"):
            end = {"end": "2026-11-01" if kind == "leave" else None}
            story.append((0, edit("role_assignment", story[1][1].id, scope, draw.randint(1, 4), end)))
        elif kind == "company":
            story.append((by, make("company", new_id(), "shared", {"name": "Bageriet"})))
        elif kind == "foreign":
            story.append((1, edit("citizen", other, f"case:{other}", base, {"note": "x"})))
        elif kind == "patch":
            patch = {draw.choice(FIELDS): str(draw.randint(1, 3))}
            story.append((by, edit("citizen", who, scope, base, patch)))
        else:
            story.append((by, edit("citizen", who, scope, base, does=kind)))
    return story, who


def _state(lab: Lab) -> dict[str, list[Any]]:
    """Everything but times and random hashes."""
    columns = {
        t.record: ("id", "type", "scope", "rev", "deleted", "doc", "field_revs"),
        t.op: ("op", "record_id", "status", "rev", "seq", "staff", "conflicts"),
        t.entry: ("feed", "record_id", "seq", "kind", "type", "scope", "solo", "solo_after"),
        t.feed: ("feed", "seq"),
        t.conflict: ("conflict_id", "record_id", "chain", "fields"),
        t.grant: ("source", "scope", "staff_id", "until", "active"),
    }
    with lab.service.store.read() as conn:
        return {
            table.name: sorted(tuple(row) for row in conn.execute(select(*(table.c[name] for name in names))))
            for table, names in columns.items()
        }


def _tell(
    lab: Lab, laptops: tuple[Laptop, Laptop], story: list[tuple[int, Op]], cuts: set[int], twice: bool
) -> list[Any]:
    batch: list[Op] = []
    answers: list[Any] = []
    for i, (by, op) in enumerate(story):
        batch.append(op)
        if i + 1 == len(story) or i in cuts or story[i + 1][0] != by:
            answers += laptops[by].push(*batch)
            if twice:
                laptops[by].push(*batch)
            batch = []
    return answers


@SLOW
@example(seed=4293, cuts={0, 1, 9}, twice=False)  # one that changed nothing was taken for who made the revision
@given(seed=st.integers(0, 2**32), cuts=st.sets(st.integers(0, 20)), twice=st.booleans())
def test_batches_may_be_cut_anywhere_and_sent_again(seed: int, cuts: set[int], twice: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        import shutil

        lab = Lab.at(Path(folder) / "a")
        ida, jon = lab.laptop("Ida"), lab.laptop("Jon")
        lab.service.store.close()
        shutil.copytree(Path(folder) / "a", Path(folder) / "b")
        story, _ = _story(random.Random(seed), (ida.staff, jon.staff))
        states = []
        for name, how in (("a", (set[int](), False)), ("b", (cuts, twice))):
            copy = Lab.of(Path(folder) / name)
            laptops = (Laptop(copy, ida.actor), Laptop(copy, jon.actor))
            _tell(copy, laptops, story, *how)
            states.append(_state(copy))
            copy.service.store.close()
        assert states[0] == states[1]


def _odd(draw: random.Random, who: str) -> list[Op]:
    """Creates as no good program sends them, between plain ones."""
    scope = f"case:{who}"
    plain = contact(who)
    docs: list[dict[str, Any]] = [
        {"name": None},
        {"name": 1.5},
        {"name": "A\u030ase"},
        {"name": "Person", "tags": ["e\u0301"]},
        {"name": "Person", "deep": {"x": None}},
        {"name": "Person", "note": "x" * 10_001},
        {"name": 7},
        {},
    ]
    ops = [make("citizen", who, scope, doc) for doc in docs]
    ops += [
        contact(who),
        plain,
        make(plain.type, plain.id, scope, plain.patch),
        make(plain.type, plain.id, scope, {**plain.patch, "note": "andet"}),
        make("citizen", plain.id, scope, {"name": "Person"}),
        make("contact", new_id(), scope, {**plain.patch, "placement_id": new_id()}),
        make("contact", new_id(), scope, {**plain.patch, "placement_id": ["x"]}),
        make("contact", new_id(), f"case:{new_id()}", plain.patch),
        make("contact", new_id(), "shared", plain.patch),
        make("memo", new_id(), f"broker:{who}", {"text": "x"}),
        make("company", new_id(), "shared", {"name": "Bageriet"}, before={"name": "før"}),
        make("company", new_id(), "shared", {"name": "Bageriet"}, after=plain.op, tx=new_id()),
        make("company", new_id(), "shared", {"name": "Bageriet"}, base=3, at="i går"),
        edit("contact", plain.id, scope, 1, {"citizen_id": who}, does="move", after=plain.op),
    ]
    return draw.sample(ops, draw.randint(1, len(ops)))


@SLOW
@given(seed=st.integers(0, 2**32), cuts=st.sets(st.integers(0, 30), max_size=4))
def test_the_short_way_of_new_records_ends_where_the_long_one_does(seed: int, cuts: set[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        import shutil

        lab = Lab.at(Path(folder) / "a")
        ida, jon = lab.laptop("Ida"), lab.laptop("Jon")
        lab.service.store.close()
        shutil.copytree(Path(folder) / "a", Path(folder) / "b")
        draw = random.Random(seed)
        story, who = _story(draw, (ida.staff, jon.staff))
        for op in _odd(draw, who):
            story.insert(draw.randint(0, len(story)), (draw.randint(0, 1), op))
        ends = []
        for name, short in (("a", True), ("b", False)):
            copy = Lab.of(Path(folder) / name)
            laptops = (Laptop(copy, ida.actor), Laptop(copy, jon.actor))
            way = Judge.straight if short else lambda *_: None
            with patch.object(Judge, "straight", way):
                answers = _tell(copy, laptops, story, cuts, twice=False)
            pulled = [[(c.id, c.seq, c.doc, c.by, c.ops) for c in laptop.pull()] for laptop in laptops]
            ends.append((answers, pulled, _state(copy)))
            copy.service.store.close()
        assert ends[0] == ends[1]


@SLOW
@given(seed=st.integers(0, 2**32), limit=st.integers(1, 9))
def test_laptops_that_pull_at_any_time_end_alike(seed: int, limit: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        lab = Lab.at(Path(folder) / "hub")
        ida, jon = lab.laptop("Ida"), lab.laptop("Jon")
        reader, late = Laptop(lab, lab.laptop("Jon").actor), lab.laptop("Jon")
        draw = random.Random(seed)
        story, _ = _story(draw, (ida.staff, jon.staff))
        seen: dict[str, Any] = {}
        for by, op in story:
            (ida, jon)[by].push(op)
            if draw.random() < 0.5:
                seen.update((c.id, (c.rev, c.doc, c.deleted, c.kind)) for c in reader.pull(limit))
        seen.update((c.id, (c.rev, c.doc, c.deleted, c.kind)) for c in reader.pull(limit))
        whole = {c.id: (c.rev, c.doc, c.deleted, c.kind) for c in late.pull()}
        lab.service.store.close()
        assert seen == whole
