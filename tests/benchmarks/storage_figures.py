"""Invented caseloads of a wanted size, and the times the storage benchmarks share."""

import random
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from sync.protocol import By, Change, Cursor
from sync.records import Record, case_scope, new_id, to_doc, type_of
from sync.records.types import Case, Citizen, Contact, FollowUp, Hours

TODAY = date(2026, 3, 2)
_PARTS = ("an", "be", "da", "el", "fo", "gu", "ha", "in", "jo", "ka", "li", "mu", "nø", "op", "på", "re", "sy", "tå")
_FIRST = ("Åse", "Bo", "Cæcilie", "Dagmar", "Ejnar", "Freja", "Gorm", "Helle", "Ib", "Jytte", "Karl", "Lærke")
_LAST = ("Kjær", "Ødum", "Bæk", "Aagaard", "Lund", "Søborg", "Vind", "Holm")


def vocabulary(rng: random.Random, size: int = 6000) -> list[str]:
    """Words that begin alike, as words of one language do."""
    return ["".join(rng.choice(_PARTS) for _ in range(rng.randint(1, 4))) for _ in range(size)]


def note(rng: random.Random, words: Sequence[str], length: int = 40) -> str:
    """A text in which few words are common and most are rare."""
    return " ".join(words[int(len(words) * rng.random() ** 3)] for _ in range(length))


def put(record: Record, scope: str, seq: int, record_id: str | None = None) -> Change:
    """A change of the hub's feed."""
    by = By(staff="s", device="d", at="2026-03-01T08:00:00+01:00", op=new_id())
    name = type_of(record).name
    return Change(
        seq=seq, kind="put", id=record_id or new_id(), type=name, scope=scope, rev=1, doc=to_doc(record), by=by
    )


def caseload(rng: random.Random, people: int, contacts: int, length: int = 40) -> list[Change]:
    """People with open cases, plans and hours, and their contacts over two years, as the hub sends them."""
    words = vocabulary(rng)
    changes: list[Change] = []
    ids = [new_id() for _ in range(people)]
    for citizen_id in ids:
        scope = case_scope(citizen_id)
        name = f"{rng.choice(_FIRST)} {rng.choice(_LAST)}"
        changes.append(put(Citizen(name=name, area=rng.choice(("Nord", "Øst", "Å"))), scope, 0, citizen_id))
        changes.append(put(Case(citizen_id=citizen_id, programme="fsm2", known_from=TODAY), scope, 0))
        due = TODAY + timedelta(days=rng.randint(-10, 40))
        changes.append(put(FollowUp(what=note(rng, words, 3), due=due, citizen_id=citizen_id), scope, 0))
        start = TODAY - timedelta(days=rng.randint(1, 300))
        hours = Hours(citizen_id=citizen_id, start=start, minutes_per_week=600, measure="ordinary")
        changes.append(put(hours, scope, 0))
    for _ in range(contacts):
        citizen_id = rng.choice(ids)
        on = TODAY - timedelta(days=rng.randint(0, 730))
        text = note(rng, words, length)
        contact = Contact(occurred_on=on, kind="phone", outcome="reached", citizen_id=citizen_id, note=text)
        changes.append(put(contact, case_scope(citizen_id), 0))
    return changes


def pages(changes: Sequence[Change], size: int = 500) -> list[tuple[Sequence[Change], dict[str, Cursor]]]:
    """`changes` cut into pages with their cursors."""
    return [
        (changes[start : start + size], {"broker:b": Cursor(epoch="e", seq=start + size, chain="c")})
        for start in range(0, len(changes), size)
    ]


def milliseconds(work: Callable[[], object]) -> float:
    """How long `work` takes."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def best(work: Callable[[], object], times: int = 3) -> float:
    """The quickest of a few runs, in milliseconds."""
    return min(milliseconds(work) for _ in range(times))
