"""What a citizen allows right now, out of a history in which every change is a new record."""

from collections.abc import Iterable
from datetime import date, timedelta

from broker_tui.domain.views import CaseCard, Entry
from sync.records.types import Consent

SOON_DAYS = 30
"""How long before its end a consent is a task, in days."""


def latest(entries: Iterable[Entry[Consent]]) -> dict[tuple[str, str], Entry[Consent]]:
    """The newest statement per kind and receiver; withdrawn records and corrected ones do not count."""
    found: dict[tuple[str, str], Entry[Consent]] = {}
    for entry in sorted(entries, key=lambda entry: (entry.record.stated_on, entry.id)):
        if not entry.deleted and entry.replaced_by is None:
            found[entry.record.kind, entry.record.receiver or ""] = entry
    return found


def current(card: CaseCard) -> dict[str, Consent]:
    """The newest statement per kind, whoever it is given to."""
    found: dict[str, Consent] = {}
    for entry in sorted(latest(card.consents).values(), key=lambda entry: (entry.record.stated_on, entry.id)):
        found[entry.record.kind] = entry.record
    return found


def allows(consent: Consent | None, today: date) -> bool:
    """Whether a statement permits telling today."""
    return consent is not None and consent.state == "given" and (consent.expires is None or today <= consent.expires)


def running_out(entries: Iterable[Entry[Consent]], today: date, days: int = SOON_DAYS) -> list[Entry[Consent]]:
    """Given consents that end within `days` or have ended, soonest first."""
    until = today + timedelta(days=days)
    found = [
        entry
        for entry in latest(entries).values()
        if entry.record.state == "given" and entry.record.expires is not None and entry.record.expires <= until
    ]
    return sorted(found, key=lambda entry: (entry.record.expires or until, entry.id))
