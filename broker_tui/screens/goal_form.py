"""The citizen's own job goal, the small steps towards it, and how it goes, in the citizen's own words."""

from collections.abc import Iterable, Mapping

from textual.widget import Widget

from broker_tui.domain.views import CaseCard, Entry, Saved
from broker_tui.i18n import _
from broker_tui.screens import say
from broker_tui.screens.form_base import RecordForm
from broker_tui.screens.form_fields import LABEL, Values, choice, day, text, typed_hours
from broker_tui.widgets.note_field import NoteField
from broker_tui.widgets.spans import Line, line
from sync.records.types import Goal, ProgressionNote


def open_job_goal(card: CaseCard) -> Entry[Goal] | None:
    """The job goal that stands now."""
    live = [
        entry
        for entry in card.goals
        if entry.record.kind == "job_goal" and not entry.deleted and entry.record.state in ("open", "under_way")
    ]
    return max(live, key=lambda entry: (entry.record.set_on, entry.id), default=None)


class GoalForm(RecordForm):
    """A job goal, a step towards it, or a change of one."""

    FORM = "goal"

    def __init__(self, citizen_id: str, *, goal_id: str | None = None, draft_key: str | None = None) -> None:
        """Open on a person or a goal."""
        super().__init__(citizen_id, draft_key=draft_key, goal_id=goal_id)
        self._goal: Goal | None = None
        self._has_job_goal = False
        self._who = ""

    def prepare(self) -> None:
        """Read the goals of the person."""
        card = self.services.people.card(self.about or "", self.clock_today)
        self._who = self.guard.name(card.citizen.record.name)
        self._has_job_goal = open_job_goal(card) is not None
        known = {entry.id: entry.record for entry in card.goals}
        self._goal = known.get(self.args.get("goal_id", ""))

    def heading(self) -> Line:
        """Whose goal."""
        title = _("Change goal") if self._goal else _("New goal")
        return line((title, "strong"), (f"   {self._who}", "name"))

    def fields(self) -> Iterable[Widget]:
        """Which kind, the words, how far, by when."""
        goal, now = self._goal, self.services.clock.now()
        if goal is None:
            kinds = (("step", _("a small step")), ("job_goal", _("the job goal")))
            yield choice("kind", _("Kind"), kinds, "step" if self._has_job_goal else "job_goal")
        yield NoteField("text", _("In own words"), value=goal.text if goal else "", label_width=LABEL)
        if goal is None or goal.kind == "job_goal":
            target = typed_hours(goal.target_minutes_per_week) if goal else ""
            yield text("target", _("Hours a week"), target, control_width=10, hint=_("what the citizen aims for"))
        if goal is None or goal.kind == "step":
            yield day("due", _("By"), now, goal.due if goal else None)
        if goal is not None:
            yield choice("state", _("State"), say.codes("goal_state"), goal.state).apart()

    FIRST = "text"

    def changed(self, key: str) -> None:
        """A step has a date, a job goal has hours."""
        if self._goal is None and key in ("", "kind"):
            step = self.field("kind").value == "step"
            self.field("due").display = step
            self.field("target").display = not step

    def make(self, values: Mapping[str, str]) -> Saved:
        """A new goal, or the changed fields of one."""
        read = Values(values, self.services.clock.now())
        words = read.needed("text")
        target, due = read.minutes("target"), read.day("due")
        read.check()
        goals, today = self.services.goals, self.clock_today
        if (goal := self._goal) is not None:
            changes: dict[str, object] = {"text": words}
            changes |= {"target_minutes_per_week": target} if goal.kind == "job_goal" else {"due": due}
            state = read.code("state") or goal.state
            if state != goal.state:
                changes |= {"state": state, "state_on": today}
            return goals.edit(self.args["goal_id"], changes)
        if values.get("kind") == "job_goal":
            return goals.set_job_goal(self.about or "", words, target, today)
        return goals.add_step(self.about or "", words, due, today)

    def said(self) -> str:
        """Whose goal."""
        return _("Goal saved on {name}").format(name=self._who)


class ProgressionForm(RecordForm):
    """How it goes with a goal, dated."""

    FORM = "progression_note"
    FIRST = "text"

    def __init__(
        self, citizen_id: str, *, goal_id: str, note_id: str | None = None, draft_key: str | None = None
    ) -> None:
        """Open on a goal; with `note_id` on a note that is corrected."""
        super().__init__(citizen_id, draft_key=draft_key, goal_id=goal_id, note_id=note_id)
        self._who = self._words = ""
        self._former: ProgressionNote | None = None

    def prepare(self) -> None:
        """Read the goal."""
        card = self.services.people.card(self.about or "", self.clock_today)
        self._who = self.guard.name(card.citizen.record.name)
        known = {entry.id: entry.record.text for entry in card.goals}
        self._words = self.guard.words(known.get(self.args.get("goal_id", ""), ""))
        self._former = {entry.id: entry.record for entry in card.notes}.get(self.args.get("note_id", ""))

    def heading(self) -> Line:
        """Which goal."""
        title = _("Correct what was said") if self._former else _("How it goes")
        return line((title, "strong"), (f"   {self._who}", "name"), (f"   {self._words}", "muted"))

    def fields(self) -> Iterable[Widget]:
        """Words and a day."""
        former, now = self._former, self.services.clock.now()
        words = former.text if former else ""
        yield NoteField("text", _("In own words"), value=words, min_rows=3, label_width=LABEL)
        yield day("on", _("Said on"), now, former.noted_on if former else now.date(), "past")

    def make(self, values: Mapping[str, str]) -> Saved:
        """A new note, which may replace another one."""
        read = Values(values, self.services.clock.now())
        words, on = read.needed("text"), read.needed_day("on", "past")
        read.check()
        if note_id := self.args.get("note_id"):
            return self.services.goals.correct_note(note_id, words, on)
        return self.services.goals.note(self.args["goal_id"], words, on)

    def said(self) -> str:
        """Whose words."""
        return _("Noted on {name}").format(name=self._who)
