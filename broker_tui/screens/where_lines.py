"""Where a change is, three states told apart: saved here, the hub has it, registered elsewhere. Pure."""

from datetime import date

from broker_tui.domain.views import LogRow
from broker_tui.i18n import _, change_words, words
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.spans import EMPTY, Line, blank, indented, line

_ELSEWHERE = ("placement", "fact")
"""Records of which a broker notes that they were entered in another system too."""


def where(row: LogRow, today: date) -> tuple[Line, tuple[Line, ...]]:
    """Title and text of a sheet about one change."""
    title = line(
        (words.record_type(row.record_type), "strong"), blank(3), (change_words.time_of(row.at, today), "muted")
    )
    return title, (*_here(row, today), EMPTY, *_hub(row, today), EMPTY, *_elsewhere(row, today))


def _state(holds: bool, name: str, detail: str) -> tuple[Line, ...]:
    sign = line((f"{glyph('ok')} ", "ok")) if holds else line((f"{glyph('missing')} ", "muted"))
    return sign + line((name, "strong")), *indented(line(detail), 76)


def _here(row: LogRow, today: date) -> tuple[Line, ...]:
    if not row.mine:
        who, device = row.staff_name or _("a colleague"), row.device or _("another laptop")
        detail = _("Saved by {who} on {device}; it came here with a sync.").format(who=who, device=device)
        return _state(True, _("Saved here"), detail)
    at = change_words.time_of(row.at, today)
    return _state(True, _("Saved here"), _("{time}, on this laptop, encrypted.").format(time=at))


def _hub(row: LogRow, today: date) -> tuple[Line, ...]:
    if row.sent == "unsent":
        return _state(False, _("The hub has it"), _("Not yet: it is sent with the next sync."))
    if row.sent == "refused":
        return _state(False, _("The hub has it"), _("No: the hub refused it, or it was given up. F7 says why."))
    if not row.mine:
        return _state(True, _("The hub has it"), _("It came from there."))
    if row.confirmed_at is None or not row.receipt:
        return _state(True, _("The hub has it"), _("Together with another change; it has no receipt of its own."))
    at = change_words.time_of(row.confirmed_at, today)
    return _state(True, _("The hub has it"), _("{time}, receipt no. {number}").format(time=at, number=row.receipt))


def _elsewhere(row: LogRow, today: date) -> tuple[Line, ...]:
    name = _("Registered elsewhere")
    if row.registered:
        return _state(True, name, "; ".join(change_words.registered(entry, today) for entry in row.registered))
    if row.record_type in _ELSEWHERE:
        return _state(False, name, _("Not that anybody noted here."))
    return _state(False, name, _("The hub passes nothing on: what another system must know is entered there by hand."))
