"""Short lines about a person that stand in several places: what comes next, the goal, consents, the head."""

from datetime import date, time
from typing import Any

from broker_tui.domain.consents import allows, current
from broker_tui.domain.identity import mask_cpr, show_cpr
from broker_tui.domain.views import CaseCard, Entry
from broker_tui.i18n import N_, _, ngettext
from broker_tui.i18n.format import clock, dated, hours, short_date
from broker_tui.screens import say
from broker_tui.widgets.badges import programme_chip
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.guard import Guard
from broker_tui.widgets.spans import EMPTY, Line, Role, blank, cut, fit, join, line, wrap
from sync.records.types import FollowUp, Goal, Memo, Promise

Task = FollowUp | Promise | Memo
WHEN = 9


def is_open(entry: Entry[Any]) -> bool:
    """Whether something still is to be done."""
    return entry.record.state == "open" and not entry.deleted


def open_tasks(card: CaseCard) -> list[Entry[Any]]:
    """Follow-ups, promises and memos that are open, the soonest first."""
    every: list[Entry[Any]] = [*card.follow_ups, *card.promises, *card.memos]
    return sorted(filter(is_open, every), key=lambda e: (e.record.due or date.max, at_of(e.record) or time.max, e.id))


def at_of(record: Any) -> time | None:
    """The time of day of a follow-up."""
    return record.at if isinstance(record, FollowUp) else None


def what_of(record: Task, guard: Guard) -> Line:
    """The words of a task."""
    if isinstance(record, FollowUp):
        return guard.note(record.what)
    own = guard.note(record.text)
    return line((_("Promised: "), "muted")) + own if isinstance(record, Promise) else own


def when_words(due: date | None, today: date, at: time | None = None) -> Line:
    """The date of a task, coloured by urgency."""
    if due is None:
        return line((glyph("none"), "faint"))
    if due < today:
        return line((short_date(due), "err"))
    if due == today:
        return line((clock(at) if at else _("today"), "name"))
    return line((short_date(due), "muted"))


def next_lines(card: CaseCard, today: date, guard: Guard, cells: int, limit: int) -> list[Line]:
    """The next tasks, one line each."""
    found = [
        cut(fit(when_words(e.record.due, today, at_of(e.record)), WHEN) + what_of(e.record, guard), cells)
        for e in open_tasks(card)[:limit]
    ]
    return found or [line((_("Nothing agreed: p plans."), "muted"))]


def job_goal(card: CaseCard) -> Entry[Goal] | None:
    """The job goal that stands now."""
    live = [e for e in card.goals if e.record.kind == "job_goal" and not e.deleted and e.record.state != "dropped"]
    return max(live, key=lambda e: (e.record.state in ("open", "under_way"), e.record.set_on, e.id), default=None)


def goal_lines(card: CaseCard, guard: Guard, cells: int, limit: int) -> list[Line]:
    """The job goal in its own words."""
    goal = job_goal(card)
    if goal is None:
        return [line((_("None yet: t sets one."), "muted"))]
    return wrap(guard.note(goal.record.text), cells)[:limit]


_CONSENT_WORDS = {
    "network": N_("network"),
    "company_tasks": N_("company"),
    "company_hours": N_("company"),
    "company_needs": N_("company"),
    "health": N_("health"),
    "partners": N_("partners"),
}


def consent_line(card: CaseCard, today: date) -> Line:
    """What may be told, and what may not; a refusal is the citizen's choice and never red."""
    known = current(card)
    shown: dict[str, bool] = {}
    for kind, word in _CONSENT_WORDS.items():
        if kind in known:
            shown[_(word)] = shown.get(_(word), False) or allows(known[kind], today)
    if not shown:
        return line((_("no consents noted"), "muted"))
    parts = [line((_("consent"), "muted"))]
    for word, yes in shown.items():
        sign: tuple[str, Role] = (glyph("ok"), "ok") if yes else (glyph("refused"), "muted")
        parts.append(line(sign, (f" {word}", "text" if yes else "muted")))
    return join(parts)


def head(card: CaseCard, today: date, guard: Guard, *, revealed: bool) -> tuple[Line, Line]:
    """Name and number at the left, programme and day at the right."""
    citizen = card.citizen.record
    cpr = ""
    if citizen.cpr:
        cpr = show_cpr(citizen.cpr) if revealed and not guard.on else guard.cpr(mask_cpr(citizen.cpr))
    left = join((line((guard.name(citizen.name), "strong")), line((cpr, "text" if revealed else "muted"))), 3)
    right: list[Line] = []
    if card.conflicts:
        text = ngettext("{count} difference", "{count} differences", card.conflicts).format(count=card.conflicts)
        right.append(line((f"{glyph('conflict')} ", "warn"), text))
    if card.offered_to:
        right.append(line((_("offered to {name}").format(name=card.offered_to), "warn")))
    case = card.current_case
    if case is None:
        right.append(line((_("no programme"), "muted")))
    else:
        right.append(programme_chip(*say.badge(case.record.programme, case.record.step)))
        if case.record.status == "closed":
            on = case.record.closed_on
            right.append(line((_("closed {day}").format(day=dated(on)) if on else _("closed"), "muted")))
        elif case.record.start and case.record.start <= today:
            right.append(line((_("day {count}").format(count=(today - case.record.start).days), "muted")))
    return left, join(right)


def where(card: CaseCard) -> Line:
    """The placement that runs now, and its hours."""
    running = [e.record for e in card.placements if e.record.status == "active" and not e.deleted]
    if not running:
        return line((card.citizen.record.area or "", "muted"))
    newest = max(running, key=lambda record: record.start)
    text = say.placement(newest, card.companies)
    return line((text[:1].upper() + text[1:], "muted"))


def figure(minutes: int | None) -> Line:
    """Hours a week, or nothing."""
    return line((hours(minutes), "num")) if minutes is not None else line((glyph("none"), "faint"))


def marked(entry: Entry[Any]) -> tuple[str, Role]:
    """The sign of a record in the gutter: a difference before anything else."""
    return (glyph("conflict"), "warn") if entry.conflicts else ("", "text")


def unsent_sign(entry: Entry[Any]) -> Line:
    """The sign of what the hub has not confirmed."""
    return line((glyph("unsent"), "accent")) if entry.unsent else EMPTY


def labelled(label: str, value: Line, width: int = 13) -> Line:
    """Label and value as they stand under each other."""
    return fit(line((label, "muted")), width) + value if value else EMPTY


def spaced(lines: list[Line], indent: int) -> list[Line]:
    """Lines moved to the right."""
    return [blank(indent) + content for content in lines]
