"""The words a broker chooses a contact by, each over kind, place and open counselling of the record."""

from dataclasses import dataclass

from broker_tui.i18n import N_, _
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
    Preset("text", N_("Text"), "text", "remote"),
    Preset("video", N_("Video"), "video", "remote"),
    Preset("letter", N_("Letter"), "letter", "remote"),
)
OUTCOMES = (
    ("reached", N_("Held")),
    ("no_show", N_("No show")),
    ("cancelled_by_citizen", N_("Cancelled")),
    ("cancelled_by_staff", N_("We cancelled")),
    ("not_reached", N_("No answer")),
)
TWO_WAY = frozenset({"phone", "meeting", "video"})
"""Kinds in which both sides speak, when they were held."""


def preset(code: str) -> Preset:
    """The preset with a code; the first for anything else."""
    return next((found for found in PRESETS if found.code == code), PRESETS[0])


def preset_of(contact: Contact) -> Preset:
    """The word that fits a contact best."""
    fitting = [found for found in PRESETS if found.kind == contact.kind]
    for found in fitting:
        if found.place == contact.place:
            return found
    return fitting[0] if fitting else PRESETS[0]


def outcome_word(code: str) -> str:
    """What became of a contact."""
    return next((_(word) for outcome, word in OUTCOMES if outcome == code), code)


def kind_word(contact: Contact) -> str:
    """How a contact was made."""
    return _(preset_of(contact).label)
