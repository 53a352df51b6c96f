"""A citizen's way through a mastery course: what phases and signals are worked out from."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from broker_tui.programmes.families.mastery_attendance import Chain, Mark
from broker_tui.programmes.families.mastery_calendar import Team
from broker_tui.programmes.families.mastery_stay import Stay


@dataclass(frozen=True, slots=True)
class Followed:
    """Follow-up in the internship: first contact with each side, and days by which both had been reached once more."""

    company: date | None = None
    citizen: date | None = None
    both: tuple[date, ...] = ()


@dataclass(slots=True)
class Path:
    """A citizen's way through the course: what the phases and signals are worked out from."""

    team: Team
    stay: Stay
    prep_start: date | None = None
    accepted: date | None = None
    end: date | None = None
    exit: tuple[str, date, str] | None = None
    blocked: bool = False
    marks: Sequence[Mark] = ()
    chains: Sequence[Chain] = ()
    frequent: tuple[int, date | None] = (0, None)
    followed: Followed = field(default_factory=Followed)
    level: int | None = None
    level_on: date | None = None
