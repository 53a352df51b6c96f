"""Whether what lies here is what should: digests of the records as the hub last said them, and mending what differs."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import msgspec

from broker_tui.storage import rows, search_index
from broker_tui.storage.applying import PageWork
from broker_tui.storage.ground import CHECKED, Transaction
from broker_tui.storage.leaving import LeavingPart, away
from broker_tui.storage.projection import loads
from broker_tui.storage.repeating import RepeatingPart
from sync.digests import Line, Sums, added, read, sums, written
from sync.ports import Applied
from sync.protocol import Change
from sync.records import RECORD_TYPES

ELSEWHERE = "sync.elsewhere"
"""Row of `laptop`: digest of what the hub has of people who left this laptop."""
_WORD = """SELECT iif(base IS NULL, scope, coalesce(base_scope, scope)), id, rev,
    iif(base IS NULL, deleted, base_deleted) FROM "{}" WHERE rev > 0"""
_UNNAMED = """SELECT id FROM "{}" WHERE rev > 0 AND iif(base IS NULL, scope, coalesce(base_scope, scope))
    IN (SELECT value FROM json_each(?)) AND id NOT IN (SELECT value FROM json_each(?))"""


class CheckingPart(LeavingPart, RepeatingPart):
    """`sync.ports.CheckedStore`."""

    def check_due(self, now: datetime, every: timedelta) -> bool:
        """Whether to ask; see the port. A caseload that was just read from its start is right, and waits its turn."""
        row = self._row("SELECT value FROM laptop WHERE name = ?", (CHECKED,))
        if row is None:
            self.note_checked(now)
            return False
        if self.lacks_own() or self._repeating():
            return False
        last = loads(row[0])
        return not last or abs(now - datetime.fromisoformat(last)) >= every  # a clock set back must not put it off

    def claim(self) -> str:
        """The digest of everything; see the port."""
        row = self._row("SELECT value FROM laptop WHERE name = ?", (ELSEWHERE,))
        return written(added(*self._sums().values(), max(0, read(loads(row[0]))) if row else 0))

    def digests(self) -> dict[str, str]:
        """The digest per scope of what lies here."""
        return {scope: written(digest) for scope, digest in self._sums().items()}

    def _sums(self) -> Sums:
        return sums(self._words_of_the_hub())

    def _words_of_the_hub(self) -> Iterator[Line]:
        parked = [msgspec.json.decode(row[0], type=Change) for row in self._rows("SELECT change FROM parked")]
        unread = {change.id for change in parked}
        for name in RECORD_TYPES:
            for scope, record_id, rev, deleted in self._rows(_WORD.format(name)):
                if record_id not in unread:
                    yield scope, record_id, rev, bool(deleted)
        for change in parked:  # what this program cannot read lies here all the same
            yield change.scope, change.id, change.rev, change.deleted

    def doubted(self, told: dict[str, str]) -> list[str]:
        """Of the scopes that differ those to fetch anew; see the port."""
        with self._writing("sync") as transaction:
            gone = away(transaction.connection, told)
            elsewhere = added(*(max(0, read(told[scope])) for scope in gone))
            self._put_laptop(transaction.connection, ELSEWHERE, written(elsewhere))
        return [scope for scope in told if scope not in gone]

    def mend(self, changes: Sequence[Change]) -> Applied:
        """Apply records fetched anew; see the port."""
        with self._writing("sync") as transaction:
            _unfind(transaction, changes)
            work = PageWork(transaction, self._now(), self._me.device_id, anew=True)
            result = work.apply(changes)
            if work.returned:
                self._read_again(transaction.connection)
        if any(change.kind == "purge" for change in changes):
            self._fold_log()
        return result

    def unnamed(self, scopes: Sequence[str], named: set[str]) -> int:
        """Keep what the hub has not named, as something it has yet to be told; see the port."""
        found: list[str] = []
        with self._writing("sync") as transaction:
            for name in RECORD_TYPES:
                wanted = (json.dumps(list(scopes)), json.dumps(sorted(named)))
                ids = [row[0] for row in transaction.connection.execute(_UNNAMED.format(name), wanted)]
                if ids:
                    self._doubt(transaction, name, ids)
                    found += ids
            if found:
                self._say_again(transaction, found)
        return len(found)

    def note_checked(self, now: datetime) -> None:
        """The check is done."""
        with self._writing("sync") as transaction:
            self._put_laptop(transaction.connection, CHECKED, now.isoformat(timespec="seconds"))


def _unfind(transaction: Transaction, changes: Sequence[Change]) -> None:
    """A record that vanished or was taken for deleted may have left its words with find; they must not stand twice."""
    for change in changes:
        if change.type not in RECORD_TYPES or change.doc is None:
            continue
        row = rows.fetch(transaction.connection, change.type, change.id)
        if row is None or not row.stands:
            search_index.remove(transaction.connection, change.type, change.id, row.doc if row else change.doc)
