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
        """Note that a consent was given, refused or withdrawn.

        What a company was told and may not know any more becomes a follow-up with it, in the same save.
        """
        from broker_tui.services.disclosure import Disclosure, word_of  # late: it loads the forms of the programmes

        self.require(Citizen, consent.citizen_id)
        batch = self.batch()
        batch.create(consent)
        disclosure = Disclosure(self.store, self.clock)
        before = disclosure.words(consent.citizen_id)
        disclosure.call_back(batch, consent.citizen_id, before, [*before, *word_of(consent)])
        return batch.save()

    def current(self, card: CaseCard) -> dict[str, Consent]:
        """The newest statement per kind."""
        return consents.current(card)
