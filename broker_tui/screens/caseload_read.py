"""What the caseload shows, read in a worker thread: a page at once, then all rows with what the programmes say.

The first page comes from the vault as it is; once the programmes were evaluated the rows are held in memory, so that
the order, the views and the numbers of the programmes are those of the whole caseload and not of one page. A caseload
of thousands stays paged, in the order of the vault, with the programmes' numbers on the rows in sight.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from broker_tui.domain.views import CaseRow
from broker_tui.screens.caseload_rows import SORT_CODES, Which
from broker_tui.services.stages import Stage, stage_of

if TYPE_CHECKING:
    from broker_tui.services import Services

PAGE = 100
MOST_HELD = 1000
"""Rows held in memory; a broker has thirty."""
_ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list is to show, and in which order."""

    which: Which
    sort: str
    descending: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: all rows, or (`whole` false) the first page of `count`; `evaluated`: the programmes were read."""

    asked: Asked
    count: int
    rows: tuple[CaseRow, ...]
    stages: dict[str, Stage] = field(default_factory=dict)
    troubles: tuple[str, ...] = ()
    whole: bool = False
    evaluated: bool = False


def read_page(services: "Services", asked: Asked, today: date) -> Found:
    """The first page, as the vault has it."""
    count = services.people.count(**asked.which.arguments(today))
    return Found(asked, count, tuple(rows_at(services, asked, today, 0, PAGE)))


def rows_at(services: "Services", asked: Asked, today: date, offset: int, limit: int) -> Sequence[CaseRow]:
    """Some rows, as the vault has them."""
    return services.people.rows(
        sort=SORT_CODES.get(asked.sort, asked.sort),
        descending=asked.descending,
        offset=offset,
        limit=limit,
        today=today,
        **asked.which.arguments(today),
    )


def read_whole(services: "Services", asked: Asked, today: date) -> Found:
    """Every row with what its programme says, in the order and the view of both."""
    view = asked.which.view
    stages = read_stages(services, today) if view.status == "open" else {}
    troubles = services.programmes.troubles()
    if not (view.raised or view.this_week) and services.people.count(**asked.which.arguments(today)) > MOST_HELD:
        return replace(read_page(services, asked, today), stages=stages, troubles=troubles, evaluated=True)
    rows = joined(rows_at(services, asked, today, 0, _ALL), stages)
    if view.raised:
        rows = [row for row in rows if (stage := stages.get(row.case_id or "")) and getattr(stage, view.raised)]
    if view.this_week:
        sunday = today + timedelta(days=6 - today.weekday())
        rows = [row for row in rows if row.next_due is not None and row.next_due <= sunday]
        rows.sort(key=lambda row: row.next_due or date.max)
    elif asked.sort == "next":
        rows = _in_order(rows, {row.citizen_id: _ordinal(row.next_due) for row in rows}, asked.descending)
    elif asked.sort == "day":
        days = {row.citizen_id: _back(stages.get(row.case_id or ""), row, today) for row in rows}
        rows = _in_order(rows, days, asked.descending)
    return Found(asked, len(rows), tuple(rows), stages, troubles, whole=True, evaluated=True)


def read_stages(services: "Services", today: date) -> dict[str, Stage]:
    """What the programmes say, by case."""
    programmes = services.programmes
    return {
        standing.case_id: stage_of(standing, programmes.program(standing.programme), today)
        for standing in programmes.standings(today)
    }


def joined(rows: Sequence[CaseRow], stages: dict[str, Stage]) -> list[CaseRow]:
    """Rows with the step proposed, and the sooner of what was agreed and what the programme asks."""
    found: list[CaseRow] = []
    for row in rows:
        stage = stages.get(row.case_id or "")
        if stage is None:
            found.append(row)
        else:
            due = min((day for day in (row.next_due, stage.next_due) if day is not None), default=None)
            found.append(replace(row, step=stage.step, next_due=due))
    return found


def _ordinal(day: date | None) -> int | None:
    return day.toordinal() if day is not None else None


def _back(stage: Stage | None, row: CaseRow, today: date) -> int | None:
    """How long the step lasts, the longest first."""
    if stage is not None and stage.day is not None:
        return -stage.day
    return -(today - row.start).days if row.start is not None else None


def _in_order(rows: Sequence[CaseRow], keys: dict[str, int | None], descending: bool) -> list[CaseRow]:
    """By a number that some do not have: they come last either way."""
    known = [row for row in rows if keys[row.citizen_id] is not None]
    known.sort(key=lambda row: keys[row.citizen_id] or 0, reverse=descending)
    return [*known, *(row for row in rows if keys[row.citizen_id] is None)]
