"""How Today is grouped: by day, area, person or rule; pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from broker_tui.domain.text import sort_key
from broker_tui.domain.today import by_area
from broker_tui.domain.views import TodayItem
from broker_tui.i18n import _, pgettext, words
from broker_tui.widgets.guard import Guard
from broker_tui.widgets.spans import Role

Grouping = Literal["day", "area", "person", "rule"]
GROUPINGS: tuple[Grouping, ...] = ("day", "area", "person", "rule")


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one heading."""

    title: str
    items: tuple[TodayItem, ...]
    role: Role = "strong"


def name_of(grouping: Grouping) -> str:
    """What stands in the title while it is grouped so; nothing for days."""
    return {"day": "", "area": _("by area"), "person": _("by person"), "rule": _("by rule")}[grouping]


def groups(items: Sequence[TodayItem], grouping: Grouping, today: date, guard: Guard) -> Iterator[Group]:
    """The list in groups; within a group the most urgent first, as it comes."""
    if grouping == "area":
        for area, found in by_area(items):
            yield Group(area or _("Without area"), tuple(found))
    elif grouping == "person":
        yield from _by_person(items, guard)
    elif grouping == "rule":
        yield from _by_rule(items)
    else:
        yield from _by_day(items, today)


def _by_day(items: Sequence[TodayItem], today: date) -> Iterator[Group]:
    names = (
        ("overdue", pgettext("group", "Overdue")),
        ("today", _("Today")),
        ("this_week", _("This week")),
        ("next_week", _("Next week")),
        ("later", _("Later")),
        ("undated", _("Without a date")),
    )
    for state, name in names:
        group = tuple(item for item in items if _span(item, today) == state)
        if group:
            yield Group(name, group, "err-strong" if state == "overdue" else "strong")


def _span(item: TodayItem, today: date) -> str:
    if item.state == "later" and item.due is not None:
        return "next_week" if (item.due - today).days < 14 - today.weekday() else "later"
    return item.state


def _by_person(items: Sequence[TodayItem], guard: Guard) -> Iterator[Group]:
    """People in the order of what is most urgent for each; companies and oneself after them."""
    people: dict[str, list[TodayItem]] = {}
    rest: list[TodayItem] = []
    for item in items:
        if item.citizen_id is None:
            rest.append(item)
        else:
            people.setdefault(item.citizen_id, []).append(item)
    for found in people.values():
        yield Group(guard.name(found[0].citizen_name or ""), tuple(found))
    if rest:
        yield Group(_("Companies and myself"), tuple(rest))


def _by_rule(items: Sequence[TodayItem]) -> Iterator[Group]:
    """Rules by their words in Danish order, then what was agreed."""
    rules: dict[str, list[TodayItem]] = {}
    agreed: list[TodayItem] = []
    for item in items:
        if item.kind == "rule" and item.rule:
            rules.setdefault(item.rule, []).append(item)
        else:
            agreed.append(item)
    for _key, _rule, found in sorted((sort_key(words.what(each[0])), rule, each) for rule, each in rules.items()):
        yield Group(words.what(found[0]), tuple(found))
    if agreed:
        yield Group(_("Agreed, promised and noted"), tuple(agreed))
