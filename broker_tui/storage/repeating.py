"""After the hub went back to an older copy of itself: its word counts anew, and what it once took is sent again.

Nothing is deleted. Every operation carries its id, so the hub answers what it still has with "duplicate" and takes in
what it lost; those it does not take go the way of every refused change. What was seen in the lost history says nothing
about the new one, so such operations claim to have seen only what stands in their `before`.
"""

from broker_tui.storage.ground import LACKS_OWN, Ground, Transaction
from broker_tui.storage.projection import loads
from sync.records import RECORD_TYPES

EPOCH = "sync.epoch"
"""Row of `laptop`: the history the hub last spoke of."""
REPEATS = "sync.repeats"
"""Row of `laptop`: some operations are sent again."""
AGAIN = -1
"""In `op.stable` of an operation that is sent again though the hub once answered it."""
_TAKEN = "('applied', 'merged', 'conflict', 'duplicate', 'late')"
_BLANKED = "SELECT record_id FROM op WHERE kind IN ('create', 'patch') AND patch = '{}'"
"""Records that left this laptop: of what was done to them only that it was done remains."""


class RepeatingPart(Ground):
    """Starting the repetition, and knowing whether one is going."""

    def reset_feed(self, feed: str) -> None:
        """The hub no longer knows a cursor: read that feed from its start, and send again what was taken before."""
        with self._writing("sync") as transaction:
            transaction.connection.execute("DELETE FROM feed WHERE name = ?", (feed,))
            self._begin_again(transaction)

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
            connection.execute(
                f'UPDATE "{name}" SET base_deleted = iif(base IS NULL, deleted, base_deleted), '
                "base_scope = coalesce(base_scope, scope), base = coalesce(base, doc), rev = 0 WHERE rev > 0"
            )

    def _repeating(self) -> bool:
        return self._row("SELECT 1 FROM laptop WHERE name = ?", (REPEATS,)) is not None

    def _repeated(self, transaction: Transaction) -> None:
        """Whether that was the last of them."""
        connection = transaction.connection
        if connection.execute("SELECT 1 FROM op WHERE stable = ? LIMIT 1", (AGAIN,)).fetchone() is None:
            connection.execute("DELETE FROM laptop WHERE name = ?", (REPEATS,))
