"""Rows and title of Today, drawn from items: pure, so that guard and language only need a redraw."""

from dataclasses import dataclass
from datetime import date

from broker_tui.domain.views import Draft, Offer, TodayItem
from broker_tui.i18n import _, language, ngettext, programme_words, words
from broker_tui.i18n.format import clock, day_of_week, full_date, short_date
from broker_tui.screens import handover_lines, today_groups
from broker_tui.screens.phrases import form_name
from broker_tui.screens.today_groups import Grouping
from broker_tui.widgets.badges import programme_cell
from broker_tui.widgets.columns import Column, Columns
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.guard import Guard
from broker_tui.widgets.row_source import Heading, Item, Row
from broker_tui.widgets.spans import EMPTY, Line, blank, join, line

_SOON_DAYS = 7


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A form that was left in the middle, and whom it is about."""

    draft: Draft
    who: str


@dataclass(frozen=True, slots=True)
class Aside:
    """What was left aside: the item, the day it comes back, why, and the record that says so."""

    item: TodayItem
    until: date
    reason: str
    fact_id: str


@dataclass(frozen=True, slots=True)
class Day:
    """What Today shows."""

    items: tuple[TodayItem, ...]
    drafts: tuple[DraftRow, ...]
    anybody: bool
    aside: tuple[Aside, ...] = ()
    troubles: tuple[str, ...] = ()
    whole: bool = True
    """Whether what the programmes ask is among them already."""
    offers: tuple[Offer, ...] = ()
    """Cases this broker is asked to take over."""
    late: int = 0
    """What colleagues sent after a case had come here."""

    @property
    def rules(self) -> bool:
        """Whether a programme asks for anything in the list."""
        return any(item.kind == "rule" for item in self.items)


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


def title(day: Day, today: date, grouping: Grouping) -> tuple[Line, Line]:
    """The day at the left, the counts at the right."""
    week = _("week {number}").format(number=today.isocalendar().week)
    grouped = today_groups.name_of(grouping)
    beside = line((grouped, "text")) if grouped else line((week, "muted"))
    left = line((full_date(today), "strong"), blank(2), beside)
    count = {state: sum(item.state == state for item in day.items) for state in ("overdue", "today", "this_week")}
    right = []
    if count["overdue"]:
        overdue = ngettext("{count} overdue", "{count} overdue", count["overdue"]).format(count=count["overdue"])
        right.append(line((f"{glyph('overdue')} {overdue}", "err")))
    right.append(line(_("{count} today").format(count=count["today"])))
    right.append(line((_("{count} this week").format(count=count["this_week"]), "muted")))
    return left, join(right, 3)


def rows(day: Day, today: date, guard: Guard, grouping: Grouping, *, aside: bool) -> list[Item]:
    """Headings and rows of the whole list."""
    found: list[Item] = handover_lines.today_rows(day.offers, day.late, today, guard)
    if day.drafts:
        found.append(Heading(_("Begun"), str(len(day.drafts))))
        found += [_draft_row(entry, guard) for entry in day.drafts]
    for group in today_groups.groups(day.items, grouping, today, guard):
        found.append(Heading(group.title, str(len(group.items)), group.role))
        found += [_row(item, today, guard) for item in group.items]
    if aside and day.aside:
        found.append(Heading(_("Left aside"), str(len(day.aside)), "muted"))
        found += [_aside_row(entry, guard) for entry in day.aside]
    return found


def foot(day: Day, *, aside: bool) -> Line:
    """What is not in the list, and why: programmes that cannot be read, what was left aside."""
    if day.troubles:
        named = ", ".join(words.badge(name) for name in day.troubles)
        text = _("The rules of {programmes} cannot be used; what they ask is not here.").format(programmes=named)
        return line((f"{glyph('soon')} ", "warn"), (text, "text"))
    if day.aside and not aside:
        count = len(day.aside)
        text = ngettext("{count} left aside: z shows it", "{count} left aside: z shows them", count)
        return line((text.format(count=count), "muted"))
    return EMPTY


def _row(item: TodayItem, today: date, guard: Guard) -> Row:
    overdue = item.state == "overdue"
    soon = item.obligation == "due_soon" or (
        item.kind == "consent" and item.due is not None and (item.due - today).days < _SOON_DAYS
    )
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


def _aside_row(entry: Aside, guard: Guard) -> Row:
    item = entry.item
    cells = {
        "when": line((day_of_week(entry.until), "muted")),
        "who": line((guard.name(item.citizen_name or ""), "name")),
        "what": what(item, guard),
        "programme": line((_("to {day}").format(day=short_date(entry.until)), "muted")),
        "area": guard.note(entry.reason, "muted"),
    }
    return Row(item.id, cells, sign=glyph("planned"), sign_role="muted")


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
    """What is to be done: own words, the name of the consent, or what the rule demands and how far it has come."""
    if item.kind == "consent":
        return line(words.what(item))
    if item.kind == "rule":
        far = programme_words.progress(item.done, item.minimum)
        return line((f"{far}  " if far else "", "num"), words.what(item))
    own = guard.note(item.what)
    return line(_("Promised: ")) + own if item.kind == "promise" else own
