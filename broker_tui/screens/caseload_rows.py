"""Rows, views and preview of the caseload, drawn from rows: pure, so that guard and language only need a redraw."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from broker_tui.domain.views import CaseCard, CaseRow
from broker_tui.i18n import N_, _, ngettext
from broker_tui.i18n.format import hours, short_date, weekday
from broker_tui.screens import say
from broker_tui.screens.case_lines import goal_lines, next_lines
from broker_tui.widgets.badges import programme_cell, programme_chip, tab
from broker_tui.widgets.columns import Column, Columns
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.guard import Guard
from broker_tui.widgets.row_list import Row
from broker_tui.widgets.spans import EMPTY, Line, blank, join, line
from broker_tui.widgets.tiny_curve import tiny_curve

QUIET_DAYS = 14
"""How long without a contact counts as quiet, in days."""
SORTS = ("next", "name", "last", "programme", "hours", "day")
SORT_CODES = {"next": "next_due", "last": "last_contact", "day": "start"}
"""Columns whose sort is called differently by the use case."""


@dataclass(frozen=True, slots=True)
class View:
    """One saved view."""

    key: str
    label: str
    status: Literal["open", "closed", "none"] = "open"
    quiet: bool = False
    this_week: bool = False


VIEWS = (
    View("1", N_("All open")),
    View("2", N_("Quiet 14 d"), quiet=True),
    View("3", N_("This week"), this_week=True),
    View("4", N_("All closed"), status="closed"),
    View("5", N_("No programme"), status="none"),
)


@dataclass(frozen=True, slots=True)
class Which:
    """What the list shows."""

    view: View = VIEWS[0]
    area: str | None = None
    programme: str | None = None

    def arguments(self, today: date) -> dict[str, Any]:
        """The filter as the use case takes it."""
        quiet = today - timedelta(days=QUIET_DAYS) if self.view.quiet else None
        return {
            "status": self.view.status,
            "area": self.area,
            "programme": self.programme,
            "no_contact_since": quiet,
        }

    def words(self) -> str:
        """What is filtered beside the view."""
        return ", ".join(word for word in (self.area or "", say.badge(self.programme, None)[0]) if word)


def columns() -> Columns:
    """The columns of the list."""
    return Columns(
        (
            Column("name", _("Name"), min_width=16),
            Column("programme", _("Programme"), width=13, gap=1),
            Column("day", _("Day"), width=4, align="right", drop=3),
            Column("last", _("Last"), width=6, align="right", drop=4, gap=1),
            Column("next", _("Next"), width=12),
            Column("hours", _("Hours"), width=6, align="right", drop=5, gap=1),
            Column("curve", "", width=6, drop=1, gap=1),
            Column("unsent", "", width=1, drop=2, gap=1),
            Column("area", _("Area"), width=14, from_width=100),
        )
    )


def tabs(which: Which, count: int, *, wide: bool) -> tuple[Line, Line]:
    """The saved views, and how many people are in the one shown."""
    left = join((tab(view.key, _(view.label), active=view is which.view) for view in VIEWS), 2)
    counted = ngettext("{count} person", "{count} people", count).format(count=count) if wide else str(count)
    words = which.words()
    return left, line((f"{words}  " if words else "", "accent"), counted)


def row(found: CaseRow, today: date, guard: Guard) -> Row:
    """One person."""
    overdue = found.next_due is not None and found.next_due < today
    nothing = line((glyph("none"), "faint"))
    number = found.minutes_per_week
    cells = {
        "name": line((guard.name(found.name), "name")),
        "programme": programme_cell(*say.badge(found.programme, found.step), 7),
        "day": line(str((today - found.start).days)) if found.start and found.start <= today else nothing,
        "last": last_words(found.last_contact, today),
        "next": due_words(found.next_due, today),
        "hours": line(hours(number)) if number is not None else nothing,
        "curve": tiny_curve(minutes / 60 for minutes in found.recent_minutes) if any(found.recent_minutes) else EMPTY,
        "unsent": line((glyph("unsent"), "accent")) if found.unsent else EMPTY,
        "area": line((found.area or "", "muted")),
    }
    return Row(found.citizen_id, cells, sign=glyph("overdue") if overdue else "", sign_role="err")


def last_words(day: date | None, today: date) -> Line:
    """`10 d`."""
    if day is None:
        return line((glyph("none"), "faint"))
    return line(_("{count} d").format(count=(today - day).days))


def due_words(day: date | None, today: date) -> Line:
    """`3 days over`, today, `wed 18 Nov`."""
    if day is None:
        return line((glyph("none"), "faint"))
    days = (day - today).days
    if days < 0:
        return line((ngettext("{count} day over", "{count} days over", -days).format(count=-days), "err"))
    if days == 0:
        return line((_("today"), "name"))
    return line(f"{weekday(day)} {short_date(day)}")


def preview(card: CaseCard, today: date, guard: Guard, cells: int) -> tuple[Line, ...]:
    """The sheet beside the list."""
    case = card.current_case
    head = line((guard.name(card.citizen.record.name), "strong"))
    if case:
        head += blank(2) + programme_chip(*say.badge(case.record.programme, case.record.step))
    place = next((entry.record for entry in card.placements if entry.record.status == "active"), None)
    where = line((say.placement(place, card.companies), "muted")) if place else EMPTY
    return (
        head,
        where,
        EMPTY,
        line((_("Next"), "strong")),
        *next_lines(card, today, guard, cells, 5),
        EMPTY,
        line((_("Job goal"), "strong")),
        *goal_lines(card, guard, cells, 4),
        EMPTY,
        line((_("Last contact"), "muted"), "  ", last_words(card.last_contact, today)),
    )
