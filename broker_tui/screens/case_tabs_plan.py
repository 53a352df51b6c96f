"""Plan: what is agreed, promised and to be remembered; what is done stands below."""

from datetime import date
from typing import Any, ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import BindingType

from broker_tui.commands import bindings_of
from broker_tui.commands.case_card import PLAN
from broker_tui.domain.views import CaseCard, Entry, Saved
from broker_tui.i18n import _
from broker_tui.i18n.format import short_date
from broker_tui.screens import say
from broker_tui.screens.card_base import ListPane
from broker_tui.screens.case_lines import at_of, is_open, unsent_sign, when_words
from broker_tui.widgets.columns import Column, Columns
from broker_tui.widgets.glyphs import glyph
from broker_tui.widgets.guard import Guard
from broker_tui.widgets.row_list import Heading, Item, Row, RowList
from broker_tui.widgets.spans import Line, line
from sync.records.types import FollowUp, Memo, Promise

_DONE_SHOWN = 20


class PlanPane(ListPane[CaseCard]):
    """The plan of a person."""

    BINDINGS: ClassVar[list[BindingType]] = bindings_of(PLAN)

    def compose(self) -> ComposeResult:
        """One list."""
        yield RowList(columns=plan_columns(), id="plan")

    def draw(self, card: CaseCard) -> None:
        """All groups."""
        self.rows.set_empty(line((_("Nothing is agreed: p plans a follow-up, l a promise, b a memo."), "muted")))
        every: tuple[Entry[Any], ...] = (*card.follow_ups, *card.promises, *card.memos)
        self.rows.set_rows(plan_items(every, self.clock_today, self.guard, card.companies))

    @property
    def chosen(self) -> Entry[Any] | None:
        """The task under the cursor."""
        card, key = self.card, self.rows.cursor_key
        if card is None:
            return None
        every: tuple[Entry[Any], ...] = (*card.follow_ups, *card.promises, *card.memos)
        return next((entry for entry in every if entry.id == key), None)

    def on_row_list_activated(self, event: RowList.Activated) -> None:
        """Change it; a difference is settled on Sync."""
        event.stop()
        entry = self.chosen
        if entry is not None and entry.conflicts:
            self.broker.go("sync")
        else:
            self.action_edit()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Acts need a task that is open."""
        if action in ("reschedule", "done", "edit", "drop"):
            entry = self.chosen if self.is_mounted and self.query("#plan") else None
            return entry is not None and is_open(entry)
        return super().check_action(action, parameters)

    def _edit(self, focus: Literal["what", "due"]) -> None:
        entry = self.chosen
        if entry is not None:
            self.broker.edit_plan(kind_of(entry.record), entry.id, citizen_id=entry.record.citizen_id, focus=focus)

    def action_edit(self) -> None:
        """Change words, day, place."""
        self._edit("what")

    def action_reschedule(self) -> None:
        """Another day."""
        self._edit("due")

    def action_done(self) -> None:
        """Done today."""
        entry = self.chosen
        if entry is not None:
            self.rows.action_move(1)  # what is done leaves its place
            self.act(lambda: self._finish(entry, "done"), _("Done"))

    def action_drop(self) -> None:
        """Not needed any more."""
        entry = self.chosen
        if entry is not None:
            self.ask(_("Is it not needed any more?"), "i", _("not needed"), lambda: self._drop(entry))

    def _drop(self, entry: Entry[Any]) -> None:
        self.rows.action_move(1)
        self.act(lambda: self._finish(entry, "dropped"), _("Taken off the plan"))

    def _finish(self, entry: Entry[Any], state: str) -> Saved:
        plans, today = self.services.plans, self.clock_today
        if isinstance(entry.record, FollowUp):
            return plans.complete(entry.id, today) if state == "done" else plans.drop(entry.id)
        if isinstance(entry.record, Promise):
            return plans.edit_promise(entry.id, {"state": state, "done_on": today})
        return plans.edit_memo(entry.id, {"state": state, "done_on": today})


def kind_of(record: FollowUp | Promise | Memo) -> str:
    """The kind of a task as the forms name it."""
    if isinstance(record, FollowUp):
        return "follow_up"
    return "promise" if isinstance(record, Promise) else "memo"


def plan_columns() -> Columns:
    """When, what, where and with whom."""
    return Columns(
        (
            Column("when", width=11),
            Column("what", min_width=24),
            Column("with", width=22, drop=1),
            Column("unsent", width=1, gap=1),
        )
    )


def plan_items(
    every: tuple[Entry[Any], ...],
    today: date,
    guard: Guard,
    companies: dict[str, str],
    names: dict[str, str] | None = None,
) -> list[Item]:
    """Open tasks by kind, the soonest first; then what was done."""
    live = [entry for entry in every if not entry.deleted]
    items: list[Item] = []
    groups: tuple[tuple[str, type[Any]], ...] = (
        (_("Follow-ups"), FollowUp),
        (_("Promises"), Promise),
        (_("Memos"), Memo),
    )
    for title, struct in groups:
        group = [e for e in live if isinstance(e.record, struct) and e.record.state == "open"]
        group.sort(key=lambda e: (e.record.due or date.max, e.id))
        if group:
            items.append(Heading(title, str(len(group))))
            items += [_row(entry, today, guard, companies, names or {}) for entry in group]
    done = [e for e in live if e.record.state != "open"]
    done.sort(key=lambda e: (e.record.done_on or date.min, e.id), reverse=True)
    if done:
        items.append(Heading(_("Done"), str(len(done)), "muted"))
        items += [_done_row(entry, guard) for entry in done[:_DONE_SHOWN]]
    return items


def _words(record: FollowUp | Promise | Memo, guard: Guard) -> Line:
    return guard.note(record.what if isinstance(record, FollowUp) else record.text)


def _row(entry: Entry[Any], today: date, guard: Guard, companies: dict[str, str], names: dict[str, str]) -> Row:
    record = entry.record
    overdue = record.due is not None and record.due < today
    company = companies.get(record.company_id or "", "")
    person = guard.name(names.get(record.citizen_id or "", "")) if names else ""
    place = guard.words(getattr(record, "place", None) or "")
    who = guard.words(getattr(record, "who", None) or "")
    cells = {
        "when": when_words(record.due, today, at_of(record)),
        "what": _words(record, guard),
        "with": line((", ".join(part for part in (person, place or company, who) if part), "muted")),
        "unsent": unsent_sign(entry),
    }
    sign = glyph("conflict") if entry.conflicts else glyph("overdue") if overdue else ""
    return Row(entry.id, cells, sign=sign, sign_role="warn" if entry.conflicts else "err")


def _done_row(entry: Entry[Any], guard: Guard) -> Row:
    record = entry.record
    on = short_date(record.done_on) if record.done_on else ""
    quiet = guard.note(_plain(record), "muted")
    done = record.state == "done"
    cells = {
        "when": line((on, "muted")),
        "what": quiet,
        "with": line((say.inline(say.word("task_state", record.state)), "muted")),
        "unsent": unsent_sign(entry),
    }
    return Row(entry.id, cells, sign=glyph("ok" if done else "refused"), sign_role="ok" if done else "muted")


def _plain(record: FollowUp | Promise | Memo) -> str:
    return record.what if isinstance(record, FollowUp) else record.text
