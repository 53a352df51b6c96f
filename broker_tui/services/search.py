"""Find: people, companies and notes by what a broker remembers of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from broker_tui.domain.text import clean_line
from broker_tui.domain.views import Hit
from broker_tui.services.base import Service
from broker_tui.services.ports import Page


@dataclass(frozen=True)
class Search(Service):
    """One box for everything."""

    def find(self, text: str, *, types: Sequence[str] | None = None, limit: int = 50, offset: int = 0) -> list[Hit]:
        """Answers, newest first within people, companies and notes; nothing for an empty question."""
        asked = clean_line(text)
        return self.store.find(asked, types=types, page=Page(offset, limit)) if asked else []
