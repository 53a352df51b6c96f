"""The audit log's rows: each is written in the transaction of what it tells, and sealed to the row before it."""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from importlib.metadata import version
from typing import TYPE_CHECKING

import msgspec

from broker_tui.domain.audit import AuditLine, Verified, sealed, start, verify
from broker_tui.services.ports import Page
from broker_tui.storage.ground import Ground, Transaction
from sync.protocol import AuditAnchor, AuditHead

if TYPE_CHECKING:
    from sqlcipher3.dbapi2 import Connection

_COLUMNS = "seq, ts, device, actor, action, entity, entity_id, detail, purpose, version, coalesce(mac, '')"
_ADD = """INSERT INTO audit (seq, ts, device, actor, action, entity, entity_id, detail, purpose, version, mac)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_HEAD = "SELECT seq, mac FROM audit ORDER BY seq DESC LIMIT 1"
_ABOUT = """entity_id = ?1 OR entity_id IN (
    SELECT record_id FROM op WHERE scope = 'case:' || ?1 OR former_scope = 'case:' || ?1)"""
_STRETCH = 5_000
ANCHOR = "audit.anchor"


@lru_cache(1)
def program() -> str:
    """The version that writes the lines."""
    return version("broker-tui")


class AuditPart(Ground):
    """Writing, reading and checking the chain."""

    def note_audit(self, action: str, entity: str, entity_id: str, detail: str = "", purpose: str = "") -> None:
        """Add a line to the audit log."""
        at = self._now()
        with self._writing() as transaction:
            self._audit(transaction, at, action, entity, entity_id, detail, purpose)

    def audit_lines(self, *, about: str | None, since: str | None, page: Page) -> list[AuditLine]:
        """Lines, newest first: all, or those about a citizen and every record of that person."""
        terms = [f"({_ABOUT})"] if about is not None else []
        values: list[object] = [about] if about is not None else []
        if since is not None:
            terms.append(f"ts >= ?{len(values) + 1}")
            values.append(since)
        where = f"WHERE {' AND '.join(terms)}" if terms else ""
        stretch = f"LIMIT {int(page.limit)} OFFSET {int(page.offset)}"
        rows = self._rows(f"SELECT {_COLUMNS} FROM audit {where} ORDER BY seq DESC {stretch}", values)
        return [AuditLine(*row) for row in rows]

    def verify_audit(self) -> Verified:
        """Check the whole chain."""
        return verify(self._audit_key, self._audit_stream())

    def audit_claim(self) -> tuple[AuditHead, AuditHead | None]:
        """The newest line, and what this chain has at the number the hub remembers."""
        row = self._row(_HEAD)
        head = AuditHead(seq=row[0], mac=row[1] or "") if row else AuditHead(seq=0, mac="")
        anchor = self.audit_anchor()
        if anchor is None:
            return head, None
        found = self._row("SELECT mac FROM audit WHERE seq = ?", (anchor.seq,))
        return head, AuditHead(seq=anchor.seq, mac=(found[0] or "") if found else "")

    def audit_anchor(self) -> AuditAnchor | None:
        """What the hub said it remembers."""
        row = self._row("SELECT value FROM laptop WHERE name = ?", (ANCHOR,))
        return None if row is None else msgspec.json.decode(row[0], type=AuditAnchor)

    def note_anchor(self, anchor: AuditAnchor) -> None:
        """Keep what the hub remembers, with its signature."""
        with self._writing() as transaction:
            self._put_laptop(transaction.connection, ANCHOR, anchor)

    def _audit(
        self,
        transaction: Transaction,
        at: str,
        action: str,
        entity: str,
        entity_id: str,
        detail: str = "",
        purpose: str = "",
    ) -> None:
        """One line inside a transaction; the head is read in it, so that two lines never follow the same one."""
        connection, me = transaction.connection, self._me
        if transaction.audit_head is None:
            row = connection.execute(_HEAD).fetchone()
            sealed_by = bytes.fromhex(row[1]) if row and row[1] else self._audit_start(connection)
            transaction.audit_head = (row[0] if row else 0, sealed_by)
        last, before = transaction.audit_head
        line = AuditLine(
            *(last + 1, at, me.device_id, me.staff_id, action, entity, entity_id),
            detail=detail,
            purpose=purpose,
            version=program(),
        )
        mac = sealed(self._audit_key, before, line)
        self._put_line(connection, replace(line, mac=mac.hex()))
        transaction.audit_head = (line.seq, mac)

    @staticmethod
    def _put_line(connection: "Connection", line: AuditLine) -> None:
        connection.execute(
            _ADD,
            (
                *(line.seq, line.at, line.device, line.actor, line.action, line.entity, line.entity_id),
                *(line.detail, line.purpose, line.version, line.mac),
            ),
        )

    def _audit_start(self, connection: "Connection") -> bytes:
        rows = connection.execute(f"SELECT {_COLUMNS} FROM audit WHERE mac IS NULL ORDER BY seq")
        return start(AuditLine(*row) for row in rows)

    def _audit_stream(self) -> Iterator[AuditLine]:
        last = 0
        while rows := self._rows(f"SELECT {_COLUMNS} FROM audit WHERE seq > ? ORDER BY seq LIMIT ?", (last, _STRETCH)):
            for row in rows:
                yield AuditLine(*row)
            last = rows[-1][0]
