"""Sync in words: state, unsent, differences, refusals and receipts as lines. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from broker_tui.domain.clock import DENMARK
from broker_tui.domain.views import (
    ChangeGroup,
    ChangeRow,
    Difference,
    Late,
    Offer,
    Receipt,
    RefusedRow,
    SyncPhase,
    SyncState,
)
from broker_tui.i18n import _, causes, change_words, ngettext, pgettext, words
from broker_tui.i18n.format import clock, short_date
from broker_tui.screens import handover_lines, ready_lines
from broker_tui.screens.receipt_lines import ago, counts, receipt_line
from broker_tui.services.ready import Check
from broker_tui.widgets.columns import Column, Columns
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.guard import Guard
from broker_tui.widgets.row_source import Heading, Item, Row
from broker_tui.widgets.spans import EMPTY, Line, Role, Span, blank, cut, ends, fit, join, line, wrap
from broker_tui.widgets.step_mark import progress

UNSENT_SHOWN = 200
EARLIER = 4
SHORTEST = 3
"""Lines a value gets at least before it is cut."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the page shows."""

    state: SyncState
    unsent: tuple[ChangeRow, ...] = ()
    refused: tuple[RefusedRow, ...] = ()
    differences: tuple[Difference, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    ready: tuple[Check, ...] = ()
    offers: tuple[Offer, ...] = ()
    late: tuple[Late, ...] = ()


def columns() -> Columns:
    """The columns of what is unsent."""
    return Columns((Column("when", width=10), Column("kind", width=14), Column("who", width=20), Column("what")))


def grouped_columns(*, others: bool = False) -> Columns:
    """The same where a heading says whom it is about; with `others` it is said who made the change."""
    by = (Column("by", width=16),) if others else ()
    return Columns((Column("when", width=10), *by, Column("kind", width=13), Column("what")))


def group_name(group: ChangeGroup, guard: Guard) -> str:
    """Whom a group of changes is about."""
    if group.citizen_id is not None:
        return guard.name(group.who or "") or _("Somebody who left this laptop")
    return group.who or (_("A company") if group.company_id else _("About nobody: own notes, teams, settings"))


def grouped_row(entry: ChangeRow, today: date, guard: Guard) -> Row:
    """One change under such a heading."""
    row = _unsent_row(entry, today, guard, "refused" if entry.refused else "unsent")
    return Row(entry.op_id, row.cells, sign=row.sign, sign_role=row.sign_role)


def news_row(entry: ChangeRow, today: date, guard: Guard) -> Row:
    """One change by somebody else."""
    cells = {**_unsent_row(entry, today, guard, "received").cells, "by": line((entry.by or _("somebody"), "text"))}
    return Row(entry.op_id, cells, sign=glyph("received"), sign_role="accent")


def _day(at: datetime, today: date) -> str:
    local = at.astimezone(DENMARK)
    if local.date() == today:
        return clock(local)
    return _("yesterday") if local.date() == today - timedelta(days=1) else short_date(local.date())


def title(state: SyncState, today: date) -> tuple[Line, Line]:
    """The state line."""
    last = _("last sync {time}").format(time=ago(state.last_sync, today)) if state.last_sync else _("never synced")
    right = line((state.hub.removeprefix("https://"), "muted")) if state.hub else EMPTY
    if not state.enrolled:
        return line((f"{glyph('missing')} ", "muted"), (_("No hub yet"), "strong")), EMPTY
    if state.phase in (SyncPhase.CONNECTING, SyncPhase.SENDING, SyncPhase.RECEIVING):
        return line((running(state), "strong"), blank(3), (last, "muted")), right
    away = state.connected is False or (state.connected is None and state.unsent > 0)
    sign, role, word = {
        SyncPhase.OFFLINE: ("missing", "muted", _("Offline")),
        SyncPhase.REFUSED: ("refused", "err", _("Refused by the hub")),
        SyncPhase.NEVER: ("missing", "muted", _("Never synced")),
    }.get(
        SyncPhase.OFFLINE if away and state.phase is SyncPhase.IDLE else state.phase,
        ("ok", "ok", _("In order") if not state.unsent else _("Online")),
    )
    signed: Role = "ok" if role == "ok" else "err" if role == "err" else "muted"
    return line((f"{glyph(sign)} ", signed), (word, "strong"), blank(3), (last, "muted")), right


def running(state: SyncState) -> str:
    """How far a running sync is."""
    if state.phase is SyncPhase.CONNECTING:
        return _("Connecting …")
    if state.phase is SyncPhase.SENDING:
        said = _("Sending {done} of {total}").format(done=state.done, total=state.total or state.unsent)
        return _with_bytes(said, state.bytes_up)
    if state.total:
        said = _("Receiving {done} of {total}").format(done=state.done, total=state.total)
        return _with_bytes(said, state.bytes_down)
    return _with_bytes(_("Receiving {done}").format(done=state.done), state.bytes_down)


def _with_bytes(said: str, count: int) -> str:
    return f"{said}, {change_words.size(count)}" if count else said


def trouble(state: SyncState, cells: int, today: date) -> tuple[Line, ...]:
    """What somebody has to hear of, how far a running sync is or why the last one ended early, and the lease."""
    warned = tuple(line((f"{glyph('soon')} ", "warn"), (causes.warning(code), "text")) for code in state.warnings)
    return (*warned, *_trouble(state, cells), *_lease(state, today))


def _lease(state: SyncState, today: date) -> tuple[Line, ...]:
    """Until when the cases stay open here without a word from the hub; amber when that is soon."""
    if state.lease is None:
        return ()
    day = short_date(state.lease.until)
    if state.lease.ends_soon(today):
        said = _("Sync by {day}: after it the cases close until the hub answers.").format(day=day)
        return (line((f"{glyph('soon')} ", "warn"), (said, "text")),)
    return (line((_("The cases are open here until {day}; a sync moves that day on.").format(day=day), "muted")),)


def _trouble(state: SyncState, cells: int) -> tuple[Line, ...]:
    if state.phase in (SyncPhase.SENDING, SyncPhase.RECEIVING) and state.total:
        return (progress(state.done, state.total, min(40, cells // 2), running(state)),)
    if not state.enrolled:
        return (
            line((_("Everything is kept on this laptop. With a hub it is safe in two places."), "muted")),
            line(
                ("e", "key"), (f" {_('joins a hub: address and one-time code come from the administrator.')}", "muted")
            ),
        )
    if state.cause and state.phase not in (SyncPhase.CONNECTING, SyncPhase.SENDING, SyncPhase.RECEIVING):
        return (line((causes.sentence(state.cause), "text")),)
    return ()


def rows(facts: Facts, today: date, guard: Guard) -> list[Item]:
    """What is refused, what differs and what is unsent; nothing stands twice."""
    items: list[Item] = []
    if facts.refused:
        items.append(Heading(pgettext("sync", "Refused"), str(len(facts.refused)), "err-strong"))
        for entry in facts.refused:
            row = _unsent_row(entry.unsent, today, guard, "refused")
            why = tuple(line((said, "text")) for said in causes.refused(entry))
            items.append(Row(f"refused:{entry.unsent.op_id}", row.cells, more=why, sign=row.sign, sign_role="err"))
    items += handover_lines.offer_rows(facts.offers, today, guard)
    items += handover_lines.late_rows(facts.late, today, guard)
    if facts.differences:
        items.append(Heading(_("Difference"), str(len(facts.differences))))
        items += [_difference_row(found, today, guard) for found in facts.differences]
    if facts.state.news:
        count = facts.state.news
        said = ngettext("{count} change by others", "{count} changes by others", count).format(count=count)
        content = line((said, "name"), blank(2), (_("since you last looked"), "muted"), blank(3), ("n", "key"))
        items.append(Heading(pgettext("sync", "New")))
        items.append(Row("news", {}, content=content, sign=glyph("received"), sign_role="accent"))
    refused = {entry.unsent.op_id for entry in facts.refused}
    unsent = [entry for entry in facts.unsent if entry.op_id not in refused]
    count = max(len(unsent), facts.state.unsent - len(refused))
    if refused and not count:
        return items
    waiting = EMPTY
    if unsent and (facts.state.phase is SyncPhase.OFFLINE or facts.state.connected is False):
        waiting = line((_("saved here, waiting for a network"), "muted"))
    elif unsent:
        waiting = line((_("saved here, not at the hub yet"), "muted"))
    items.append(Heading(_("Unsent"), str(count), note=waiting))
    items += [_unsent_row(entry, today, guard, "unsent") for entry in unsent]
    if not unsent:
        sentence = _("Nothing is unsent: the hub has confirmed every change.") if facts.state.enrolled else ""
        items.append(Row("none", {}, content=line((sentence, "muted")), selectable=False))
    elif count > len(unsent):
        more = _("and {count} more").format(count=count - len(unsent))
        items.append(Row("more", {}, content=line((more, "muted"))))
    return items


def _difference_row(found: Difference, today: date, guard: Guard) -> Row:
    at = max((at for at in (found.mine_at, found.theirs_at) if at is not None), default=None)
    cells = {
        "when": line((_day(at, today) if at else "", "muted")),
        "kind": line(words.record_type(found.record_type)),
        "who": line((guard.name(found.who or "") if found.citizen_id else found.who or "", "name")),
        "what": line((", ".join(words.field(name) for name in found.fields), "text")),
    }
    return Row(f"difference:{found.conflict_id}", cells, sign=glyph("conflict"), sign_role="warn")


def _unsent_row(entry: ChangeRow, today: date, guard: Guard, sign: str) -> Row:
    who = entry.who or ""
    said, written = change_words.told(entry, today), guard.note(change_words.typed(entry), "muted")
    what = join((line(said), written), 2)
    cells = {
        "when": line((_day(entry.at, today), "muted")),
        "kind": line(words.record_type(entry.record_type)),
        "who": line((who if entry.company_id and not entry.citizen_id else guard.name(who), "name")),
        "what": what,
    }
    return Row(f"{sign}:{entry.op_id}", cells, sign=glyph(sign), sign_role="accent" if sign == "unsent" else "err")


def refused_in_full(found: RefusedRow, guard: Guard) -> tuple[Line, tuple[Line, ...]]:
    """Title and text of a refused change: which, why, what to do, and what was written in it."""
    row = found.unsent
    head = join((line((words.record_type(row.record_type), "strong")), line((guard.name(row.who or ""), "name"))), 3)
    why, written = [line((said, "text")) for said in causes.refused(found)], change_words.typed(row)
    return head, (*why, EMPTY, guard.note(written)) if written else tuple(why)


def difference(
    found: Difference | None, today: date, guard: Guard, cells: int, *, rows: int = SHORTEST
) -> tuple[Line, ...]:
    """A difference to settle: three columns with whole values, at most `rows` lines of them, and the keys."""
    if found is None:
        return ()
    also = _("{who} changed it too").format(who=found.theirs_by) if found.theirs_by else ""
    head = line((f"{glyph('conflict')} ", "warn"), (_about(found, guard), "strong"))
    wide = (cells - 4) // 3
    titles = (
        _column_title("1", _("Mine"), found.mine_at, today, wide),
        _column_title("2", _("Theirs"), found.theirs_at, today, wide),
        fit(line((_("Before"), "name")), wide),
    )
    columns = [_values(found, values, guard, wide - 2) for values in (found.mine, found.theirs, found.before)]
    height = max(len(column) for column in columns)
    shown = [_shortened(column, rows) for column in columns]
    body = [
        join([_box(column, row, wide, *_BARS[at]) for at, column in enumerate(shown)], 2)
        for row in range(min(height, rows))
    ]
    keys = [_key("1", _("mine")), _key("2", _("theirs"))]
    if found.text:
        keys.append(_key("3", _("both texts")))
    keys.append(_key("b", _("before")))
    keys.append(_key(_("Enter"), _("whole texts")) if height > rows else line((_("nothing is lost"), "muted")))
    return ends(head, line((also, "muted")), cells), join(titles, 2), *body, join(keys, 3)


_BARS: tuple[tuple[str, Role], ...] = (("cursor", "accent"), ("field", "edge"), ("field", "edge"))


def difference_in_full(found: Difference, today: date, guard: Guard) -> tuple[Line, tuple[Line, ...]]:
    """Title and text of a difference for a sheet of its own: every value from beginning to end."""
    content: list[Line] = []
    for name, values, by, at in (
        (_("Mine"), found.mine, found.mine_by, found.mine_at),
        (_("Theirs"), found.theirs, found.theirs_by, found.theirs_at),
        (_("Before"), found.before, None, None),
    ):
        if content:
            content.append(EMPTY)
        about = (line((by or "", "muted")), line((ago(at, today) if at else "", "muted")))
        content.append(join((line((name, "strong")), *about), 3))
        content += _values(found, values, guard, 74)
    return line((_("Difference"), "strong"), blank(3), (_about(found, guard), "name")), tuple(content)


def _about(found: Difference, guard: Guard) -> str:
    who = guard.name(found.who or "") if found.citizen_id else found.who or ""
    names = ", ".join(words.field(name) for name in found.fields)
    return f" {glyph('separator')} ".join(part for part in (who, words.record_type(found.record_type), names) if part)


def _key(key: str, label: str) -> Line:
    return line((key, "key"), (f" {label}", "text"))


def _column_title(key: str, name: str, at: datetime | None, today: date, cells: int) -> Line:
    return fit(line((f"{key} ", "key"), (name, "name"), blank(3), (ago(at, today) if at else "", "muted")), cells)


def _values(found: Difference, values: Mapping[str, Any], guard: Guard, cells: int) -> list[Line]:
    shown: list[Line] = []
    for name in found.fields:
        text = words.value(found.record_type, name, values.get(name)) or _("empty")
        label = line((f"{words.field(name)} ", "muted")) if len(found.fields) > 1 else EMPTY
        for number, part in enumerate(text.split("\n")):
            own = guard.note(part) if found.text else line(guard.name(part) if name == "name" else part)
            shown += wrap(label + own if number == 0 else own, cells) or [EMPTY]
    return shown


def _shortened(column: list[Line], rows: int) -> list[Line]:
    """At most `rows` lines; a sign tells that more follows."""
    if len(column) <= rows:
        return column
    return [*column[: rows - 1], column[rows - 1] + line((f" {glyph('cut')}", "muted"))]


def _box(values: Sequence[Line], row: int, cells: int, bar: str, role: Role) -> Line:
    value = values[row] if row < len(values) else EMPTY
    return fit(line(Span(f"{glyph(bar)} ", role)) + cut(value, cells - 2), cells)


def beside(facts: Facts, today: date, cells: int) -> tuple[Line, ...]:
    """The sheet of a wide window: the last receipt in full, the ones before, and the check before leaving."""
    road = (EMPTY, ready_lines.title(), *ready_lines.lines(facts.ready, today, cells)) if facts.ready else ()
    if not facts.receipts:
        return line((_("Receipts"), "strong")), line((_("none yet"), "muted")), *road
    last = facts.receipts[0]
    lines: list[Line] = [
        line((_("Receipt"), "strong"), blank(2), (ago(last.at, today), "muted")),
        line((_("no. {number}").format(number=last.number), "muted")),
        EMPTY,
        *counts(last),
    ]
    if last.outcome != "ok":
        lines += [EMPTY, line((causes.sentence(last.outcome), "muted"))]
    if len(facts.receipts) > 1:
        lines += [EMPTY, line((_("Earlier"), "strong"))]
        lines += [receipt_line(entry, today, cells) for entry in facts.receipts[1 : 1 + EARLIER]]
    return (*lines, *road)


def error_sentence(error: Exception) -> str | None:
    """Why a sync or an enrolment ended early; None for an error that is no sync error."""
    from sync.errors import SyncError

    return causes.sentence(error.cause.value) if isinstance(error, SyncError) else None
