"""What a citizen allows to be told to whom: every statement is a new record, so the history stays."""

from dataclasses import dataclass

from broker_tui.domain import consents
from broker_tui.domain.views import CaseCard, Saved
from broker_tui.services.base import Service
from sync.records.types import Citizen, Consent


@dataclass(frozen=True)
class Consents(Service):
    """Statements of consent."""

    def state(self, consent: Consent) -> Saved:
        """Note that a consent was given, refused or withdrawn."""
        self.require(Citizen, consent.citizen_id)
        batch = self.batch()
        batch.create(consent)
        return batch.save()

    def current(self, card: CaseCard) -> dict[str, Consent]:
        """The newest statement per kind."""
        return consents.current(card)
