"""Drafts: every form on its way is kept in the vault, so that nothing typed is ever lost."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from broker_tui.domain.views import Draft
from broker_tui.services.base import Service


@dataclass(frozen=True)
class Drafts(Service):
    """Forms that were begun and neither saved nor discarded."""

    def save(self, key: str, form: str, about: str | None, values: Mapping[str, Any]) -> None:
        """Keep a form as typed; raises `StoreFull` when it cannot be kept."""
        self.store.save_draft(key, form, about, values)

    def get(self, key: str) -> Draft | None:
        """The draft of one form."""
        return self.store.draft(key)

    def all(self) -> list[Draft]:
        """All drafts, newest first."""
        return self.store.drafts()

    def ended_by_save(self, key: str) -> AbstractContextManager[None]:
        """While the context is open, a save on this thread ends the draft with it: never both, never neither."""
        return self.store.ending_draft(key)

    def discard(self, key: str) -> None:
        """Throw a draft away; harmless when there is none."""
        self.store.discard_draft(key)
