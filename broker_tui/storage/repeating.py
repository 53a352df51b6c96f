"""After the hub went back to an older copy of itself: its word counts anew, and what it once took is sent again.

Nothing is deleted. Every operation carries its id, so the hub answers what it still has with "duplicate" and takes in
what it lost; those it does not take go the way of every refused change. What was seen in the lost history says nothing
about the new one, so such operations claim to have seen only what stands in their `before`.
"""

import json
from collections.abc import Sequence

from broker_tui.storage.emptying import TAKEN
from broker_tui.storage.ground import LACKS_OWN, Ground, Transaction
from broker_tui.storage.projection import loads
from sync.protocol import Cursor
from sync.records import RECORD_TYPES

EPOCH = "sync.epoch"
"""Row of `laptop`: the history the hub last spoke of."""
REPEATS = "sync.repeats"
"""Row of `laptop`: some operations are sent again."""
AGAIN = -1
"""In `op.stable` of an operation that is sent again though the hub once answered it."""
_TAKEN = TAKEN
_BLANKED = "SELECT record_id FROM op WHERE mine = 1 AND kind IN ('create', 'patch') AND patch = '{}'"
"""Records that left this laptop: of what was done to them only that it was done remains."""
_DOUBT = """UPDATE "{}" SET base_deleted = iif(base IS NULL, deleted, base_deleted),
    base_scope = coalesce(base_scope, scope), base = coalesce(base, doc), rev = 0"""


class RepeatingPart(Ground):
    """Starting the repetition, and knowing whether one is going."""

    def reset_feed(self, feed: str) -> None:
        """The hub no longer knows a cursor: read that feed from its start, and send again what was taken before."""
        with self._writing("sync") as transaction:
            transaction.connection.execute("DELETE FROM feed WHERE name = ?", (feed,))
            self._begin_again(transaction)

    def cursors(self) -> dict[str, Cursor]:
        """Cursor per feed."""
        found = self._rows("SELECT name, epoch, seq, chain FROM feed WHERE epoch <> ''")
        return {name: Cursor(epoch=epoch, seq=seq, chain=chain) for name, epoch, seq, chain in found}

    def lacks_own(self) -> bool:
        """Whether operations this device once sent may be missing here; see the port."""
        return self._row("SELECT 1 FROM laptop WHERE name = ?", (LACKS_OWN,)) is not None

    def meet(self, epoch: str) -> None:
        """The hub says which history it speaks of; a laptop whose last pull failed has no cursor that would tell."""
        row = self._row("SELECT value FROM laptop WHERE name = ?", (EPOCH,))
        if row is not None and loads(row[0]) == epoch:
            return
        with self._writing("sync") as transaction:
            if row is not None:
                transaction.connection.execute("DELETE FROM feed")
                self._begin_again(transaction)
            self._put_laptop(transaction.connection, EPOCH, epoch)

    def _begin_again(self, transaction: Transaction) -> None:
        connection = transaction.connection
        self._put_laptop(connection, LACKS_OWN, True)
        self._put_laptop(connection, REPEATS, True)
        connection.execute(
            f"UPDATE op SET stable = ? WHERE mine = 1 AND ack_status IN {_TAKEN} AND record_id NOT IN ({_BLANKED})",
            (AGAIN,),
        )
        connection.execute("UPDATE op SET base_rev = 0 WHERE mine = 1 AND (ack_status IS NULL OR stable = ?)", (AGAIN,))
        # refused by a hub that had lost what they were about: it is asked anew, after all that came before them
        connection.execute("UPDATE op SET problem = NULL WHERE ack_status IS NULL AND problem IS NOT NULL")
        for name in RECORD_TYPES:
            connection.execute(f"{_DOUBT.format(name)} WHERE rev > 0")

    @staticmethod
    def _doubt(transaction: Transaction, type_name: str, ids: Sequence[str]) -> None:
        """These records stay as the hub's last word, of a revision it does not know."""
        transaction.connection.execute(
            f"{_DOUBT.format(type_name)} WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(ids),)
        )

    def _say_again(self, transaction: Transaction, records: Sequence[str]) -> None:
        """Send again what was done here to these records and taken by the hub, which does not know them."""
        changed = transaction.connection.execute(
            f"UPDATE op SET stable = ?, base_rev = 0 WHERE mine = 1 AND ack_status IN {_TAKEN} "
            f"AND record_id IN (SELECT value FROM json_each(?)) AND record_id NOT IN ({_BLANKED})",
            (AGAIN, json.dumps(records)),
        )
        if changed.rowcount:
            self._put_laptop(transaction.connection, REPEATS, True)

    def _repeating(self) -> bool:
        return self._row("SELECT 1 FROM laptop WHERE name = ?", (REPEATS,)) is not None

    def _repeated(self, transaction: Transaction) -> None:
        """Whether that was the last of them."""
        connection = transaction.connection
        if connection.execute("SELECT 1 FROM op WHERE stable = ? LIMIT 1", (AGAIN,)).fetchone() is None:
            connection.execute("DELETE FROM laptop WHERE name = ?", (REPEATS,))
