"""Why a row stands in Today: the few lines under the list, and the sheet beside it; pure."""

from datetime import date

from broker_tui.domain.views import TodayItem
from broker_tui.i18n import _, ngettext, programme_words, words
from broker_tui.i18n.format import clock, dated, short_date
from broker_tui.screens.today_rows import what, who
from broker_tui.widgets.badges import programme_chip
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.guard import Guard
from broker_tui.widgets.spans import EMPTY, Line, blank, cut, ends, fit, join, line, wrap

_LABEL = 13


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
    soon = item.obligation == "due_soon"
    text = f"{short_date(item.due)}, {away}"
    return line((f"{glyph('soon')} {text}", "warn")) if soon else line(text)


def short_why(item: TodayItem, today: date, guard: Guard, cells: int) -> tuple[Line, ...]:
    """The three lines under the list; four for a rule."""
    badge = " ".join(part for part in (words.badge(item.programme), words.step(item.programme, item.step)) if part)
    first = line((_("Why now"), "strong"), blank(2), (who(item, guard), "text"), blank(2), (badge, "muted"))
    due = line((_("due "), "muted")) + due_words(item, today)
    closes = line((_("closed by "), "muted"), words.closes_with(item))
    to_do = line((_("do: "), "muted"), words.closes_with(item))
    if item.kind != "rule" or not item.rule:
        return ends(first, line((item.area or "", "muted")), cells), line(words.why(item)), join((due, closes), 3)
    counted = " · ".join(part for part in (badge, _counted(item)) if part)
    title = line((_("Why now"), "strong"), blank(2), (counted, "muted"))
    source = line((programme_words.rule(item.rule).source, "muted"))
    return (
        ends(title, source, cells),
        line(programme_words.demand(item.rule)),
        _sentence(programme_words.why(item.rule), cells),
        cut(join((due, _held(item), to_do), 3), cells),
    )


def _counted(item: TodayItem) -> str:
    """ "from 25 May (the flex job's start)"."""
    if item.since is None:
        return ""
    named = programme_words.day_name(item.rule or "", item.clock)
    day = short_date(item.since)
    return _("from {day} ({what})").format(day=day, what=named) if named else _("from {day}").format(day=day)


def _sentence(text: str, cells: int) -> Line:
    return cut(line((text, "muted")), cells)


def _held(item: TodayItem) -> Line:
    far = programme_words.progress(item.done, item.minimum)
    return line((_("held "), "muted"), (far, "num")) if far else EMPTY


def sheet_head(item: TodayItem, today: date, guard: Guard, cells: int) -> tuple[Line, ...]:
    """The first half of the sheet beside the list."""
    code, step = words.badge(item.programme), words.step(item.programme, item.step)
    place = (line((item.company_name, "muted")),) if item.company_name and item.citizen_name else ()
    return (
        ends(line((who(item, guard), "strong")), programme_chip(code, step) if code else EMPTY, cells),
        *place,
        EMPTY,
        line((_("Why now"), "strong")),
        *(_rule(item, today, cells) if item.kind == "rule" and item.rule else _agreed(item, today, guard, cells)),
    )


def _agreed(item: TodayItem, today: date, guard: Guard, cells: int) -> list[Line]:
    facts = [(_("Due"), due_words(item, today)), (_("Closed by"), line(words.closes_with(item)))]
    if item.at is not None:
        facts.insert(0, (_("At"), line((clock(item.at), "name"))))
    if item.made_on is not None:
        facts.append((_("Counted from"), line(dated(item.made_on))))
    if item.area:
        facts.append((_("Area"), line(item.area)))
    return [*wrap(what(item, guard), cells), *wrap(line((words.why(item), "muted")), cells), *_labelled(facts, cells)]


def _rule(item: TodayItem, today: date, cells: int) -> list[Line]:
    """Demand, reason, and what it counts and needs."""
    rule_id = item.rule or ""
    facts = [(_("Due"), due_words(item, today))]
    if item.at is not None:
        facts.insert(0, (_("At"), line((clock(item.at), "name"))))
    far = programme_words.progress(item.done, item.minimum)
    if far:
        facts.insert(0, (_("Held"), line((far, "num"))))
    if item.since is not None:
        named = programme_words.day_name(rule_id, item.clock)
        facts.append((_("Counted from"), line(f"{short_date(item.since)}{f', {named}' if named else ''}")))
    facts.append((_("To close it"), line(programme_words.closes(rule_id))))
    found = programme_words.rule(rule_id)
    facts.append((_("Source"), line(f"{words.badge(item.programme)}, {found.source}")))
    facts.append((_("Weight"), line(programme_words.severity(found.severity))))
    if item.area:
        facts.append((_("Area"), line(item.area)))
    return [
        *wrap(line(programme_words.demand(rule_id)), cells),
        *wrap(line((programme_words.why(rule_id), "muted")), cells),
        *_labelled(facts, cells),
    ]


def _labelled(facts: list[tuple[str, Line]], cells: int) -> list[Line]:
    """Label and value; a long value goes on under itself."""
    found: list[Line] = []
    for name, value in facts:
        for number, part in enumerate(wrap(value, cells - _LABEL)):
            found.append(fit(line((name if number == 0 else "", "muted")), _LABEL) + part)
    return found
