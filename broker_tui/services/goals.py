"""The citizen's own job goal, the small steps towards it, and how it goes, in the citizen's own words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from broker_tui.domain.views import Entry, Saved
from broker_tui.services.base import Service
from sync.records.types import Citizen, Goal, ProgressionNote


@dataclass(frozen=True)
class Goals(Service):
    """Job goal, steps and progression notes."""

    def set_job_goal(self, citizen_id: str, text: str, target_minutes: int | None, on: date) -> Saved:
        """Set the job goal. A goal that is open is reworded, so that the steps below it stay with it."""
        self.require(Citizen, citizen_id)
        batch = self.batch()
        former = self.job_goal(citizen_id)
        if former is not None:
            batch.patch(Goal, former.id, {"text": text, "target_minutes_per_week": target_minutes, "set_on": on})
        else:
            batch.create(
                Goal(
                    citizen_id=citizen_id,
                    kind="job_goal",
                    text=text,
                    set_on=on,
                    target_minutes_per_week=target_minutes,
                )
            )
        return batch.save()

    def add_step(self, citizen_id: str, text: str, due: date | None, on: date) -> Saved:
        """Add a small step below the job goal, after the steps that are there."""
        self.require(Citizen, citizen_id)
        steps = [entry.record.position or 0 for entry in self._of(citizen_id) if entry.record.kind == "step"]
        parent = self.job_goal(citizen_id)
        batch = self.batch()
        batch.create(
            Goal(
                citizen_id=citizen_id,
                kind="step",
                text=text,
                set_on=on,
                due=due,
                parent_id=parent.id if parent else None,
                position=max(steps, default=0) + 1,
            )
        )
        return batch.save()

    def edit(self, goal_id: str, changes: Mapping[str, Any]) -> Saved:
        """Change a goal or step; None takes a value away."""
        batch = self.batch()
        batch.patch(Goal, goal_id, changes)
        return batch.save()

    def set_state(self, goal_id: str, state: str, on: date) -> Saved:
        """Open, under way, reached or dropped, from a day on."""
        return self.edit(goal_id, {"state": state, "state_on": on})

    def note(self, goal_id: str, text: str, on: date) -> Saved:
        """Write down how it goes with a goal."""
        _, goal = self.require(Goal, goal_id)
        batch = self.batch()
        batch.create(ProgressionNote(citizen_id=goal.citizen_id, goal_id=goal_id, noted_on=on, text=text))
        return batch.save()

    def correct_note(self, note_id: str, text: str, on: date) -> Saved:
        """Replace a progression note by a corrected one; the former stays and is shown below it."""
        former = self.require(ProgressionNote, note_id)[1]
        batch = self.batch()
        batch.create(
            ProgressionNote(
                citizen_id=former.citizen_id, goal_id=former.goal_id, noted_on=on, text=text, replaces=note_id
            )
        )
        return batch.save()

    def job_goal(self, citizen_id: str) -> Entry[Goal] | None:
        """The job goal that is open or under way, the newest if there are several."""
        live = [
            entry
            for entry in self._of(citizen_id)
            if entry.record.kind == "job_goal" and entry.record.state in ("open", "under_way")
        ]
        return max(live, key=lambda entry: (entry.record.set_on, entry.id), default=None)

    def _of(self, citizen_id: str) -> list[Entry[Goal]]:
        return [e for e in self.store.entries(Goal, where={"citizen_id": citizen_id}) if not e.deleted]
