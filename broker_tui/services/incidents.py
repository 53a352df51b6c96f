"""What a crash left behind, kept inside the vault: outside it only the class, the place and a reference are known."""

import traceback
from dataclasses import dataclass
from datetime import datetime

from broker_tui.domain.text import clean
from broker_tui.services.base import Service

KEPT = 20
FRAMES = 30
MAX_MESSAGE = 2_000


@dataclass(frozen=True, slots=True)
class Incident:
    """One crash.

    Args:
        places: `file:line function`, the innermost last; no values of variables.
        message: the exception's own words, which may hold anything.
    """

    ref: str
    at: datetime
    error: str
    version: str
    screen: str
    places: tuple[str, ...]
    message: str


@dataclass(frozen=True)
class Incidents(Service):
    """Crashes of this laptop, newest first."""

    def note(self, ref: str, error: BaseException, *, version: str, screen: str = "") -> None:
        """Keep what is known of a crash; the twenty newest stay."""
        frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
        places = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
        doc = {
            "error": type(error).__name__,
            "version": version,
            "screen": screen,
            "places": places,
            "message": clean(str(error))[:MAX_MESSAGE],
        }
        self.store.add_incident(ref, doc, KEPT)

    def all(self) -> list[Incident]:
        """All that are kept."""
        return [
            Incident(
                *(ref, at, doc["error"], doc["version"], doc["screen"]),
                places=tuple(doc["places"]),
                message=doc["message"],
            )
            for ref, at, doc in self.store.incidents()
        ]
