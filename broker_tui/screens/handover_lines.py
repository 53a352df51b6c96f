"""Hand-overs in lines: what is asked, what came of it, what arrived afterwards, and the pack. Pure."""

from collections.abc import Sequence
from datetime import date

from broker_tui.domain.pack import Pack
from broker_tui.domain.views import Late, Offer
from broker_tui.i18n import _, late_words, ngettext, pack_words, words
from broker_tui.i18n.change_words import day, time_of
from broker_tui.i18n.pack_words import Part
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.guard import Guard
from broker_tui.widgets.row_source import Heading, Item, Row
from broker_tui.widgets.spans import EMPTY, Line, blank, fit, join, line

_LABEL = 14
_WHEN = 12
"""As wide as the dates of the rows below, and the gap after them."""
OFFER, LATE = "offer:", "late:"
"""How the keys of their rows begin."""


def offer_rows(offers: Sequence[Offer], today: date, guard: Guard) -> list[Item]:
    """What this broker is asked first, then what they asked others, then what came of it."""
    if not offers:
        return []
    return [Heading(_("Hand-over"), str(len(offers))), *(_offer_row(one, today, guard) for one in offers)]


def _offer_row(found: Offer, today: date, guard: Guard) -> Row:
    asked = found.incoming and found.state == "offered"
    when = fit(line((day(found.answered_on or found.offered_on, today), "muted")), _WHEN)
    parts = (
        line((guard.name(found.who), "name")),
        line((_from_or_to(found), "text")),
        line((_said(found), "strong" if asked else "text")),
        _words(found, guard),
    )
    content = when + join([part for part in parts if part], 3)
    sign = {"declined": "refused", "accepted": "ok"}.get(found.state, "received" if found.incoming else "unsent")
    return Row(f"{OFFER}{found.id}", {}, content=content, sign=glyph(sign), sign_role="warn" if asked else "accent")


def _from_or_to(found: Offer) -> str:
    if found.incoming:
        return _("from {name}").format(name=found.other)
    return _("to {name}").format(name=found.other)


def _said(found: Offer) -> str:
    if found.state == "offered":
        return _("takes over?") if found.incoming else _("not answered yet")
    if found.waits:
        return _("{answer}, not sent yet").format(answer=words.label("handover_state", found.state))
    if found.state == "accepted":
        return _("is yours now")
    return words.label("handover_state", found.state)


def _words(found: Offer, guard: Guard) -> Line:
    text = found.answer if found.state != "offered" else found.text
    return guard.note(text.partition("\n")[0], "muted") if text else EMPTY


def late_rows(found: Sequence[Late], today: date, guard: Guard) -> list[Item]:
    """The hand-over box: who wrote what when."""
    if not found:
        return []
    note = line((_("sent after the hand-over"), "muted"))
    return [Heading(_("Hand-over box"), str(len(found)), note=note), *(_late_row(one, today, guard) for one in found)]


def _late_row(found: Late, today: date, guard: Guard) -> Row:
    at, by = found.difference.theirs_at, found.difference.theirs_by
    cells = {
        "when": line((day(at.date(), today) if at else "", "muted")),
        "kind": line((by or "", "text")),
        "who": line((guard.name(found.difference.who or ""), "name")),
        "what": join((line((late_words.did(found), "text")), guard.note(late_words.typed(found), "muted")), 2),
    }
    return Row(f"{LATE}{found.difference.conflict_id}", cells, sign=glyph("received"), sign_role="warn")


def offer_in_full(found: Offer, today: date, guard: Guard) -> tuple[Line, tuple[Line, ...]]:
    """Title and text of an offer."""
    head = line((_("Hand-over"), "strong"), blank(3), (guard.name(found.who), "name"))
    content = [
        line((_from_or_to(found), "text"), blank(3), (day(found.offered_on, today), "muted")),
        *_typed(found.text, guard),
    ]
    if found.state == "offered" and found.incoming:
        content += [EMPTY, line((_("Nothing of the case is here before you say yes."), "muted"))]
    if found.state != "offered":
        content += [EMPTY, line((_said(found), "strong"))]
        content += _typed(found.answer, guard)
    return head, tuple(content)


def late_in_full(found: Late, today: date, guard: Guard) -> tuple[Line, tuple[Line, ...]]:
    """Title and text of one thing from the box: what was sent, what stands, and the whole record."""
    difference = found.difference
    about = join((line((guard.name(difference.who or ""), "name")), line((late_words.did(found), "text"))), 3)
    head = line((_("Sent after the hand-over"), "strong"), blank(3)) + about
    when = time_of(difference.theirs_at, today) if difference.theirs_at else ""
    content = [line((difference.theirs_by or "", "strong"), blank(3), (when, "muted"))]
    if found.kind == "patch":
        for name in difference.fields:
            if name in ("deleted", "scope"):
                continue
            label = line((words.field(name), "strong"))
            content += [EMPTY, label]
            for title, values in ((_("sent"), difference.theirs), (_("stands here"), difference.mine)):
                text = words.value(difference.record_type, name, values.get(name)) or _("empty")
                content.append(fit(line((title, "muted")), _LABEL) + guard.note(text))
    else:
        for name, value in found.doc.items():
            if name in ("citizen_id", "staff_id", "case_id", "company_id", "placement_id", "goal_id"):
                continue
            text = words.value(difference.record_type, name, value)
            content.append(fit(line((words.field(name), "muted")), _LABEL) + guard.note(text))
    return head, tuple(content)


def _typed(text: str | None, guard: Guard) -> list[Line]:
    return [EMPTY, *(guard.note(row) for row in text.split("\n"))] if text else []


def pack_in_full(pack: Pack, today: date, guard: Guard) -> tuple[Line, tuple[Line, ...]]:
    """Title and text of the hand-over pack."""
    content: list[Line] = []
    for section in pack_words.sections(pack, today):
        content += [*([EMPTY] if content else []), line((section.title, "strong"))]
        content += [one for part in section.parts for one in _part(part, guard)]
    title = line((_("Hand-over pack"), "strong"), blank(3), (guard.name(pack.citizen.name), "name"))
    return title, tuple(content)


def _part(part: Part, guard: Guard) -> list[Line]:
    label = fit(line((part.label, "muted")), _LABEL) if part.label else EMPTY
    found = []
    for number, text in enumerate(part.text.split("\n")):
        shown = {"name": line((guard.name(text), "name")), "note": guard.note(text)}.get(part.shows, line(text))
        found.append((label if number == 0 or not part.label else line(blank(_LABEL))) + shown)
    return found


def today_rows(offers: Sequence[Offer], late: int, today: date, guard: Guard) -> list[Item]:
    """What Today says of hand-overs; Sync has the keys."""
    if not offers and not late:
        return []
    rows: list[Item] = [Heading(_("Hand-over"), str(len(offers) or ""))]
    for one in offers:
        text = _("{name} asks you to take over:").format(name=one.other)
        content = join((line((text, "text")), line((guard.name(one.who), "name"))), 1)
        rows.append(Row(f"{OFFER}{one.id}", {}, content=content, sign=glyph("received"), sign_role="warn"))
    if late:
        text = ngettext("{count} change", "{count} changes", late).format(count=late)
        content = join((line((text, "text")), line((_("sent after the hand-over"), "muted"))), 1)
        rows.append(Row(f"{LATE}box", {}, content=content, sign=glyph("received"), sign_role="warn"))
    return rows
