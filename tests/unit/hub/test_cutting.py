"""A page of a feed ends between saves, and is as full as that allows."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from sync.hub import cutting
from sync.hub import tables as t
from sync.hub.state import Actor
from sync.protocol import MAX_ITEMS, Change, Cursor, PullAnswer, PullRequest
from sync.records import new_id
from tests.hub_lab import Lab, Laptop, contact, make, statuses


def pages(laptop: Laptop, limit: int) -> list[PullAnswer]:
    """All pages from the start."""
    found: list[PullAnswer] = []
    cursors: dict[str, Cursor] = {}
    while True:
        found.append(laptop.lab.service.pull(laptop.actor, PullRequest(cursors=cursors, limit=limit)))
        cursors = found[-1].next
        if not found[-1].more:
            return found


def ids(page: PullAnswer) -> list[str]:
    return [msgspec.json.decode(raw, type=Change).id for raw in page.items]


def saved(laptop: Laptop, who: str, count: int) -> list[str]:
    """`count` contacts saved together."""
    tx = new_id()
    ops = [contact(who, tx=tx) for _ in range(count)]
    for at in range(0, count, MAX_ITEMS):
        assert set(statuses(laptop.push(*ops[at : at + MAX_ITEMS]))) == {"applied"}
    return [op.id for op in ops]


def test_no_page_ends_inside_a_save(lab: Lab) -> None:
    ida = lab.laptop("Ida")
    who, create = ida.citizen()
    ida.push(create)
    groups = [set(saved(ida, who, count)) for count in (2, 3, 1, 4, 2, 2)]
    for limit in range(1, 9):
        found = pages(ida, limit)
        seen = [one for page in found for one in ids(page)]
        assert len(seen) == len(set(seen)) == 2 + 14
        for page in found:
            here = set(ids(page))
            assert all(group <= here or not group & here for group in groups)
            assert page.count <= max(limit, 4)


def test_a_save_is_whole_though_its_reader_is_another_person(lab: Lab) -> None:
    """On PostgreSQL nobody reads the operations of others: what belongs together stands in the feed itself."""
    ida, jon = lab.laptop("Ida"), lab.laptop("Jon")
    who, create = ida.citizen()
    ida.push(create)
    lab.admin.assign(who, "Jon")
    jon.pull()
    group = set(saved(ida, who, 5))
    cursors = jon.cursors
    page = lab.service.pull(jon.actor, PullRequest(cursors=cursors, limit=2))
    assert (set(ids(page)), page.more) == (group, False)


def test_a_save_longer_than_any_page_is_cut_and_comes_to_its_end(lab: Lab) -> None:
    ida = lab.laptop("Ida")
    who, create = ida.citizen()
    ida.push(create)
    group = saved(ida, who, MAX_ITEMS + 20)
    found = pages(ida, 400)
    assert max(page.count for page in found) <= MAX_ITEMS
    assert {one for page in found for one in ids(page)} >= set(group)


def test_a_difference_comes_with_the_save_that_opened_it(lab: Lab) -> None:
    ida = lab.laptop("Ida")
    other = Laptop(lab, Actor(ida.staff, new_id()))
    company = make("company", new_id(), "shared", {"name": "Nordvest Lager ApS"})
    beside = make("company", new_id(), "shared", {"name": "Odins Lager"})
    ida.push(company, beside)
    tx = new_id()
    for laptop, area in ((other, "Vest"), (ida, "Nord")):
        ops = [
            msgspec.structs.replace(op, op=new_id(), kind="patch", base=1, patch={"area": area}, before={}, tx=tx)
            for op in (company, beside)
        ]
        laptop.push(*(msgspec.structs.replace(op, chain=op.op) for op in ops))
    ida.cursors = {}
    with lab.service.store.read() as conn:
        differences = set(conn.execute(select(t.record.c.id).where(t.record.c.type == "conflict")).scalars())
    assert len(differences) == 2
    last = pages(ida, 3)[-1]
    assert differences <= set(ids(last))


@given(st.lists(st.tuples(st.integers(1, 6), st.booleans()), max_size=8), st.integers(1, 10))
def test_the_cut_is_the_last_one_between_saves(runs: list[tuple[int, bool]], room: int) -> None:
    saves = [f"save {n}" if named else None for n, (length, named) in enumerate(runs) for _ in range(length)]
    allowed = [
        k for k in range(len(saves) + 1) if not 0 < k < len(saves) or saves[k] is None or saves[k] != saves[k - 1]
    ]
    assert cutting.whole(saves, room) == max(k for k in allowed if k <= room)
    if saves:
        assert cutting.first(saves) == (next(k for k in allowed if k > 0) if saves[0] else 0)
