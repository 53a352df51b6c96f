"""F7: what the hub has not confirmed, differences to settle, what it refused and why, receipts. Never waits."""

from collections.abc import Iterable
from dataclasses import replace
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from broker_tui.commands import bindings_of
from broker_tui.commands.sync import COMMANDS
from broker_tui.domain.views import ChangeRow, Difference, Late, Offer, RefusedRow, SyncPhase, SyncState
from broker_tui.i18n import _
from broker_tui.screens import correcting, ready_lines, receipt_lines, registry, sync_handovers, sync_lines
from broker_tui.screens.registry import Outcome
from broker_tui.screens.sync_handovers import HandoverActs
from broker_tui.screens.sync_lines import Facts
from broker_tui.screens.sync_sheets import EnrolSheet
from broker_tui.services.ready import Check
from broker_tui.widgets.lines import Lines
from broker_tui.widgets.row_list import RowList
from broker_tui.widgets.sheet import Question
from broker_tui.widgets.spans import EMPTY

_RUNNING = (SyncPhase.CONNECTING, SyncPhase.SENDING, SyncPhase.RECEIVING)


class SyncScreen(HandoverActs):
    """State, hand-overs, unsent, differences, receipts."""

    DEFAULT_CSS = """
    SyncScreen #sync { height: 1fr; }
    SyncScreen #sync-main { height: 1fr; width: 1fr; }
    SyncScreen #trouble { padding: 0 3; }
    SyncScreen #trouble.-said { margin: 0 0 1 0; }
    SyncScreen #difference { padding: 0 3; }
    SyncScreen #receipt { padding: 0 3; margin: 1 0 0 0; }
    SyncScreen #sync-beside { display: none; width: 42; height: 1fr; padding: 1 2 1 1; background: $surface;
        border-left: outer $sheet-edge; }
    SyncScreen.-wide #sync-beside, SyncScreen.-broad #sync-beside { display: block; }
    SyncScreen.-broad #sync-beside { width: 60; }
    SyncScreen.-wide #receipt, SyncScreen.-broad #receipt { display: none; }
    SyncScreen:ansi #sync-beside { background: ansi_default; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*sync_handovers.BINDINGS, *bindings_of(COMMANDS)]
    place = "sync"

    _facts: Facts | None = None

    def body(self) -> Iterable[Widget]:
        """List and blocks, with a sheet beside them."""
        with Horizontal(id="sync"):
            with Vertical(id="sync-main"):
                yield Lines(wrapped=True, id="trouble")
                yield RowList(columns=sync_lines.columns(), id="unsent")
                yield Lines(id="difference")
                yield Lines(id="receipt")
            with Vertical(id="sync-beside"):
                yield Lines(wrapped=True, id="beside")

    def load(self) -> None:
        """Read what is to be sent and settled."""
        sync, ready, wide, handovers = self.services.sync, self.services.ready, self.wide, self.services.handovers

        def work() -> Facts:
            return Facts(
                sync.state(),
                tuple(sync.unsent(limit=sync_lines.UNSENT_SHOWN)),
                tuple(sync.refused()),
                tuple(sync.differences()),
                tuple(sync.receipts(limit=20)),
                tuple(ready.checks()) if wide else (),
                tuple(handovers.offers()),
                tuple(handovers.box()),
            )

        self.read(work, self._show, group="sync-page", description="read sync page")

    def data_changed(self, note: object) -> None:
        """Any change may be unsent."""
        if self.is_current:
            self.load()
        else:
            self.stale = True

    def sync_moved(self, state: SyncState) -> None:
        """Counts tick while the sync runs; at its end the page is read again."""
        if self._facts is None or not self.is_current:
            self.stale = True
            return
        before = self._facts.state
        self._facts = replace(self._facts, state=state)
        counts = (state.unsent, state.news, state.last_receipt)
        if counts != (before.unsent, before.news, before.last_receipt):
            self.load()
        else:
            self._head()
        if (state.phase in _RUNNING) != (before.phase in _RUNNING):
            self.refresh_bindings()

    def _show(self, facts: Facts) -> None:
        self._facts = facts
        self.redraw()
        self.refresh_bindings()

    def _head(self) -> None:
        if self._facts is not None:
            self.set_title(*sync_lines.title(self._facts.state, self.clock_today))
            said = sync_lines.trouble(self._facts.state, self.size.width, self.clock_today)
            trouble = self.query_one("#trouble", Lines)
            trouble.update(*said)
            trouble.set_class(bool(said), "-said")

    def redraw(self) -> None:
        """Show the facts again."""
        facts, today = self._facts, self.clock_today
        if facts is None:
            return
        if self.wide and not facts.ready:  # the window became wide since it was read
            self.load()
        self._head()
        cells = self._cells()
        unsent = self.query_one("#unsent", RowList)
        unsent.set_margin(2 if self.wide else 3)
        unsent.set_rows(sync_lines.rows(facts, today, self.guard))
        unsent.styles.max_height = max(2, unsent.virtual_size.height)  # what follows stands right below
        self._show_difference()
        last = facts.receipts[0] if facts.receipts else None
        self.query_one("#receipt", Lines).update(*receipt_lines.receipt(last, today, cells))
        side = 38 if self.size.width < 150 else 56
        self.query_one("#beside", Lines).update(*sync_lines.beside(facts, today, side))

    def _cells(self) -> int:
        return self.size.width - 6 - (0 if not self.wide else 42 if self.size.width < 150 else 60)

    @property
    def _difference(self) -> Difference | None:
        """The difference under the cursor, otherwise the first."""
        if self._facts is None or not self._facts.differences:
            return None
        key = (self.query_one("#unsent", RowList).cursor_key or "").partition(":")[2]
        found = self._facts.differences
        return next((entry for entry in found if entry.conflict_id == key), found[0])

    def _show_difference(self) -> None:
        rows = sync_lines.SHORTEST if self.size.height < 30 else 3 * sync_lines.SHORTEST
        block = sync_lines.difference(self._difference, self.clock_today, self.guard, self._cells(), rows=rows)
        self.query_one("#difference", Lines).update(*((EMPTY, *block) if block else ()))

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        """Show the difference under the cursor."""
        event.stop()
        self._show_difference()
        self.refresh_bindings()

    # Acts

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys for what is there."""
        facts = self._facts
        if action == "settle":
            if facts is None or not facts.differences:
                return False
            found = self._difference
            return parameters != ("both",) or (found is not None and found.text)
        if action in ("correct", "retry", "discard_refused"):
            return facts is not None and bool(facts.refused)
        if action == "stop":
            return facts is not None and facts.state.phase in _RUNNING
        if action == "unsent":
            return facts is not None and facts.state.unsent > 0
        if action in ("sync_now", "devices"):
            return facts is not None and facts.state.enrolled
        if action == "enrol":
            return facts is not None and not facts.state.enrolled
        return super().check_action(action, parameters)

    @property
    def row_key(self) -> str:
        """The row under the cursor."""
        return (self.query_one("#unsent", RowList).cursor_key or "") if self.is_mounted and self._facts else ""

    @property
    def read_offers(self) -> tuple[Offer, ...]:
        """The offers in the list."""
        return self._facts.offers if self._facts else ()

    @property
    def read_late(self) -> tuple[Late, ...]:
        """The hand-over box."""
        return self._facts.late if self._facts else ()

    @property
    def _row(self) -> ChangeRow | None:
        if self._facts is None:
            return None
        key = self.query_one("#unsent", RowList).cursor_key or ""
        op_id = key.partition(":")[2]
        rows = (*self._facts.unsent, *(entry.unsent for entry in self._facts.refused))
        return next((row for row in rows if row.op_id == op_id), None)

    def on_row_list_activated(self, event: RowList.Activated) -> None:
        """Open what the change is about."""
        event.stop()
        found = self._difference
        if found is not None and event.key == f"difference:{found.conflict_id}":
            shown = sync_lines.difference_in_full(found, self.clock_today, self.guard)
            self.app.push_screen(registry.read_sheet(*shown))
        elif event.key.startswith("refused:"):
            self.action_correct()
        elif event.key == "more":
            self.action_unsent()
        elif event.key == "news":
            self.action_news()
        elif self.open_handover():
            return
        else:
            self._open(self._row)

    def _open(self, row: ChangeRow | None) -> None:
        if row is not None:
            self.broker.open_record(row)

    def action_unsent(self) -> None:
        """All that is unsent, by whom it is about."""
        self.app.push_screen(registry.unsent())

    def action_sync_now(self) -> None:
        """Try at once."""
        self.broker.background.now()

    def action_stop(self) -> None:
        """Let the running sync end after the request that is on its way."""
        if self.services.sync.stop():
            self.broker.answer("", _("Stopping after this request …"))

    def action_settle(self, choice: str) -> None:
        """Settle the difference in sight."""
        found, sync = self._difference, self.services.sync
        if found is None:
            return
        sentence = {
            "mine": _("Settled with mine."),
            "theirs": _("Settled with theirs."),
            "both": _("Settled: both texts are kept."),
            "before": _("Settled: as it was before."),
        }[choice]
        self.act(lambda: sync.settle(found.conflict_id, choice), sentence, undo=False)  # type: ignore[arg-type]  # keys of the table above

    @property
    def _refusal(self) -> RefusedRow | None:
        """The refused change under the cursor, otherwise the first."""
        if self._facts is None or not self._facts.refused:
            return None
        row, found = self._row, self._facts.refused
        return next((entry for entry in found if row is not None and entry.unsent.op_id == row.op_id), found[0])

    @property
    def _refused(self) -> ChangeRow | None:
        found = self._refusal
        return found.unsent if found is not None else None

    def action_correct(self) -> None:
        """The form with the field the hub refused, and why; the card where no form changes such a record."""
        refused, sync = self._refusal, self.services.sync
        if refused is None:
            return
        if refused.unsent.kind == "move":  # the card it was to go to may have left
            self.app.push_screen(registry.read_sheet(*sync_lines.refused_in_full(refused, self.guard)))
            return
        form = correcting.form_for(refused)
        if form is None:
            self._open(refused.unsent)
            said = correcting.reason(refused)
            self.broker.call_after_refresh(lambda: self.broker.answer("refused", said))  # on the card, once it stands
            return
        op_id = refused.unsent.op_id
        again = sync.discard_refused if correcting.replaces(refused) else sync.retry_refused

        def saved(outcome: Outcome) -> None:
            if outcome.tx is not None:
                self.act(lambda: again(op_id), _("Corrected; it is sent with the next sync."), undo=False)

        self.broker.fill_in(form, saved)

    def action_retry(self) -> None:
        """Send the refused change once more."""
        row, sync = self._refused, self.services.sync
        if row is not None:
            self.act(lambda: sync.retry_refused(row.op_id), _("It is sent again with the next sync."), undo=False)

    def action_discard_refused(self) -> None:
        """Give the refused change up, after a question."""
        row, sync = self._refused, self.services.sync
        if row is None:
            return
        sentence = _("Give this change up? What the hub holds is shown instead.")

        def answered(yes: bool | None) -> None:
            if yes:
                self.act(lambda: sync.discard_refused(row.op_id), _("The change is given up."), undo=False)

        self.app.push_screen(Question(sentence, "g", _("give up"), _("keep it"), opened_by="x"), answered)

    def action_enrol(self) -> None:
        """Join a hub."""

        def begin(state: SyncState) -> None:
            self.broker.show_standing(state)  # a slow laptop still holds the state of before, in which nothing syncs
            self.broker.background.now()

        def done(joined: bool | None) -> None:
            if joined:
                self.broker.answer("ok", _("Joined. The first sync has begun."))
                self.load()
                state = self.services.sync.state
                self.read(state, begin, group="enrolled", description="begin the first sync")

        self.app.push_screen(EnrolSheet(), done)

    def action_news(self) -> None:
        """What others changed."""
        self.app.push_screen(registry.news())

    def action_ready(self) -> None:
        """Whether the laptop may leave the office."""
        checks, today = self.services.ready.checks, self.clock_today

        def show(found: list[Check]) -> None:
            self.app.push_screen(registry.read_sheet(ready_lines.title(), ready_lines.in_full(found, today)))

        self.read(checks, show, group="ready", description="check before leaving")

    def action_devices(self) -> None:
        """My laptops, and reporting one lost."""
        self.app.push_screen(registry.devices())

    def action_receipts(self) -> None:
        """The receipts of all syncs, and what they cover."""
        self.app.push_screen(registry.receipts())
