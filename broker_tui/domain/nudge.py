"""Words a broker may not have meant to write down: CPR numbers and health anywhere, names where colleagues read.

A nudge never blocks. The lists are short on purpose: a nudge that cries wolf is not read.
"""

import re
from dataclasses import dataclass
from typing import Literal

from broker_tui.domain.identity import birth_date
from broker_tui.domain.text import fold

_CPR = re.compile(r"(?<![\d-])(\d{6})[ -]?(\d{4})(?![\d-])")
_WORD = re.compile(r"[^\W\d_]+", re.UNICODE)
# Beginnings of folded words about health (GDPR article 9; sensitivity S2 in the field dictionary).
_HEALTH = (
    *("sygdom", "sygemeld", "depression", "depressiv", "angst", "adhd", "autis", "ptsd", "skizofren", "diagnos"),
    *("medicin", "misbrug", "alkohol", "abstinens", "sovn", "smerte", "gigt", "kraeft", "diabetes", "epileps"),
    *("psykiatr", "psykolog", "hospital", "sygehus", "operation", "terapi", "gravid", "stress", "handicap"),
    *("illness", "sick", "anxiety", "medication", "medicine", "addict", "alcohol", "sleep", "pain", "cancer"),
    *("psychiatr", "psycholog", "surgery", "therap", "pregnan", "disabilit"),
)
_HEALTH_EXACT = frozenset({"syg", "sygt", "ill"})


@dataclass(frozen=True, slots=True)
class Nudge:
    """One thing worth a second look: what kind, and the word as it stands in the text (never for a CPR number)."""

    kind: Literal["cpr", "health", "name"]
    word: str = ""


def has_cpr(text: str) -> bool:
    """Whether ten digits that can be a CPR number stand in `text`."""
    return any(birth_date(match[1] + match[2]) is not None for match in _CPR.finditer(text))


def nudges(text: str) -> tuple[Nudge, ...]:
    """What to mention under a note in a case: a CPR number first, then the first health word."""
    found: list[Nudge] = []
    if has_cpr(text):
        found.append(Nudge("cpr"))
    for match in _WORD.finditer(text):
        folded = fold(match[0])
        if folded in _HEALTH_EXACT or folded.startswith(_HEALTH):
            found.append(Nudge("health", match[0]))
            break
    return tuple(found)


def company_nudges(text: str, names: tuple[str, ...]) -> tuple[Nudge, ...]:
    """What to mention under a text that colleagues read: also the names (whole, first or last) of `names`."""
    words = {fold(match[0]) for match in _WORD.finditer(text)}
    for name in names:
        parts = [part for part in name.split() if len(part) > 2]
        for part in (parts[:1] + parts[-1:]) if parts else ():
            if fold(part) in words:
                return (Nudge("name", part), *nudges(text))
    return nudges(text)
