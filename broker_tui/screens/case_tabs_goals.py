"""Goals: the citizen's own job goal, small steps, progression in own words, and the hours."""

from datetime import date
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from broker_tui.commands import bindings_of
from broker_tui.commands.case_card import GOALS
from broker_tui.domain.views import CaseCard, Entry
from broker_tui.i18n import _
from broker_tui.i18n.format import hours, short_date
from broker_tui.screens import registry, say
from broker_tui.screens.card_base import ListPane
from broker_tui.screens.case_curve import curve_data
from broker_tui.screens.case_lines import job_goal, unsent_sign
from broker_tui.screens.goal_notes import Note, note_in_full, note_items
from broker_tui.widgets.curve_data import CurveData
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.guard import Guard
from broker_tui.widgets.hours_curve import HoursCurve
from broker_tui.widgets.row_list import Heading, Item, Row, RowList
from broker_tui.widgets.spans import EMPTY, Line, Role, blank, ends, line, wrap
from sync.records.types import Goal

_SIGNS: dict[str, tuple[str, Role]] = {
    "open": ("missing", "muted"),
    "under_way": ("planned", "accent"),
    "reached": ("ok", "ok"),
    "dropped": ("refused", "muted"),
}


class GoalsPane(ListPane[CaseCard]):
    """Goals and the way there."""

    DEFAULT_CSS = """
    GoalsPane #goals { height: 1fr; }
    GoalsPane #goal-curve { padding: 1 3 0 3; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings_of(GOALS)

    def compose(self) -> ComposeResult:
        """List and curve."""
        yield RowList(id="goals")
        yield HoursCurve(CurveData(date(2000, 1, 1)), lanes=False, id="goal-curve")

    def draw(self, card: CaseCard) -> None:
        """Goal, steps, words, curve."""
        cells = self.app.size.width - 6
        self.rows.set_empty(line((_("No goal yet: t sets the job goal."), "muted")))
        self.rows.set_rows(goal_items(card, self.guard, cells))
        data, _measure, _all = curve_data(card, (), self.clock_today)
        curve = self.query_one("#goal-curve", HoursCurve)
        curve.display = bool(data.begun)
        curve.show(data, 13 if self.app.size.height >= 40 else 5)

    @property
    def chosen(self) -> Entry[Goal] | None:
        """The goal under the cursor; on a note the goal it is about."""
        key = self.rows.cursor_key or ""
        card = self.card
        if card is None:
            return None
        goal_id = note.record.goal_id if (note := self.note) is not None else key
        return next((entry for entry in card.goals if entry.id == goal_id), None)

    @property
    def note(self) -> Note | None:
        """The note under the cursor."""
        key = self.rows.cursor_key
        return next((note for note in (self.card.notes if self.card else ()) if note.id == key), None)

    def on_row_list_activated(self, event: RowList.Activated) -> None:
        """Open the goal; read a note in full; settle a difference."""
        event.stop()
        entry = self.chosen
        note = self.note
        if entry is not None and entry.conflicts:
            self.broker.go("sync")
        elif note is not None and self.card is not None:
            title = line((_("In own words"), "strong"), (f"   {short_date(note.record.noted_on)}", "muted"))
            self.app.push_screen(registry.read_sheet(title, note_in_full(self.card, note, self.guard)))
        else:
            self.action_edit()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Acts need a goal."""
        if action in ("edit", "note", "done", "begin", "drop"):
            return self.is_mounted and bool(self.query("#goals")) and self.chosen is not None
        return super().check_action(action, parameters)

    def action_edit(self) -> None:
        """Change the goal; on a note correct its words."""
        entry, note = self.chosen, self.note
        if note is not None:
            about, goal_id = note.record.citizen_id, note.record.goal_id
            self.broker.fill_in(registry.progression_form(about, goal_id, note_id=note.id))
            return
        if entry is not None:
            self.broker.new_goal(entry.record.citizen_id, goal_id=entry.id)

    def action_note(self) -> None:
        """How it goes."""
        entry = self.chosen
        if entry is not None:
            self.broker.fill_in(registry.progression_form(entry.record.citizen_id, entry.id))

    def _set(self, state: str) -> None:
        entry = self.chosen
        if entry is None:
            return
        goal_id, today = entry.id, self.clock_today
        said = _("Goal: {state}").format(state=say.inline(say.word("goal_state", state)))
        self.act(lambda: self.services.goals.set_state(goal_id, state, today), said)

    def action_done(self) -> None:
        """Reached."""
        self._set("reached")

    def action_begin(self) -> None:
        """Under way."""
        self._set("under_way")

    def action_drop(self) -> None:
        """Given up, after a question."""
        self.ask(_("Give this goal up?"), "o", _("give it up"), lambda: self._set("dropped"))


def goal_items(card: CaseCard, guard: Guard, cells: int) -> list[Item]:
    """Job goal, steps and notes."""
    items: list[Item] = []
    main = job_goal(card)
    live = [e for e in card.goals if not e.deleted]
    if main is not None:
        target = main.record.target_minutes_per_week
        aim = line((_("aims for {hours} hours a week").format(hours=hours(target)), "muted")) if target else EMPTY
        items.append(Heading(_("Job goal"), note=aim))
        items.append(_goal_row(main, guard, cells, name=True))
    steps = sorted((e for e in live if e.record.kind == "step"), key=lambda e: (e.record.position or 0, e.id))
    if steps:
        reached = sum(e.record.state == "reached" for e in steps)
        items.append(Heading(_("Steps"), _("{done} of {all}").format(done=reached, all=len(steps))))
        items += [_goal_row(entry, guard, cells) for entry in steps]
    former = [e for e in live if e.record.kind == "job_goal" and e is not main]
    if former:
        items.append(Heading(_("Former goals")))
        items += [_goal_row(entry, guard, cells) for entry in former]
    items += note_items(card, guard, cells)
    return items


def _goal_row(entry: Entry[Goal], guard: Guard, cells: int, *, name: bool = False) -> Row:
    record = entry.record
    sign, role = _SIGNS.get(record.state, ("missing", "muted"))
    sign, role = ("conflict", "warn") if entry.conflicts else (sign, role)
    state = say.inline(say.word("goal_state", record.state))
    right: Line = line((state, "muted"))
    if record.due and record.state in ("open", "under_way"):
        right = line((f"{_('by')} {short_date(record.due)}  ", "muted")) + right
    right += blank(1) + unsent_sign(entry) if entry.unsent else EMPTY
    texts = wrap(guard.note(record.text, "name" if name else "text"), max(20, cells - 24))[:3]
    return Row(entry.id, content=ends(texts[0], right, cells), more=tuple(texts[1:]), sign=glyph(sign), sign_role=role)
