"""Bugs others have had, put into the program one at a time: a simulator that cannot find them proves nothing.

Each is a context manager that patches the code under test; `seeds.toml` holds a seed that finds it.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from typing import Any
from unittest import mock

import msgspec

import sync.answers
import sync.merge as merging
from broker_tui.storage import applying, journal, ops, repeating
from broker_tui.storage.local_sync import LocalSyncPart
from sync import engine
from sync.errors import Cause, HubRefused
from sync.hub import cutting, judging, pulling, pushing, service
from sync.hub.reading import Reader
from sync.protocol import Change, Cursor, Op, OpAnswer, PullAnswer, PullRequest, PushAnswer, PushRequest
from sync.records import RECORD_TYPES, new_id

Bug = Callable[[], AbstractContextManager[Any]]


def _late_commit() -> AbstractContextManager[Any]:
    """A feed numbered by a sequence: a reader steps over numbers whose transaction commits a little later."""
    real = pulling.Pull._part

    def part(
        self: pulling.Pull, feed: str, start: Cursor, head: int, room: int, request: PullRequest, **more: bool
    ) -> Any:
        items, at, ended = real(self, feed, start, head, room, request, taken=more["taken"])
        if head % 5 == 4 and len(items) > 1 and ended:
            return items[:-1], at, ended
        return items, at, ended

    return mock.patch.object(pulling.Pull, "_part", part)


def _pages_end_anywhere() -> AbstractContextManager[Any]:
    """A page ends where it is full, in the middle of a save."""
    return mock.patch.object(cutting, "whole", lambda saves, room: min(room, len(saves)))


def _acknowledged_by_exclusion() -> AbstractContextManager[Any]:
    """What the hub did not refuse counts as taken, also what it never named (WatermelonDB 1552)."""

    def words(answer: PushAnswer, asked: set[str]) -> dict[str, OpAnswer]:
        named = sync.answers.words_on(answer, asked)
        return {op: OpAnswer(op=op, status="applied") for op in asked} | {
            op: word for op, word in named.items() if word.status == "rejected"
        }

    return mock.patch.object(engine, "words_on", words)


def _cursor_before_page() -> AbstractContextManager[Any]:
    """The cursor is stored in a transaction of its own, before the page."""
    real = LocalSyncPart.apply_page

    def apply(self: LocalSyncPart, changes: Sequence[Change], following: Any, stable: Any, **more: Any) -> Any:
        real(self, [], following, stable)
        return real(self, changes, following, stable, **more)

    return mock.patch.object(LocalSyncPart, "apply_page", apply)


def _pending_read_too_early() -> AbstractContextManager[Any]:
    """What is unsent is read when the page is asked for, not when it is applied (Joplin 16208)."""
    stack = ExitStack()
    newest = [0]
    real_cursors, real_pending = LocalSyncPart.cursors, ops.pending_of

    def cursors(self: LocalSyncPart) -> dict[str, Cursor]:
        newest[0] = self._row("SELECT coalesce(max(seq), 0) FROM op")[0]
        return real_cursors(self)

    def pending(connection: Any, record_id: str, rev: int) -> list[Op]:
        found = real_pending(connection, record_id, rev)
        rows = connection.execute("SELECT op FROM op WHERE record_id = ? AND seq > ?", (record_id, newest[0]))
        later = {row[0] for row in rows}
        return [op for op in found if op.op not in later]

    stack.enter_context(mock.patch.object(LocalSyncPart, "cursors", cursors))
    stack.enter_context(mock.patch.object(applying, "pending_of", pending))
    return stack


def _counted_ids() -> AbstractContextManager[Any]:
    """Operations are numbered per laptop instead of drawn: an older copy uses numbers again."""
    real = journal.JournalPart._note

    def note(self: Any, transaction: Any, change: Any, saved: tuple[str, str, int, str, str | None]) -> None:
        count = transaction.connection.execute("SELECT count(*) FROM op WHERE mine = 1").fetchone()[0]
        op = f"{self._me.device_id[:24]}{count:012x}"
        tx = op if saved[1] == saved[0] else saved[1]
        real(self, transaction, change, (op, tx, *saved[2:]))

    return mock.patch.object(journal.JournalPart, "_note", note)


def _dropped_on_403() -> AbstractContextManager[Any]:
    """A refusal by anybody on the way empties the laptop."""
    real = engine.SyncEngine.run

    def run(self: engine.SyncEngine) -> engine.Outcome:
        outcome = real(self)
        if isinstance(outcome.error, HubRefused) and outcome.cause is Cause.NOT_ALLOWED:
            store: Any = self._store
            with store._writing("sync") as transaction:
                for name in RECORD_TYPES:
                    transaction.connection.execute(f'DELETE FROM "{name}"')  # noqa: S608  # names of the contract
        return outcome

    return mock.patch.object(engine.SyncEngine, "run", run)


def _last_writer_wins() -> AbstractContextManager[Any]:
    """Whoever pushes last is right."""
    return mock.patch.object(merging, "_unseen_value", return_value=False)


def _later_device_time_wins() -> AbstractContextManager[Any]:
    """Of two values the one with the later device time is kept, the other dropped."""
    real = judging.Judge._open

    def opened(self: judging.Judge, op: Op, clash: merging.Clash, stage: Any, **late: bool) -> str:
        newest = self.author(op.id, clash.kept_rev).at or ""
        return new_id() if op.at < newest else real(self, op, clash, stage, **late)

    return mock.patch.object(judging.Judge, "_open", opened)


def _no_memory() -> AbstractContextManager[Any]:
    """The hub does not remember which operations it took in."""

    def known(self: Reader, state: Any, ops: Any) -> None:
        """Nothing is known."""

    return mock.patch.object(Reader, "known", known)


def _short_page_taken() -> AbstractContextManager[Any]:
    """A page is used as far as it can be read."""

    def changes(page: PullAnswer) -> list[Change]:
        return [msgspec.json.decode(raw, type=Change) for raw in page.items[: max(1, len(page.items) - 1)]]

    return mock.patch.object(engine, "changes_of", changes)


def _pending_not_shown() -> AbstractContextManager[Any]:
    """The hub's word is shown, unsent changes under it are not."""
    return mock.patch.object(
        applying, "rebase", lambda kind, base, ops, deleted=False: merging.Rebased(base or {}, deleted)
    )


def _saves_torn_apart() -> AbstractContextManager[Any]:
    """What was saved together is judged one by one."""
    return mock.patch.object(pushing, "in_groups", lambda items: iter([[item] for item in items]))


def _base_at_push() -> AbstractContextManager[Any]:
    """An operation claims to have seen whatever the laptop has when it is sent."""
    real = LocalSyncPart.unsent

    def unsent(self: LocalSyncPart, limit: int) -> Sequence[Op]:
        found = real(self, limit)
        revs = {}
        for op in found:
            row = self._row(f'SELECT rev FROM "{op.type}" WHERE id = ?', (op.id,))  # noqa: S608  # of the contract
            revs[op.op] = max(op.base, row[0]) if row and op.kind != "create" else op.base
        return [msgspec.structs.replace(op, base=revs[op.op]) for op in found]

    return mock.patch.object(LocalSyncPart, "unsent", unsent)


def _revoke_forgotten() -> AbstractContextManager[Any]:
    """A laptop keeps what was taken away from its broker."""
    return mock.patch.object(applying.PageWork, "_leave", return_value=None)


def _difference_changes_under_the_reader() -> AbstractContextManager[Any]:
    """A difference comes to stand for a later value under the same id (found by this simulator, mended)."""
    real = judging.Judge._open

    def opened(self: judging.Judge, op: Op, clash: merging.Clash, stage: Any, **late: bool) -> str:
        fields = ",".join(clash.fields)
        for known in self._open_conflicts(op.id, stage):
            if known.chain == clash.chain and known.fields == fields:
                rec = stage.records.get(known.conflict_id) or self.state.records[known.conflict_id]
                doc = {**rec.as_doc(), "other": msgspec.to_builtins(self._mine(op, clash))}
                self._write_conflict(rec.id, rec.scope, rec.rev + 1, doc, stage)
                return known.conflict_id
        return real(self, op, clash, stage, **late)

    return mock.patch.object(judging.Judge, "_open", opened)


def _documents_left_out() -> AbstractContextManager[Any]:
    """A device gets no document for a record it once changed, whoever changed it since."""
    real = pulling.Pull._item

    def item(self: pulling.Pull, row: Any, own: Any, known_from: int | None) -> bytes:
        values = list(row)
        if own.get(values[2]):
            values[5], values[6] = self.actor.device_id, 0
        return real(self, tuple(values), own, known_from)

    return mock.patch.object(pulling.Pull, "_item", item)


def _old_answers_believed() -> AbstractContextManager[Any]:
    """A page is believed whatever it answers, and wherever it leads."""
    stack = ExitStack()

    def any_answer(request: PullRequest, page: PullAnswer) -> PullAnswer:
        return page

    def moved(cursors: dict[str, Cursor], following: dict[str, Cursor]) -> dict[str, Cursor]:
        return {**cursors, **following}

    stack.enter_context(mock.patch.object(engine, "answer_to", any_answer))
    stack.enter_context(mock.patch.object(engine, "moved_on", moved))
    return stack


def _old_acknowledgement_believed() -> AbstractContextManager[Any]:
    """What the hub once said to these operations is believed, though it may have lost them since."""

    def any_answer(request: PushRequest, answer: PushAnswer) -> PushAnswer:
        return answer

    return mock.patch.object(engine, "answer_to_push", any_answer)


def _reading_again_without_documents() -> AbstractContextManager[Any]:
    """A laptop that reads its feeds again does not ask for what it once sent (found by this simulator, mended)."""
    return mock.patch.object(LocalSyncPart, "lacks_own", return_value=False)


def _answer_before_commit() -> AbstractContextManager[Any]:
    """The answer is out before the transaction is on the disk."""
    from tests.simulation.backends import StoppingStore
    from tests.simulation.hub import SimulatedHub

    real = SimulatedHub.handle

    def handle(self: SimulatedHub, path: str, body: bytes, packing: str, device_id: str) -> Any:
        store = self.service.store
        assert isinstance(store, StoppingStore)
        if store.stop != "before" or not path.endswith("/push"):
            return real(self, path, body, packing, device_id)
        store.stop = None
        with mock.patch.object(store, "commit", partial(_lost, store)):
            answer = real(self, path, body, packing, device_id)
        self.restart()
        return answer

    return mock.patch.object(SimulatedHub, "handle", handle)


def _lost(store: Any, work: Callable[[Any], Any], durable: bool = True) -> Any:
    """A commit that never reaches the disk."""
    with store.engine.connect() as conn:
        conn.execution_options(hub_synchronous="FULL")
        begun = conn.begin()
        done = work(conn)
        begun.rollback()
        return done


def _any_history_taken() -> AbstractContextManager[Any]:
    """A push counts whatever history its revisions are of (found by this simulator, mended)."""
    return mock.patch.object(service, "_check_history", return_value=None)


def _late_not_sent_again() -> AbstractContextManager[Any]:
    """After the hub went back it gets again what it had merged, not what it had taken late (found here, mended)."""
    return mock.patch.object(repeating, "_TAKEN", "('applied', 'merged', 'conflict', 'duplicate')")


def _nothing_sent_again() -> AbstractContextManager[Any]:
    """After the hub went back the feeds are read again, but what it lost stays lost."""
    return mock.patch.object(repeating, "_TAKEN", "('nothing')")


def _old_revisions_count() -> AbstractContextManager[Any]:
    """After the hub went back its word is ignored where the laptop knew a higher revision."""
    return mock.patch.object(repeating, "RECORD_TYPES", {})


BUGS: dict[str, Bug] = {
    "pages end anywhere": _pages_end_anywhere,
    "late commit": _late_commit,
    "acknowledged by exclusion": _acknowledged_by_exclusion,
    "cursor before page": _cursor_before_page,
    "pending read too early": _pending_read_too_early,
    "counted ids": _counted_ids,
    "dropped on 403": _dropped_on_403,
    "last writer wins": _last_writer_wins,
    "later device time wins": _later_device_time_wins,
    "no memory": _no_memory,
    "short page taken": _short_page_taken,
    "pending not shown": _pending_not_shown,
    "saves torn apart": _saves_torn_apart,
    "base at push": _base_at_push,
    "revoke forgotten": _revoke_forgotten,
    "difference changes under the reader": _difference_changes_under_the_reader,
    "documents left out": _documents_left_out,
    "old answers believed": _old_answers_believed,
    "old acknowledgement believed": _old_acknowledgement_believed,
    "reading again without documents": _reading_again_without_documents,
    "answer before commit": _answer_before_commit,
    "nothing sent again": _nothing_sent_again,
    "late work not sent again": _late_not_sent_again,
    "any history taken": _any_history_taken,
    "old revisions count": _old_revisions_count,
}
