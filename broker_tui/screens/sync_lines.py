"""Sync in words: state, unsent, differences, refusals and receipts as lines. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from broker_tui.domain.clock import DENMARK
from broker_tui.domain.views import Difference, Receipt, RefusedRow, SyncPhase, SyncState, UnsentRow
from broker_tui.i18n import _, causes, ngettext, pgettext, words
from broker_tui.i18n.format import clock, short_date
from broker_tui.widgets.columns import Column, Columns
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.guard import Guard
from broker_tui.widgets.row_source import Heading, Item, Row
from broker_tui.widgets.spans import EMPTY, Line, Role, Span, blank, cut, ends, fit, join, line
from broker_tui.widgets.step_mark import progress

UNSENT_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Facts:
    """What the page shows."""

    state: SyncState
    unsent: tuple[UnsentRow, ...] = ()
    refused: tuple[RefusedRow, ...] = ()
    differences: tuple[Difference, ...] = ()
    receipts: tuple[Receipt, ...] = ()


def columns() -> Columns:
    """The columns of what is unsent."""
    return Columns((Column("when", width=8), Column("kind", width=14), Column("who", width=20), Column("what")))


def ago(at: datetime, today: date) -> str:
    """`9.43` today, `yesterday 16.12`, otherwise the date with the time."""
    local = at.astimezone(DENMARK)
    if local.date() == today:
        return clock(local)
    if local.date() == today - timedelta(days=1):
        return _("yesterday {time}").format(time=clock(local))
    return f"{short_date(local.date())} {clock(local)}"


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
        return line((_running(state), "strong"), blank(3), (last, "muted")), right
    sign, role, word = {
        SyncPhase.OFFLINE: ("missing", "muted", _("Offline")),
        SyncPhase.REFUSED: ("refused", "err", _("Refused by the hub")),
        SyncPhase.NEVER: ("missing", "muted", _("Never synced")),
    }.get(state.phase, ("ok", "ok", _("In order") if not state.unsent else _("Online")))
    signed: Role = "ok" if role == "ok" else "err" if role == "err" else "muted"
    return line((f"{glyph(sign)} ", signed), (word, "strong"), blank(3), (last, "muted")), right


def _running(state: SyncState) -> str:
    if state.phase is SyncPhase.CONNECTING:
        return _("Connecting …")
    if state.phase is SyncPhase.SENDING:
        return _("Sending {done} of {total}").format(done=state.done, total=state.total or state.unsent)
    if state.total:
        return _("Receiving {done} of {total}").format(done=state.done, total=state.total)
    return _("Receiving {done}").format(done=state.done)


def trouble(state: SyncState, cells: int) -> tuple[Line, ...]:
    """How far a running sync is, or why the last one ended early."""
    if state.phase in (SyncPhase.SENDING, SyncPhase.RECEIVING) and state.total:
        return (progress(state.done, state.total, min(40, cells // 2), _running(state)),)
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
    """What is refused and what is unsent."""
    items: list[Item] = []
    if facts.refused:
        items.append(Heading(pgettext("sync", "Refused"), str(len(facts.refused)), "err-strong"))
        for entry in facts.refused:
            row = _unsent_row(entry.unsent, today, guard, "refused")
            why = line((causes.refusal(entry.code, entry.detail), "text"))
            items.append(Row(f"refused:{entry.unsent.op_id}", row.cells, more=(why,), sign=row.sign, sign_role="err"))
    waiting = EMPTY
    if facts.unsent and facts.state.phase is SyncPhase.OFFLINE:
        waiting = line((_("waiting for a network"), "muted"))
    items.append(Heading(_("Unsent"), str(facts.state.unsent), note=waiting))
    items += [_unsent_row(entry, today, guard, "unsent") for entry in facts.unsent]
    if not facts.unsent:
        sentence = _("Nothing is unsent: the hub has confirmed every change.") if facts.state.enrolled else ""
        items.append(Row("none", {}, content=line((sentence, "muted")), selectable=False))
    elif facts.state.unsent > len(facts.unsent):
        more = _("and {count} more").format(count=facts.state.unsent - len(facts.unsent))
        items.append(Row("more", {}, content=line((more, "muted")), selectable=False))
    return items


def _unsent_row(entry: UnsentRow, today: date, guard: Guard, sign: str) -> Row:
    who = entry.who or ""
    what = guard.note(entry.what, "muted")
    if entry.kind != "create":
        what = line((words.label("op_kind", entry.kind), "muted"), blank(2 if what else 0)) + what
    cells = {
        "when": line((_day(entry.at, today), "muted")),
        "kind": line(words.record_type(entry.record_type)),
        "who": line((who if entry.company_id and not entry.citizen_id else guard.name(who), "name")),
        "what": what,
    }
    return Row(f"{sign}:{entry.op_id}", cells, sign=glyph(sign), sign_role="accent" if sign == "unsent" else "err")


def difference(facts: Facts, today: date, guard: Guard, cells: int) -> tuple[Line, ...]:
    """The first difference to settle: three columns and the keys."""
    if not facts.differences:
        return ()
    found = facts.differences[0]
    names = ", ".join(words.field(name) for name in found.fields)
    who = guard.name(found.who or "") if found.citizen_id else found.who or ""
    about = f" {glyph('separator')} ".join(part for part in (who, words.record_type(found.record_type), names) if part)
    also = _("{who} changed it too").format(who=found.theirs_by) if found.theirs_by else ""
    head = line((f"{glyph('conflict')} ", "warn"), (_("Difference"), "strong"), blank(2))
    head += line((str(len(facts.differences)), "muted"), blank(3), about)
    wide = (cells - 4) // 3
    titles = (
        _column_title("1", _("Mine"), found.mine_at, today, wide),
        _column_title("2", _("Theirs"), found.theirs_at, today, wide),
        fit(line((_("Before"), "name")), wide),
    )
    left = _values(found, found.mine, guard)
    middle = _values(found, found.theirs, guard)
    right = _values(found, found.before, guard)
    body = [
        _box(left, row, wide, "cursor", "accent")
        + blank(2)
        + _box(middle, row, wide, "field", "edge")
        + blank(2)
        + _box(right, row, wide, "field", "edge")
        for row in range(max(len(left), len(middle), len(right)))
    ]
    keys = [_key("1", _("mine")), _key("2", _("theirs"))]
    if found.text:
        keys.append(_key("3", _("both texts")))
    keys += [_key("b", _("before")), line((_("nothing is lost"), "muted"))]
    return ends(head, line((also, "muted")), cells), join(titles, 2), *body[:4], join(keys, 3)


def _key(key: str, label: str) -> Line:
    return line((key, "key"), (f" {label}", "text"))


def _column_title(key: str, name: str, at: datetime | None, today: date, cells: int) -> Line:
    return fit(line((f"{key} ", "key"), (name, "name"), blank(3), (ago(at, today) if at else "", "muted")), cells)


def _values(found: Difference, values: Mapping[str, Any], guard: Guard) -> list[Line]:
    shown: list[Line] = []
    for name in found.fields:
        text = words.value(found.record_type, name, values.get(name)) or _("empty")
        own = guard.note(text) if found.text else line(guard.name(text) if name == "name" else text)
        label = line((f"{words.field(name)} ", "muted")) if len(found.fields) > 1 else EMPTY
        shown.append(label + own)
    return shown


def _box(values: Sequence[Line], row: int, cells: int, bar: str, role: Role) -> Line:
    value = values[row] if row < len(values) else EMPTY
    return fit(line(Span(f"{glyph(bar)} ", role)) + cut(value, cells - 2), cells)


def receipt(found: Receipt | None, today: date, cells: int) -> tuple[Line, ...]:
    """The last receipt."""
    if found is None:
        return ()
    head = line((_("Receipt"), "strong"), blank(2), (ago(found.at, today), "muted"))
    number = line((_("no. {number}").format(number=found.number), "muted"))
    return ends(head, number, cells), join(_counts(found), 3)


def _counts(found: Receipt) -> list[Line]:
    parts = [
        line((f"{glyph('ok')} ", "ok"), _("{count} sent and confirmed").format(count=found.acknowledged)),
        line((f"{glyph('received')} ", "accent"), _("{count} received").format(count=found.received)),
    ]
    if found.conflicts:
        text = ngettext("{count} difference", "{count} differences", found.conflicts).format(count=found.conflicts)
        parts.append(line((f"{glyph('conflict')} ", "warn"), text))
    if found.refused:
        parts.append(line((f"{glyph('refused')} ", "err"), _("{count} refused").format(count=len(found.refused))))
    if found.outcome != "ok":
        parts.append(line((f"{glyph('missing')} ", "muted"), _("ended early")))
    return parts


def beside(facts: Facts, today: date, cells: int) -> tuple[Line, ...]:
    """The sheet of a wide window: the last receipt in full, and the ones before."""
    if not facts.receipts:
        return line((_("Receipts"), "strong")), line((_("none yet"), "muted"))
    last = facts.receipts[0]
    lines: list[Line] = [
        line((_("Receipt"), "strong"), blank(2), (ago(last.at, today), "muted")),
        line((_("no. {number}").format(number=last.number), "muted")),
        EMPTY,
        *_counts(last),
    ]
    if last.outcome != "ok":
        lines += [EMPTY, line((causes.sentence(last.outcome), "muted"))]
    if len(facts.receipts) > 1:
        lines += [EMPTY, line((_("Earlier"), "strong"))]
        lines += [receipt_line(entry, today, cells) for entry in facts.receipts[1:9]]
    return tuple(lines)


def receipt_line(found: Receipt, today: date, cells: int) -> Line:
    """One receipt on one line."""
    ok = found.outcome == "ok" and not found.refused
    sign = line((f"{glyph('ok' if ok else 'missing')} ", "ok" if ok else "muted"))
    counts = line(
        (f"{glyph('unsent')} {found.acknowledged}", "text"), blank(2), (f"{glyph('received')} {found.received}", "text")
    )
    return ends(sign + line((ago(found.at, today), "text"), blank(2), (found.number, "muted")), counts, cells)


def error_sentence(error: Exception) -> str | None:
    """Why a sync or an enrolment ended early; None for an error that is no sync error."""
    from sync.errors import SyncError

    return causes.sentence(error.cause.value) if isinstance(error, SyncError) else None
