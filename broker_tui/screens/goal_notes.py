"""Progression notes on the Goals tab: the newest words in the list, and what they replaced when one reads them."""

from broker_tui.domain.views import CaseCard, Entry
from broker_tui.i18n import _
from broker_tui.i18n.format import short_date
from broker_tui.screens.case_lines import unsent_sign
from broker_tui.widgets.guard import Guard
from broker_tui.widgets.row_list import Heading, Item, Row
from broker_tui.widgets.spans import EMPTY, Line, blank, ends, fit, line
from sync.records.types import ProgressionNote

Note = Entry[ProgressionNote]


def standing_notes(card: CaseCard) -> list[Note]:
    """The notes that were neither withdrawn nor corrected, the newest first."""
    found = (entry for entry in card.notes if not entry.deleted and entry.replaced_by is None)
    return sorted(found, key=lambda entry: (entry.record.noted_on, entry.id), reverse=True)


def former_notes(card: CaseCard, note: Note) -> list[Note]:
    """What a note replaced, the latest of them first."""
    known = {entry.id: entry for entry in card.notes}
    found: list[Note] = []
    former = known.get(note.record.replaces or "")
    while former is not None and former not in found:
        found.append(former)
        former = known.get(former.record.replaces or "")
    return found


def note_items(card: CaseCard, guard: Guard, cells: int) -> list[Item]:
    """The notes under their heading."""
    notes = standing_notes(card)
    if not notes:
        return []
    items: list[Item] = [Heading(_("In own words"), str(len(notes)))]
    for entry in notes:
        day = fit(line((short_date(entry.record.noted_on), "muted")), 9)
        sign = unsent_sign(entry)
        if entry.record.replaces:
            sign = line((_("corrected"), "muted")) + (blank(1) + sign if sign else EMPTY)
        items.append(Row(entry.id, content=day + ends(guard.note(entry.record.text), sign, max(10, cells - 9))))
    return items


def note_in_full(card: CaseCard, note: Note, guard: Guard) -> list[Line]:
    """The words, and below them those that stood there before."""
    found = [guard.note(part) for part in note.record.text.split("\n")]
    for former in former_notes(card, note):
        found.append(EMPTY)
        found.append(line((_("Before the correction, {day}").format(day=short_date(former.record.noted_on)), "muted")))
        found += [guard.note(part) for part in former.record.text.split("\n")]
    return found
