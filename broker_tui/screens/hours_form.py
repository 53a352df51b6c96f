"""Hours per week from a day on; they hold until the next entry."""

from collections.abc import Iterable, Mapping

from textual.widget import Widget

from broker_tui.domain.views import CaseCard, Saved
from broker_tui.i18n import _
from broker_tui.i18n.format import hours as spoken_hours
from broker_tui.screens import say
from broker_tui.screens.form_base import RecordForm
from broker_tui.screens.form_fields import Values, choice, day, text, typed_hours
from broker_tui.widgets.spans import Line, line
from sync.records.types import Hours


class HoursForm(RecordForm):
    """A new entry, or a correction with `hours_id`."""

    FORM = "hours"

    def __init__(self, citizen_id: str, *, hours_id: str | None = None, draft_key: str | None = None) -> None:
        """Open on a person or an entry."""
        super().__init__(citizen_id, draft_key=draft_key, hours_id=hours_id)
        self._former: Hours | None = None
        self._card: CaseCard | None = None
        self._types: dict[str, str] = {}
        self._places: list[tuple[str, str]] = []
        self._minutes = 0

    def prepare(self) -> None:
        """Read the placements the hours can belong to."""
        self._card = card = self.services.people.card(self.about or "", self.clock_today)
        self._former = {e.id: e.record for e in card.hours}.get(self.args.get("hours_id", ""))
        kept = self._former.placement_id if self._former else None
        self._places = [
            (entry.id, say.placement(entry.record, card.companies))
            for entry in card.placements
            if not entry.deleted and (entry.record.status in ("active", "planned") or entry.id == kept)
        ][-7:]
        self._types = {entry.id: entry.record.type for entry in card.placements}

    @property
    def _who(self) -> str:
        return self.guard.name(self._card.citizen.record.name) if self._card else ""

    def heading(self) -> Line:
        """Whose hours."""
        title = _("Correct hours") if self._former else _("Hours per week")
        return line((title, "strong"), (f"   {self._who}", "name"))

    def fields(self) -> Iterable[Widget]:
        """How many, since when, where."""
        former = self._former
        typed = typed_hours(former.minutes_per_week) if former else ""
        yield text("hours", _("Hours a week"), typed, control_width=10)
        now = self.services.clock.now()
        yield day("start", _("From"), now, former.start if former else now.date(), "past")
        if self._places:
            first = former.placement_id if former else self._places[-1][0]
            yield choice("placement_id", _("Placement"), [*self._places, ("", _("none"))], first or "")
        measure = former.measure if former else self._measure(self._places[-1][0] if self._places else "")
        yield choice("measure", _("Count as"), say.codes("measure"), measure)
        yield text("note", _("Note"), former and former.note)

    def _measure(self, placement_id: str) -> str:
        return say.usual_measure(self._types.get(placement_id, ""), self._card)

    def changed(self, key: str) -> None:
        """The kind of placement says what the hours count as."""
        if key == "placement_id":
            self.field("measure").set_value(self._measure(self.field("placement_id").value))

    def make(self, values: Mapping[str, str]) -> Saved:
        """A new entry; a correction replaces the old one."""
        read = Values(values, self.services.clock.now())
        self._minutes = minutes = read.needed_minutes("hours")
        start, measure = read.needed_day("start", "past"), read.needed_code("measure")
        read.check()
        entry = Hours(
            citizen_id=self.about or "",
            start=start,
            minutes_per_week=minutes,
            measure=measure,
            placement_id=read.code("placement_id"),
            note=read.text("note"),
        )
        if hours_id := self.args.get("hours_id"):
            return self.services.work.correct_hours(hours_id, entry)
        return self.services.work.add_hours(entry)

    def said(self) -> str:
        """How many, whose."""
        return _("{hours} hours a week saved on {name}").format(hours=spoken_hours(self._minutes), name=self._who)
