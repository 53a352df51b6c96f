"""Rows, views and preview of the caseload, drawn from rows: pure, so that guard and language only need a redraw."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from broker_tui.domain.views import CaseCard, CaseRow
from broker_tui.i18n import N_, _, ngettext, programme_words
from broker_tui.i18n.format import hours, short_date, weekday
from broker_tui.screens import say
from broker_tui.screens.case_lines import goal_lines, next_lines
from broker_tui.services.stages import Stage
from broker_tui.widgets.badges import programme_cell, programme_chip, tab
from broker_tui.widgets.columns import Column, Columns
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.guard import Guard
from broker_tui.widgets.row_list import Row
from broker_tui.widgets.spans import EMPTY, Line, Role, blank, join, line, width
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
    raised: Literal["", "long", "passive", "near_exit", "left"] = ""
    """What the programme says of those in the view."""


VIEWS = (
    View("1", N_("All open")),
    View("2", N_("Quiet 14 d"), quiet=True),
    View("3", N_("This week"), this_week=True),
    View("4", N_("All closed"), status="closed"),
    View("5", N_("No programme"), status="none"),
    View("6", N_("Step too long"), raised="long"),
    View("7", N_("Passive"), raised="passive"),
    View("8", N_("Near exit"), raised="near_exit"),
    View("9", N_("Follow-ups left"), raised="left"),
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
            Column("day", _("Day"), width=7, align="right", drop=4, gap=1),
            Column("last", _("Last"), width=5, align="right", drop=5, gap=1),
            Column("next", _("Next"), width=13),
            Column("exit", _("Exit"), width=4, align="right", drop=2, gap=1),
            Column("hours", _("Hours"), width=5, align="right", drop=6, gap=1),
            Column("curve", "", width=6, drop=1, gap=1),
            Column("unsent", "", width=1, drop=3, gap=1),
            Column("area", _("Area"), width=14, from_width=100),
        )
    )


def tabs(which: Which, count: int, cells: int, *, wide: bool) -> tuple[Line, Line]:
    """The saved views, and how many people are in the one shown; the last ones lose their words where room is short."""
    counted = ngettext("{count} person", "{count} people", count).format(count=count) if wide else str(count)
    words = which.words()
    right = line((f"{words}  " if words else "", "accent"), counted)
    named = len(VIEWS)
    while True:
        left = join((_tab(view, which, number < named) for number, view in enumerate(VIEWS)), 2)
        if not named or width(left) + width(right) + 3 <= cells:
            return left, right
        named -= 1


def _tab(view: View, which: Which, named: bool) -> Line:
    active = view is which.view
    return tab(view.key, _(view.label) if named or active else "", active=active)


def row(found: CaseRow, stage: Stage | None, today: date, guard: Guard) -> Row:
    """One person; `stage` is what the programme says, once it was read."""
    overdue = (found.next_due is not None and found.next_due < today) or (stage is not None and stage.overdue)
    nothing = line((glyph("none"), "faint"))
    number = found.minutes_per_week
    cells = {
        "name": line((guard.name(found.name), "name")),
        "programme": programme_cell(*say.badge(found.programme, found.step), 7),
        "day": day_words(found, stage, today),
        "last": last_words(found.last_contact, today),
        "next": due_words(found.next_due, today),
        "exit": exit_words(stage),
        "hours": line(hours(number)) if number is not None else nothing,
        "curve": tiny_curve(minutes / 60 for minutes in found.recent_minutes) if any(found.recent_minutes) else EMPTY,
        "unsent": line((glyph("unsent"), "accent")) if found.unsent else EMPTY,
        "area": line((found.area or "", "muted")),
    }
    sign, role = sign_of(stage, overdue)
    return Row(found.citizen_id, cells, sign=sign, sign_role=role)


def sign_of(stage: Stage | None, overdue: bool) -> tuple[str, Role]:
    """The most urgent about a person: overdue, another step than the one confirmed, a step that lasts too long."""
    if overdue:
        return glyph("overdue"), "err"
    if stage is not None and stage.differs:
        return glyph("conflict"), "warn"
    if stage is not None and stage.long:
        return glyph("soon"), "warn"
    return "", "text"


def day_words(found: CaseRow, stage: Stage | None, today: date) -> Line:
    """`44/91`: the day of the step and how long it may last; without a programme the day of the course."""
    if stage is not None and stage.day is not None:
        most = f"/{stage.most}" if stage.most is not None else ""
        return line((str(stage.day), "warn" if stage.long else "text"), (most, "muted"))
    if found.start and found.start <= today:
        return line(str((today - found.start).days))
    return line((glyph("none"), "faint"))


def exit_words(stage: Stage | None) -> Line:
    """`2/3`: exit criteria met."""
    if stage is None or not stage.exits_all:
        return line((glyph("none"), "faint"))
    return line((f"{stage.exits_met}/{stage.exits_all}", "ok" if stage.exits_met == stage.exits_all else "text"))


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


def preview(card: CaseCard, stage: Stage | None, today: date, guard: Guard, cells: int) -> tuple[Line, ...]:
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
        *(stage_lines(card, stage) if stage is not None else ()),
        EMPTY,
        line((_("Next"), "strong")),
        *next_lines(card, today, guard, cells, 5),
        EMPTY,
        line((_("Job goal"), "strong")),
        *goal_lines(card, guard, cells, 4),
        EMPTY,
        line((_("Last contact"), "muted"), "  ", last_words(card.last_contact, today)),
    )


def stage_lines(card: CaseCard, stage: Stage) -> list[Line]:
    """Where the person stands in the programme."""
    case = card.current_case
    if case is None:
        return []
    name = case.record.programme
    found = [EMPTY, line((programme_words.step(name, stage.step), "name"))]
    if stage.differs:
        found.append(line((f"{glyph('conflict')} ", "warn"), _("another step was confirmed: f on the card")))
    if stage.day is not None:
        told = _("day {count}").format(count=stage.day)
        if stage.most is not None:
            told = _("day {count} of {most}").format(count=stage.day, most=stage.most)
        found.append(line((told, "warn" if stage.long else "muted")))
    if stage.exits_all:
        met = programme_words.progress(stage.exits_met, stage.exits_all)
        found.append(line((_("to leave the step: {met}").format(met=met), "muted")))
    return found
