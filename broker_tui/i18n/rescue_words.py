"""A rescue in words: how far it is, and what it brought back."""

from typing import TYPE_CHECKING

from broker_tui.domain.clock import DENMARK
from broker_tui.i18n import N_, _, ngettext
from broker_tui.i18n.format import clock, dated
from broker_tui.widgets.spans import EMPTY, Line, line

if TYPE_CHECKING:
    from broker_tui.rescuing import Rescued

_STAGES = {
    "reading": N_("Reading what can be read …"),
    "restoring": N_("Putting the newest backup in place …"),
    "replaying": N_("Putting what was saved since on top of it …"),
}


def stage(name: str, done: int, of: int) -> str:
    """How far it is."""
    words = _(_STAGES[name])
    return f"{words} {done}/{of}" if of else words


def sentences(found: "Rescued") -> list[str]:
    """What was brought back, what was not, and what to do."""
    said = []
    if found.backup is not None:
        made = found.backup.astimezone(DENMARK)
        said.append(_("The backup of {day} at {time} is in place.").format(day=dated(made.date()), time=clock(made)))
    else:
        said.append(_("There was no sound backup: the caseload was built again from what could be read."))
    said.append(
        ngettext(
            "{count} save made since was put back on top of it.",
            "{count} saves made since were put back on top of it.",
            found.operations,
        ).format(count=found.operations)
    )
    if not found.readable:
        said.append(_("The damaged database could not be read: what was saved after the backup and not sent is lost."))
    elif found.lost and found.sure:
        said.append(
            ngettext(
                "At most {count} save could not be read.", "At most {count} saves could not be read.", found.lost
            ).format(count=found.lost)
        )
    elif not found.sure:
        said.append(
            ngettext(
                "At least {count} save could not be read; the damage hides how many there were.",
                "At least {count} saves could not be read; the damage hides how many there were.",
                found.lost,
            ).format(count=found.lost)
            if found.lost
            else _("Further saves may be lost: the damage hides how many there were.")
        )
    else:
        said.append(_("Every save could be read."))
    said.append(_("Sync next: what the hub has and this laptop lacks comes with it."))
    said.append(_("The damaged files lie in {folder}. IT may want to look at them.").format(folder=found.aside))
    return said


def told(found: "Rescued") -> tuple[Line, tuple[Line, ...]]:
    """Title and text of the page that tells it."""
    lines: list[Line] = []
    for sentence in sentences(found):
        lines += [line(sentence), EMPTY]
    return line((_("The caseload is rescued"), "strong")), tuple(lines[:-1])
