"""Pauses: intervals in which a clock stands still (domain section 0.4)."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from broker_tui.programmes.facts import Fact, Facts

Span = tuple[date, date | None]
"""First and last paused day, both included; no last day while it runs."""
_DAY = timedelta(days=1)


def spans(facts: Facts, kinds: Iterable[str]) -> list[Span]:
    """Pauses of these types, overlapping and adjacent ones merged (F-Q10), oldest first.

    A pause fact dated in the future is not known yet; `pause` facts name their `type`. A running pause ends when the
    same pause is told again with its last day, and an exemption on the day before it is lifted.
    """
    wanted = frozenset(kinds)
    found = [fact for fact in facts.of("pause") if fact.get("type") in wanted]
    ends = {(fact.get("type"), fact.on): fact.until for fact in found if fact.until is not None}
    lifted = facts.days("exemption_lifted")

    def last(fact: Fact) -> date | None:
        until = fact.until or ends.get((fact.get("type"), fact.on))
        if until is None and fact.get("type") == "exemption":
            until = next((day - _DAY for day in lifted if day > fact.on), None)
        return until

    return merged([(fact.on, last(fact)) for fact in found])


def merged(found: Iterable[Span]) -> list[Span]:
    """Overlapping and adjacent spans as one; empty ones (last day before the first) left out."""
    result: list[Span] = []
    for start, end in sorted(found, key=lambda span: span[0]):
        if end is not None and end < start:
            continue
        if result and (result[-1][1] is None or start <= result[-1][1] + _DAY):
            former = result[-1][1]
            result[-1] = (result[-1][0], None if former is None or end is None else max(former, end))
        else:
            result.append((start, end))
    return result


def running(found: Sequence[Span], day: date) -> Span | None:
    """The pause that covers `day`."""
    return next(((a, b) for a, b in found if a <= day and (b is None or day <= b)), None)


def last_resume(found: Sequence[Span], day: date) -> date | None:
    """The day after the latest pause that ended before `day`."""
    ended = [b + _DAY for _a, b in found if b is not None and b < day]
    return max(ended, default=None)


def extend(anchor: date, due: date, found: Sequence[Span], today: date) -> date:
    """`due` moved by the paused days from `anchor` on; a moved day may run into a later pause, hence the loop.

    A running pause counts until `today`.
    """
    if not found:
        return due
    moved = due
    while True:
        paused = 0
        for start, end in found:
            first, last = max(start, anchor), min(today if end is None else end, moved)
            paused += max(0, (last - first).days + 1)
        if due + timedelta(days=paused) == moved:
            return moved
        moved = due + timedelta(days=paused)
