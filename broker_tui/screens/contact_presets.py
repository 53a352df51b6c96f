"""The words a broker chooses a contact by, each over kind, place and open counselling of the record."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from broker_tui.i18n import N_, _, pgettext
from sync.records.types import Contact, ContactKind, Place


@dataclass(frozen=True, slots=True)
class Preset:
    """One word of the choice."""

    code: str
    label: str
    kind: ContactKind
    place: Place
    open_counselling: bool = False


PRESETS = (
    Preset("phone", N_("Phone"), "phone", "remote"),
    Preset("meeting", N_("Meeting"), "meeting", "jobcenter"),
    Preset("visit", N_("Visit"), "meeting", "company"),
    Preset("home", N_("At home"), "meeting", "home_or_stay"),
    Preset("outreach", N_("Outreach"), "meeting", "outreach_office", True),
    Preset("text", N_("SMS"), "text", "remote"),
    Preset("video", N_("Video"), "video", "remote"),
    Preset("letter", N_("Letter"), "letter", "remote"),
)
TWO_WAY = frozenset({"phone", "meeting", "video"})
"""Kinds in which both sides speak, when they were held."""


def preset(code: str) -> Preset:
    """The preset with a code; the first for anything else."""
    return next((found for found in PRESETS if found.code == code), PRESETS[0])


def preset_for(accepted: Sequence[tuple[Collection[str], Collection[str]]]) -> str:
    """The first word that one of the accepted contacts allows; "" where nothing speaks against any.

    Args:
        accepted: kinds and places of each; no places means any.
    """
    for found in PRESETS if accepted else ():
        for kinds, places in accepted:
            if found.kind in kinds and (not places or found.place in places):
                return found.code
    return ""


def preset_of(contact: Contact) -> Preset:
    """The word that fits a contact best."""
    fitting = [found for found in PRESETS if found.kind == contact.kind]
    for found in fitting:
        if found.place == contact.place:
            return found
    return fitting[0] if fitting else PRESETS[0]


def outcomes() -> tuple[tuple[str, str], ...]:
    """What can become of a contact, in words short enough for one line at 80 columns."""
    return (
        ("reached", pgettext("outcome", "Held")),
        ("no_show", pgettext("outcome", "No show")),
        ("cancelled_by_citizen", pgettext("outcome", "Cancelled")),
        ("not_reached", pgettext("outcome", "No answer")),
        ("cancelled_by_staff", pgettext("outcome", "Cancelled by us")),
    )


def outcome_word(code: str) -> str:
    """What became of a contact."""
    return dict(outcomes()).get(code, code)


def kind_word(contact: Contact) -> str:
    """How a contact was made."""
    return _(preset_of(contact).label)
