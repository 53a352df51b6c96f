"""One sync of one laptop: status, push, pull, in that order, because own data comes to safety first.

The engine knows no network, no database and no clock of its own; it is handed all three. It counts nothing as sent
that the hub did not name, throws a page away that is not whole, and keeps going around an operation that the hub
cannot digest. Every boundary between two requests is a place where a run may end and the next one starts again.

A hub that no longer knows a cursor (`history-diverged`) went back to an older copy of itself: the laptop reads that
feed again from its start and sends again what the hub once took; nothing is deleted, and neither applying a record
nor taking an operation twice changes anything.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

from sync.answers import answer_to, answer_to_push, changes_of, moved_on, words_on
from sync.checking import Check, Checked
from sync.errors import BadAnswer, Cause, HubRefused, HubTrouble, SyncError
from sync.outcome import Outcome, Progress, Tally
from sync.packing import Unit, fitting, in_units
from sync.ports import AuditedStore, CheckedStore, Clock, CountingHub, Hub, LocalStore, PreparingHub
from sync.protocol import (
    MAX_ITEMS,
    PROTOCOL,
    AuditVerdict,
    Cursor,
    Op,
    OpAnswer,
    PullAnswer,
    PullRequest,
    PushAnswer,
    PushRequest,
    StatusAnswer,
    StatusRequest,
)
from sync.records import new_id

__all__ = ["Outcome", "SyncEngine"]

WINDOW = 2
"""Batches read from the journal at once; more would take longer than the hub takes for one."""
MAX_ROUNDS = 3
"""Push and pull again while the broker keeps saving, at most this often in one run."""
MAX_STALLS = 5
"""Pages in a row that move no cursor before the run gives up (sync.md 2.3, truncating or caching proxy)."""
_TRIES = 2
"""A batch is tried twice before it is halved; an operation the hub leaves unnamed twice is held back."""

MAX_FAILURES = 40
"""Batches that may fail twice in one run: finding one culprit among 500 takes 10; a broken hub is left alone."""

Send = Callable[[], PushAnswer]


class SyncEngine:
    """Runs syncs; keeps nothing between runs but what the store holds.

    Args:
        store: the laptop's records and journal.
        hub: the way to the hub.
        clock: local time, stored with acknowledgements.
        on_progress: told after each request; a `SyncError` it raises ends the run there, with everything kept.
        page_items: asked before each page, so that pages are small while somebody types.
        batch_items: most operations in one push.
        check_every: ask this often whether what lies here is what should; None: never.
        overlap: let the line work while the store writes: one request in flight, on a thread of its own. Off, a
            run is one thread and does the same in the same order.
    """

    def __init__(
        self,
        store: LocalStore,
        hub: Hub,
        clock: Clock,
        *,
        on_progress: Callable[[Progress], None] | None = None,
        page_items: Callable[[], int] = lambda: MAX_ITEMS,
        batch_items: int = MAX_ITEMS,
        check_every: timedelta | None = None,
        overlap: bool = False,
    ) -> None:
        self._store = store
        self._hub = hub
        self._clock = clock
        self._tell = on_progress or (lambda progress: None)
        self._page_items = page_items
        self._batch_items = batch_items
        self._check_every = check_every
        self._overlap = overlap

    def run(self) -> Outcome:
        """Sync once. A failure of the hub or the line is in the outcome; only the store's own errors come out."""
        line = ThreadPoolExecutor(1, "sync-line") if self._overlap else None
        run = _Run(self._store, self._hub, self._clock, self._counting(), self._page_items, self._batch_items, line)
        if self._check_every is not None and isinstance(self._store, CheckedStore):
            run.check = Check(self._store, self._hub, self._clock, self._check_every, run.receiving)
        error: SyncError | None = None
        try:
            run.all()
        except SyncError as problem:
            error = problem
        finally:
            run.end()
        tally = run.tally
        return Outcome(
            sent=len(tally.sent),
            acknowledged=len(tally.acknowledged),
            received=tally.received,
            refused=tuple(tally.refused.items()),
            conflicts=max(tally.pulled_conflicts, len(tally.named_conflicts)),
            unsent=self._store.unsent_count(),
            receipt=tally.receipt,
            late=len(tally.late),
            waiting=len(run.held),
            error=error or run.complaint,
            org_hpke_key=run.org_hpke_key,
            audit=run.audit,
            checked=run.checked,
            heard=run.heard,
            org_order_key=run.org_order_key,
            order=run.order or (error.problem.order if error is not None and error.problem is not None else ""),
            policy=run.policy,
        )

    def _counting(self) -> Callable[[Progress], None]:
        """`on_progress`, told the bytes as well where the way to the hub counts them."""
        hub = self._hub
        if not isinstance(hub, CountingHub):
            return self._tell
        first = hub.traffic()

        def tell(progress: Progress) -> None:
            up, down = hub.traffic()
            self._tell(replace(progress, bytes_up=up - first[0], bytes_down=down - first[1]))

        return tell


class _Run:
    """One run's memory: what was counted, what is held back, which feeds were reset."""

    def __init__(
        self,
        store: LocalStore,
        hub: Hub,
        clock: Clock,
        tell: Callable[[Progress], None],
        page_items: Callable[[], int],
        batch_items: int,
        line: ThreadPoolExecutor | None,
    ) -> None:
        self.store, self.hub, self.clock, self.tell = store, hub, clock, tell
        self.page_items, self.batch_items = page_items, batch_items
        self.tally = Tally()
        self.held: set[str] = set()
        self.complaint: SyncError | None = None
        self.org_hpke_key = ""
        self.audit: AuditVerdict = ""
        self.check: Check | None = None
        self.checked = Checked()
        self.heard = False
        self.org_order_key = self.order = ""
        self.policy: dict[str, int] = {}
        self._epoch = ""
        self._line = line
        self._next_page: tuple[PullRequest, Future[PullAnswer]] | None = None
        self._heard: list[tuple[list[OpAnswer], str]] = []
        self._waiting: set[str] = set()
        self._unnamed: dict[str, int] = {}
        self._rest: list[Unit] | None = None
        self._ready: tuple[list[str], Send] | None = None
        self._failures = 0
        self._total = 0
        self._reset: set[str] = set()

    def end(self) -> None:
        """Let a request that is still on its way come to its end; what it brings is not used."""
        if self._line is not None:
            self._line.shutdown(cancel_futures=True)

    def all(self) -> None:
        """Status, then push and pull until nothing new is waiting, at most `MAX_ROUNDS` times."""
        self.tell(Progress("connecting"))
        too_old: HubRefused | None = None
        status: StatusAnswer | None = None
        try:
            status = self._status()
        except HubRefused as refused:
            if refused.cause is not Cause.TOO_OLD:
                raise
            too_old = refused
        moved = False
        for round_number in range(MAX_ROUNDS):
            pushed = self._push_anew()
            if too_old:
                raise too_old
            if pushed or round_number or status is None or self._behind(status):
                self._pull()
                moved = True
            if self._waiting:
                self.store.give_back(sorted(self._waiting))
            if not self._sendable(1):
                break
        if self.check is not None and status is not None:
            self.checked = self.check.run(status, self._ask, moved=moved)

    def receiving(self) -> None:
        """Say so, before a request for records."""
        self.tell(Progress("receiving", self.tally.received))

    def _status(self) -> StatusAnswer:
        answer = self._ask()
        if answer.audit == "stale" and answer.anchor is not None:
            answer = self._ask()  # the number it remembers is known now
        if answer.protocol != PROTOCOL:
            raise BadAnswer(Cause.PROTOCOL)
        self.org_hpke_key, self.audit, self.heard = answer.org_hpke_key, answer.audit, True
        self.org_order_key, self.order, self.policy = answer.org_order_key, answer.order, answer.policy
        return answer

    def _ask(self) -> StatusAnswer:
        request = self._status_request()
        try:
            answer = self.hub.status(request)
        except HubRefused as refused:
            self._start_again(refused, request.cursors)
            answer = self.hub.status(self._status_request())
        self.store.meet(answer.epoch)
        self._epoch = answer.epoch
        if answer.anchor is not None and isinstance(self.store, AuditedStore):
            self.store.note_anchor(answer.anchor)
        return answer

    def _status_request(self) -> StatusRequest:
        cursors, unsent = self.store.cursors(), self.store.unsent_count()
        digest = self.check.claim() if self.check else ""
        if not isinstance(self.store, AuditedStore):
            return StatusRequest(cursors=cursors, digest=digest, unsent=unsent)
        head, since = self.store.audit_claim()
        return StatusRequest(cursors=cursors, audit=head, since=since, digest=digest, unsent=unsent)

    def _behind(self, status: StatusAnswer) -> bool:
        cursors = self.store.cursors()
        known = {feed: (cursor.epoch, cursor.seq) for feed, cursor in cursors.items()}
        return any(known.get(feed) != (status.epoch, head) for feed, head in status.heads.items())

    def _start_again(self, refused: HubRefused, cursors: dict[str, Cursor]) -> None:
        """After `history-diverged`: read the named feed, or else every feed, from its start; once per run.

        Raises:
            HubRefused: the hub said something else, or it says so again.
        """
        if refused.cause is not Cause.HISTORY_DIVERGED:
            raise refused
        named = (refused.problem.pointer or "") if refused.problem else ""
        feeds = {named.removeprefix("/cursors/")} & set(cursors) or set(cursors)
        if not feeds or feeds <= self._reset:
            raise refused
        self._reset |= feeds
        for feed in sorted(feeds):
            self.store.reset_feed(feed)

    # push

    def _sendable(self, limit: int) -> list[Op]:
        return [op for op in self.store.unsent(limit + len(self.held)) if op.op not in self.held]

    def _push_anew(self) -> bool:
        """`_push`; once more if the hub was put back and somebody on the way still told of its lost history.

        Raises:
            HubRefused: the hub said something else, or the old word comes again.
        """
        try:
            return self._push()
        except HubRefused as refused:
            if refused.cause is not Cause.HISTORY_DIVERGED:
                raise
            self._rest = self._ready = None
            self._ask()
            return self._push()

    def _push(self) -> bool:
        """Send everything that can be sent; whether anything was taken.

        What the hub lets wait is tried once more after all the rest, oldest first, so that links come first.
        """
        before = len(self.tally.acknowledged)
        self._total = self.store.unsent_count() + before
        for again in (True, False):
            try:
                while units := self._next_units():
                    self._deliver(units)
            finally:
                self._store_heard()
            if not again or not self._waiting:
                break
            self.held -= self._waiting
            self._waiting.clear()
        return len(self.tally.acknowledged) > before

    def _next_units(self) -> list[Unit]:
        self._store_heard()
        ops = self._sendable(WINDOW * self.batch_items)
        if ops and all(op.op in self.tally.acknowledged for op in ops):
            raise BadAnswer(Cause.PROTOCOL)
        return in_units(ops)

    def _deliver(self, units: list[Unit], *, ahead: bool = True) -> None:
        """Push `units`; what makes the hub fail twice is halved until the culprit is alone and can be held back."""
        while units:
            count = fitting(units, self.batch_items)
            batch, units = units[:count], units[count:]
            self._rest = units if ahead and self._line is not None else None
            failure = self._try(batch)
            if failure is None:
                units = self._rest if self._rest is not None else units
                continue
            self._ready = None
            self._failures += 1
            if self._failures > MAX_FAILURES:
                raise failure
            if count == 1:
                self.held |= {op.op for op, _ in batch[0]}
                self.complaint = failure
            else:
                self._deliver(batch[: count // 2], ahead=False)
                self._deliver(batch[count // 2 :], ahead=False)

    def _try(self, batch: list[Unit]) -> SyncError | None:
        failure: SyncError | None = None
        for _ in range(_TRIES):
            try:
                self._send([item for unit in batch for item in unit])
            except (HubTrouble, HubRefused) as trouble:
                if trouble.cause not in (Cause.BROKEN, Cause.TOO_LARGE):
                    raise
                failure = trouble
            else:
                return None
        return failure

    def _send(self, items: Unit) -> None:
        self.tell(Progress("sending", len(self.tally.acknowledged), self._total))
        asked = {op.op for op, _ in items}
        answer = self._exchange(items, asked)
        named = words_on(answer, asked)
        words = [word for word in named.values() if word.status != "waiting"]
        self._heard.append((words, answer.receipt))
        self.tally.sent |= asked
        self._waiting |= named.keys() - {word.op for word in words}
        self.held |= self._waiting
        for name in asked - named.keys():
            self._leave_unnamed(name)
        if len(words) < len(asked) or any(word.status == "rejected" for word in words):
            # what was read meanwhile may hang on an operation that was not taken
            self._rest = self._ready = None

    def _exchange(self, items: Unit, asked: set[str]) -> PushAnswer:
        """Push; meanwhile store what the hub said to the batch before, and make the next one ready."""
        ready, self._ready = self._ready, None
        send = ready[1] if ready and ready[0] == [op.op for op, _ in items] else self._sending(items)
        if self._line is None:
            self._store_heard()
            return send()
        answer = self._line.submit(send)
        try:
            self._store_heard()
            self._look_ahead(asked)
        finally:
            answer.exception()
        return answer.result()

    def _sending(self, items: Unit) -> Send:
        request = self._request(items)
        return lambda: answer_to_push(request, self.hub.push(request))

    def _request(self, items: Unit) -> PushRequest:
        return PushRequest(batch=new_id(), items=[raw for _, raw in items], epoch=self._epoch)

    def _look_ahead(self, asked: set[str]) -> None:
        """Read and pack what follows the batch on the line."""
        if self._rest is None:
            return
        if sum(map(len, self._rest)) < self.batch_items:
            limit = WINDOW * self.batch_items + len(self.held) + len(asked)
            ops = [op for op in self.store.unsent(limit) if op.op not in self.held and op.op not in asked]
            if not any(op.op in self.tally.sent for op in ops):  # those tried again wait for the answer
                self._rest = in_units(ops)
        if self._rest and isinstance(self.hub, PreparingHub):
            items = [item for unit in self._rest[: fitting(self._rest, self.batch_items)] for item in unit]
            request = self._request(items)
            send = self.hub.prepared(request)
            self._ready = [op.op for op, _ in items], lambda: answer_to_push(request, send())

    def _store_heard(self) -> None:
        """Only what is stored counts as acknowledged."""
        while self._heard:
            words, receipt = self._heard[0]
            if words:
                self.store.record_answers(words, receipt, self.clock.now())
            del self._heard[0]
            self.tally.receipt = receipt
            for word in words:
                self.tally.named_conflicts.update(word.conflicts)
                if word.status == "rejected":
                    self.tally.refused[word.op] = word.problem.code if word.problem else "rejected"
                else:
                    self.tally.acknowledged.add(word.op)
                    if word.late:
                        self.tally.late.add(word.op)
            self.tell(Progress("sending", len(self.tally.acknowledged), self._total))

    def _leave_unnamed(self, name: str) -> None:
        self._unnamed[name] = self._unnamed.get(name, 0) + 1
        if self._unnamed[name] >= _TRIES:
            self.held.add(name)
            self.complaint = BadAnswer(Cause.PROTOCOL)

    # pull

    def _pull(self) -> None:
        self.receiving()
        stalls = 0
        while True:
            cursors = self.store.cursors()
            try:
                page = self._page(cursors)
            except HubRefused as refused:
                self._start_again(refused, cursors)
                continue
            changes = changes_of(page)
            following = moved_on(cursors, page.next)
            if page.more and self._line is not None:
                ahead = self._asking(following)
                self._next_page = (ahead, self._line.submit(self.hub.pull, ahead))
            if changes or following != cursors:
                applied = self.store.apply_page(changes, following, page.stable, last=not page.more)
                self.tally.pulled_conflicts += applied.conflicts
                self.tally.received += sum(1 for c in changes if c.kind != "put" or c.doc is not None)
                self.tell(Progress("receiving", self.tally.received))
            if not page.more:
                self.tally.named_conflicts.clear()  # those that are still open have come
                return
            stalls = stalls + 1 if following == cursors else 0
            if stalls >= MAX_STALLS:
                raise BadAnswer(Cause.PROTOCOL)

    def _asking(self, cursors: dict[str, Cursor]) -> PullRequest:
        limit = max(1, min(self.page_items(), MAX_ITEMS))
        return PullRequest(cursors=cursors, limit=limit, page=new_id(), whole=self.store.lacks_own())

    def _page(self, cursors: dict[str, Cursor]) -> PullAnswer:
        """The page after `cursors`, perhaps asked for while the one before was being stored."""
        ahead, self._next_page = self._next_page, None
        if ahead is not None:
            answer = ahead[1].result()
            if ahead[0].cursors == cursors:
                return answer_to(ahead[0], answer)
        request = self._asking(cursors)
        return answer_to(request, self.hub.pull(request))
