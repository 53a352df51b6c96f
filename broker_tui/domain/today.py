"""The day's work as one list: agreed follow-ups, promises, memos and consents running out, in order of urgency."""

from collections.abc import Iterable, Sequence
from datetime import date, time, timedelta

from broker_tui.domain.text import sort_key
from broker_tui.domain.views import DueState, TodayItem

HORIZON_DAYS = 14
"""How far ahead the list looks, in days."""
ORDER: tuple[DueState, ...] = ("overdue", "today", "this_week", "later", "undated")


def due_state(due: date | None, today: date) -> DueState:
    """How urgent a date is; a week ends on Sunday."""
    if due is None:
        return "undated"
    if due < today:
        return "overdue"
    if due == today:
        return "today"
    return "this_week" if due <= today + timedelta(days=6 - today.weekday()) else "later"


def in_sight(due: date | None, today: date) -> bool:
    """Whether something belongs in the list at all."""
    return due is None or due <= today + timedelta(days=HORIZON_DAYS)


def arranged(items: Iterable[TodayItem]) -> list[TodayItem]:
    """Each thing once, the most urgent first; within a day by the clock, then by name."""
    unique = {item.id: item for item in items}
    return sorted(
        unique.values(),
        key=lambda item: (
            ORDER.index(item.state),
            item.due or date.max,
            item.at or time.max,
            sort_key(item.citizen_name or item.company_name or ""),
            item.id,
        ),
    )


def counts(items: Sequence[TodayItem]) -> dict[str, int]:
    """How many there are of each state, every state named."""
    return {state: sum(item.state == state for item in items) for state in ORDER}


def by_area(items: Sequence[TodayItem]) -> list[tuple[str | None, list[TodayItem]]]:
    """The list per housing area for a day on foot, areas in Danish order, those without an area last."""
    groups: dict[str | None, list[TodayItem]] = {}
    for item in items:
        groups.setdefault(item.area, []).append(item)
    return sorted(groups.items(), key=lambda group: (group[0] is None, sort_key(group[0] or "")))
