"""Leaving a trace: what is looked at is noted as what is changed, and anybody can be told who saw what about them."""

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from broker_tui.domain.audit import AuditLine, Verified
from broker_tui.domain.text import fold
from broker_tui.services.base import Service
from broker_tui.services.ports import Page
from sync.records.types import Staff

AGAIN = timedelta(minutes=10)
"""A card opened again within this time is the same look."""
TERM_KEY = "trail.term_key"
_STRETCH = 1_000


@dataclass(frozen=True)
class Trail(Service):
    """Who saw and changed what."""

    _seen: dict[str, datetime] = field(default_factory=dict, compare=False)

    def opened(self, citizen_id: str) -> None:
        """Somebody looks at a person's card."""
        now, before = self.clock.now(), self._seen.get(citizen_id)
        if before is None or abs(now - before) >= AGAIN:  # a clock set back hides nothing
            self._seen[citizen_id] = now
            self.store.note_audit("opened", "citizen", citizen_id)

    def searched(self, text: str, hits: int) -> None:
        """Somebody looked for something; the word itself is not kept, but the same word gives the same mark."""
        mark = hmac.digest(self._term_key(), fold(text).encode(), hashlib.sha256).hex()[:16]
        self.store.note_audit("searched", "find", mark, f"hits {hits}")

    def revealed(self, entity: str, entity_id: str, name: str) -> None:
        """Somebody had a hidden value shown."""
        self.store.note_audit("reveal", entity, entity_id, name)

    def exported(self, what: str, entity_id: str, detail: str, purpose: str = "") -> None:
        """Something left the vault."""
        self.store.note_audit("export", what, entity_id, detail, purpose)

    def lines(
        self, citizen_id: str | None = None, *, since: datetime | None = None, offset: int = 0, limit: int = 100
    ) -> list[AuditLine]:
        """Lines, newest first."""
        start = since.isoformat(timespec="milliseconds") if since is not None else None
        return self.store.audit_lines(about=citizen_id, since=start, page=Page(offset, limit))

    def numbered(self, numbers: set[int]) -> list[AuditLine]:
        """The lines of these numbers, newest first; those that are not there are left out."""
        found: list[AuditLine] = []
        offset = 0
        while page := self.lines(offset=offset, limit=_STRETCH):
            found += [line for line in page if line.seq in numbers]
            if page[-1].seq <= min(numbers):
                break
            offset += len(page)
        return found

    def about(self, citizen_id: str) -> Iterator[AuditLine]:
        """Every line about a person, newest first: what the person may be told."""
        offset = 0
        while found := self.lines(citizen_id, offset=offset, limit=_STRETCH):
            yield from found
            offset += len(found)

    def names(self, lines: list[AuditLine]) -> dict[str, str]:
        """Who is behind the ids of actors, as far as this laptop knows."""
        me = self.store.me()
        return {me.staff_id: me.name} | self.store.names(Staff, sorted({line.actor for line in lines}))

    def verify(self) -> Verified:
        """Whether every line follows from those before it."""
        return self.store.verify_audit()

    def _term_key(self) -> bytes:
        known = self.store.setting(TERM_KEY)
        if known is None:
            known = secrets.token_hex(16)
            self.store.set_setting(TERM_KEY, known)
        return bytes.fromhex(known)
