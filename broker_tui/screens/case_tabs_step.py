"""Step: what is met and missing to go on, what is due, counted, locked, explained and unknown."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget

from broker_tui.commands import bindings_of
from broker_tui.commands.case_card import STEP
from broker_tui.domain.views import CaseCard, NotFound
from broker_tui.i18n import _, words
from broker_tui.screens import registry, step_fields, step_lines, step_rows
from broker_tui.screens.card_base import Pane
from broker_tui.screens.registry import RuleFormName
from broker_tui.screens.rule_lines import beside
from broker_tui.screens.step_board import Board, read_board
from broker_tui.screens.step_rows import Drawn, Spot
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.lines import Lines
from broker_tui.widgets.row_list import RowList
from broker_tui.widgets.spans import EMPTY, line


class StepPane(Pane[CaseCard]):
    """The board of the open case, or of the one closed last."""

    SCOPED_CSS = False  # the width of the screen decides
    DEFAULT_CSS = """
    StepPane #step-head { padding: 0 3; margin: 0 0 1 0; }
    StepPane #step-beside { display: none; width: 42; height: 1fr; padding: 1 2 1 1; background: $surface;
        border-left: outer $sheet-edge; scrollbar-size: 0 0; }
    .-wide StepPane #step-beside, .-broad StepPane #step-beside { display: block; }
    .-broad StepPane #step-beside { width: 60; }
    StepPane:ansi #step-beside { background: ansi_default; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(STEP)

    _board: Board | None = None
    _by_field = True
    _drawn = Drawn((), {})
    _trouble = ""

    def compose(self) -> ComposeResult:
        """Head, rows, the rule beside them where there is room."""
        yield Lines(id="step-head")
        with Horizontal():
            yield RowList(columns=step_rows.columns(), id="step")
            with VerticalScroll(id="step-beside", can_focus=False):
                yield Lines(wrapped=True, id="step-rule")

    @property
    def rows(self) -> RowList:
        """The list."""
        return self.query_one("#step", RowList)

    def target(self) -> Widget:
        """The list."""
        return self.rows

    def show(self, card: CaseCard) -> None:
        """Draw what is known, then read and evaluate the case anew."""
        super().show(card)
        case, services, today = card.current_case, self.services, self.clock_today
        if case is None:
            return
        case_id, programme = case.id, case.record.programme

        def found(board: Board) -> None:
            self._board, self._trouble = board, ""
            if self.card is not None:
                self.draw(self.card)

        def failed(error: Exception) -> bool:
            self._board = None
            self._trouble = "" if isinstance(error, NotFound) else programme
            if self.card is not None:
                self.draw(self.card)
            return True

        self.read(
            lambda: read_board(services, case_id, today),
            found,
            group="step",
            description="read the step",
            failed=failed,
        )

    def draw(self, card: CaseCard) -> None:
        """Everything there is."""
        board, wide = self._board, self.app.size.width >= 116
        self.rows.set_margin(2 if wide else 3)
        self.rows.set_empty(line((self._empty(card), "muted")))
        if board is None:
            self._drawn = Drawn((), {})
            self.query_one("#step-head", Lines).update()
        else:
            cells = self.app.size.width - 6
            sheet = (60 if self.app.size.width >= 150 else 42) - 1 if wide else 0
            fields = step_fields.has_fields(board)
            self._drawn = step_rows.drawn(board, self.guard, cells - sheet, by_field=fields and self._by_field)
            head = step_lines.head(board, self.clock_today, cells)
            told = [EMPTY, *step_fields.drawn(board, cells - sheet)] if fields else []
            self.query_one("#step-head", Lines).update(*head, *told)
        self.rows.set_rows(self._drawn.items)
        self._show_beside()

    def _empty(self, card: CaseCard) -> str:
        if card.current_case is None:
            return _("There is no programme: N opens a case.")
        if self._trouble:
            named = words.badge(self._trouble)
            text = _("The rules of {programmes} cannot be used; what they ask is not here.").format(programmes=named)
            return f"{glyph('soon')} {text}"
        return _("The programme asks nothing in this step.") if self._board is not None else ""

    # The row under the cursor

    @property
    def spot(self) -> Spot | None:
        """The rule the row is about."""
        return self._drawn.spots.get(self.rows.cursor_key or "")

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        """Keys and the sheet follow the row."""
        event.stop()
        self._show_beside()
        self.refresh_bindings()

    def _show_beside(self) -> None:
        spot, board = self.spot, self._board
        told = () if spot is None or board is None else beside(board.rule(spot.rule), board.program, spot.obligation)
        self.query_one("#step-rule", Lines).update(*told)

    def on_row_list_activated(self, event: RowList.Activated) -> None:
        """Read the rule."""
        event.stop()
        self.action_rule()

    # Acts

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What can be said depends on the rule and its state; only some programmes have the four fields."""
        if action == "group":
            return self._board is not None and step_fields.has_fields(self._board)
        if action not in ("done", "explain", "waive", "settle_before", "rule", "snooze"):
            return super().check_action(action, parameters)
        spot, board = (self.spot, self._board) if self.is_mounted and self.query("#step") else (None, None)
        if action == "snooze" and self._aside is not None:
            return True
        if spot is None or board is None:
            return False
        found = spot.obligation
        owed = found is not None and found.state in ("open", "due_soon", "overdue", "missed", "upcoming")
        allowed = {
            "explain": owed and (board.rule(spot.rule).may_explain or spot.rule in board.evaluation.explainable),
            "waive": owed,
            "settle_before": found is not None and found.state == "unknown",
            "snooze": owed and found is not None and found.due is not None,
        }
        return allowed.get(action, True)

    @property
    def _aside(self) -> str | None:
        """The item of the row, when it was left aside."""
        section, _bar, item = (self.rows.cursor_key or "").partition("|")
        return item if section == "aside" else None

    def _form(self, what: RuleFormName, **args: str) -> None:
        spot, board = self.spot, self._board
        if spot is not None and board is not None:
            standing = board.standing
            form = registry.rule_form(what, standing.citizen_id, case_id=standing.case_id, rule=spot.rule, **args)
            self.broker.fill_in(form)

    def action_done(self) -> None:
        """Write down what closes it."""
        spot, board = self.spot, self._board
        if spot is not None and board is not None:
            self.broker.close_rule(board.standing.citizen_id, board.standing.case_id, spot.rule, spot.key)

    def action_explain(self) -> None:
        """Explain a recommended rule."""
        self._form("explain", obligation=self.spot.key if self.spot else "")

    def action_waive(self) -> None:
        """Somebody with authority waives it."""
        self._form("waive", obligation=self.spot.key if self.spot else "")

    def action_settle_before(self) -> None:
        """Met before this program, or open."""
        self._form("settle", obligation=self.spot.key if self.spot else "")

    def action_group(self) -> None:
        """By the four fields, or by what is due first."""
        self._by_field = not self._by_field
        if self.card is not None:
            self.draw(self.card)

    def action_rule(self) -> None:
        """Read the rule, and why it is due."""
        spot, board = self.spot, self._board
        if spot is not None and board is not None:
            self.broker.open_rule(spot.rule, board.standing.case_id)

    def action_snooze(self) -> None:
        """Leave it aside for a while, or bring it back."""
        item, spot, board = self._aside, self.spot, self._board
        services, today = self.services, self.clock_today
        if item is not None:
            self.act(
                lambda: services.statements.wake(services.programmes.snoozed(today)[item].id), _("Back on the list")
            )
        elif spot is not None and spot.obligation is not None and board is not None:
            self._form("snooze", item=f"rule:{board.standing.case_id}:{spot.obligation.id}")
