"""Rows, title and reasons of Today, drawn from items: pure, so that guard and language only need a redraw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from broker_tui.domain.views import Draft, TodayItem
from broker_tui.i18n import _, language, ngettext, pgettext, words
from broker_tui.i18n.format import clock, dated, day_of_week, full_date, short_date
from broker_tui.screens.phrases import form_name
from broker_tui.widgets.badges import programme_cell, programme_chip
from broker_tui.widgets.columns import Column, Columns
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.guard import Guard
from broker_tui.widgets.row_source import Heading, Item, Row
from broker_tui.widgets.spans import EMPTY, Line, blank, ends, fit, join, line

_SOON_DAYS = 7


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A form that was left in the middle, and whom it is about."""

    draft: Draft
    who: str


@dataclass(frozen=True, slots=True)
class Day:
    """What Today shows."""

    items: tuple[TodayItem, ...]
    areas: tuple[tuple[str | None, tuple[TodayItem, ...]], ...]
    drafts: tuple[DraftRow, ...]
    anybody: bool


def columns() -> Columns:
    """The columns of the list."""
    return Columns(
        (
            Column("when", width=6),
            Column("who", width=17),
            Column("what", min_width=20),
            Column("programme", width=12 if language() == "da" else 13, drop=1),
            Column("area", width=13, from_width=84),
        )
    )


def title(items: Sequence[TodayItem], today: date, by_area: bool) -> tuple[Line, Line]:
    """The day at the left, the counts at the right."""
    week = _("week {number}").format(number=today.isocalendar().week)
    beside = line((_("by area"), "text")) if by_area else line((week, "muted"))
    left = line((full_date(today), "strong"), blank(2), beside)
    count = {state: sum(item.state == state for item in items) for state in ("overdue", "today", "this_week")}
    right = []
    if count["overdue"]:
        overdue = ngettext("{count} overdue", "{count} overdue", count["overdue"]).format(count=count["overdue"])
        right.append(line((f"{glyph('overdue')} {overdue}", "err")))
    right.append(line(_("{count} today").format(count=count["today"])))
    right.append(line((_("{count} this week").format(count=count["this_week"]), "muted")))
    return left, join(right, 3)


def rows(day: Day, today: date, guard: Guard, by_area: bool) -> list[Item]:
    """Headings and rows of the whole list."""
    found: list[Item] = []
    if day.drafts:
        found.append(Heading(_("Begun"), str(len(day.drafts))))
        found += [_draft_row(entry, guard) for entry in day.drafts]
    if by_area:
        for area, items in day.areas:
            found.append(Heading(area or _("Without area"), str(len(items))))
            found += [_row(item, today, guard) for item in items]
        return found
    for state, name in _groups():
        group = [item for item in day.items if _group(item, today) == state]
        if group:
            found.append(Heading(name, str(len(group)), "err-strong" if state == "overdue" else "strong"))
            found += [_row(item, today, guard) for item in group]
    return found


def _groups() -> tuple[tuple[str, str], ...]:
    return (
        ("overdue", pgettext("group", "Overdue")),
        ("today", _("Today")),
        ("this_week", _("This week")),
        ("next_week", _("Next week")),
        ("later", _("Later")),
        ("undated", _("Without a date")),
    )


def _group(item: TodayItem, today: date) -> str:
    if item.state == "later" and item.due is not None:
        return "next_week" if (item.due - today).days < 14 - today.weekday() else "later"
    return item.state


def _row(item: TodayItem, today: date, guard: Guard) -> Row:
    overdue = item.state == "overdue"
    soon = item.kind == "consent" and item.due is not None and (item.due - today).days < _SOON_DAYS
    sign = glyph("overdue") if overdue else glyph("soon") if soon else ""
    code, step = words.badge(item.programme), words.step(item.programme, item.step)
    cells = {
        "when": _when(item, today),
        "who": line((who(item, guard), "name")),
        "what": what(item, guard),
        "programme": programme_cell(code, step, 6 if language() == "da" else 7) if code else EMPTY,
        "area": line((item.area or "", "muted")),
    }
    return Row(item.id, cells, sign=sign, sign_role="err" if overdue else "warn")


def _draft_row(entry: DraftRow, guard: Guard) -> Row:
    cells = {
        "when": line((clock(entry.draft.saved_at), "muted")),
        "who": line((guard.name(entry.who), "name")),
        "what": line(form_name(entry.draft.form)),
        "programme": line((_("draft"), "muted")),
    }
    return Row(f"draft:{entry.draft.key}", cells, sign=glyph("planned"))


def _when(item: TodayItem, today: date) -> Line:
    if item.due is None:
        return line((glyph("none"), "faint"))
    if item.state == "overdue":
        days = (today - item.due).days
        text = ngettext("{count} day", "{count} days", days).format(count=days)
        return line((text if len(text) <= 6 else _("{count} d").format(count=days), "err"))
    if item.state == "today":
        return line((clock(item.at), "name")) if item.at else line((_("today"), "muted"))
    return line((day_of_week(item.due), "muted"))


def who(item: TodayItem, guard: Guard) -> str:
    """The person, otherwise the company, otherwise nobody but oneself."""
    if item.citizen_name is not None:
        return guard.name(item.citizen_name)
    return item.company_name or _("myself")


def what(item: TodayItem, guard: Guard) -> Line:
    """What is to be done: own words, or the name of the consent."""
    if item.kind == "consent":
        return line(words.what(item))
    own = guard.note(item.what)
    return line(_("Promised: ")) + own if item.kind == "promise" else own


def due_words(item: TodayItem, today: date) -> Line:
    """The date with its state."""
    if item.due is None:
        return line((_("no date"), "muted"))
    days = (item.due - today).days
    if days < 0:
        away = ngettext("{count} day over", "{count} days over", -days).format(count=-days)
        return line((f"{glyph('overdue')} {short_date(item.due)}, {away}", "err"))
    if days == 0:
        return line(_("today"))
    away = ngettext("in {count} day", "in {count} days", days).format(count=days)
    return line(f"{short_date(item.due)}, {away}")


def short_why(item: TodayItem, today: date, guard: Guard, cells: int) -> tuple[Line, ...]:
    """The three lines under the list."""
    source = " ".join(part for part in (words.badge(item.programme), words.step(item.programme, item.step)) if part)
    first = line((_("Why now"), "strong"), blank(2), (who(item, guard), "text"), blank(2), (source, "muted"))
    third = join(
        (
            line((_("due "), "muted")) + due_words(item, today),
            line((_("closed by "), "muted"), words.closes_with(item)),
        ),
        3,
    )
    return ends(first, line((item.area or "", "muted")), cells), line(words.why(item)), third


def sheet_head(item: TodayItem, today: date, guard: Guard, cells: int) -> tuple[Line, ...]:
    """The first half of the sheet beside the list."""
    code, step = words.badge(item.programme), words.step(item.programme, item.step)
    label = 13
    facts = [(_("Due"), due_words(item, today)), (_("Closed by"), line(words.closes_with(item)))]
    if item.at is not None:
        facts.insert(0, (_("At"), line((clock(item.at), "name"))))
    if item.made_on is not None:
        facts.append((_("Counted from"), line(dated(item.made_on))))
    if item.area:
        facts.append((_("Area"), line(item.area)))
    place = (line((item.company_name, "muted")),) if item.company_name and item.citizen_name else ()
    return (
        ends(line((who(item, guard), "strong")), programme_chip(code, step) if code else EMPTY, cells),
        *place,
        EMPTY,
        line((_("Why now"), "strong")),
        what(item, guard),
        line((words.why(item), "muted")),
        *(fit(line((name, "muted")), label) + value for name, value in facts),
    )
