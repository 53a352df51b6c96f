"""A stay at a workplace under one set of terms, with the hours agreed for its beginning."""

from collections.abc import Iterable, Mapping
from typing import Any

from textual import on
from textual.widget import Widget

from broker_tui.domain.views import CaseCard, Saved
from broker_tui.i18n import _
from broker_tui.screens import registry, say
from broker_tui.screens.form_base import RecordForm
from broker_tui.screens.form_fields import LABEL, PickField, Values, choice, day, text
from broker_tui.widgets.choice_field import ChoiceField
from broker_tui.widgets.note_field import NoteField
from broker_tui.widgets.spans import Line, line
from sync.records.types import Placement, PlacementStatus


class PlacementForm(RecordForm):
    """A placement or a change of one."""

    FORM = "placement"

    def __init__(
        self,
        citizen_id: str,
        *,
        company_id: str | None = None,
        placement_id: str | None = None,
        draft_key: str | None = None,
    ) -> None:
        """Open on a person, perhaps at a company, or on a placement."""
        super().__init__(citizen_id, draft_key=draft_key, company_id=company_id, placement_id=placement_id)
        self._card: CaseCard | None = None
        self._former: Placement | None = None
        self._names: dict[str, str] = {}
        self._where = ""

    def prepare(self) -> None:
        """Read the person, the placement and the name of the company."""
        self._card = card = self.services.people.card(self.about or "", self.clock_today)
        self._names = dict(card.companies)
        self._former = {e.id: e.record for e in card.placements}.get(self.args.get("placement_id", ""))
        for known in (self.args.get("company_id"), (self._draft.values.get("company_id") if self._draft else None)):
            self._learn(known)

    def _learn(self, company_id: str | None) -> None:
        if company_id and company_id not in self._names:
            card = self.services.companies.card(company_id, self.clock_today)
            self._names[company_id] = card.company.record.name

    @property
    def _who(self) -> str:
        return self.guard.name(self._card.citizen.record.name) if self._card else ""

    def heading(self) -> Line:
        """Whose placement."""
        title = _("Change placement") if self._former else _("New placement")
        return line((title, "strong"), (f"   {self._who}", "name"))

    def fields(self) -> Iterable[Widget]:
        """What kind, where, when, how many hours."""
        former, now = self._former, self.services.clock.now()
        kinds = say.codes("placement_type")
        yield choice("type", _("Kind"), kinds, former.type if former else "internship")
        company_id = former.company_id if former else self.args.get("company_id")
        empty = _("Enter or a letter chooses")
        yield PickField("company_id", _("Company"), names=self._names, value=company_id, empty=empty)
        yield choice("company_contact_id", _("Contact"), self._people(company_id), self._person(company_id))
        yield text("job_title", _("Work"), former and former.job_title)
        yield day("start", _("From"), now, former.start if former else now.date()).apart()
        yield day("planned_end", _("Until"), now, former.planned_end if former else None)
        yield day("agreement_on", _("Agreement"), now, former.agreement_on if former else None, "past")
        if former is None:
            yield text("hours", _("Hours a week"), control_width=10)
            yield choice("measure", _("Count as"), say.codes("measure"), "internship")
        yield NoteField("note", _("Note"), value=(former and former.note) or "", label_width=LABEL).apart()

    def _people(self, company_id: str | None) -> list[tuple[str, str]]:
        if not company_id:
            return [("", _("nobody yet"))]
        card = self.services.companies.card(company_id, self.clock_today)
        people = [(e.id, e.record.name) for e in card.contacts if e.record.active and not e.deleted][:6]
        return [*people, ("", _("nobody yet"))]

    def _person(self, company_id: str | None) -> str:
        if self._former:
            return self._former.company_contact_id or ""
        return self._people(company_id)[0][0]

    def changed(self, key: str) -> None:
        """The kind says what hours count as; the company says who can be the contact."""
        if key == "type" and self._former is None:
            self.field("measure").set_value(say.usual_measure(self.field("type").value, self._card))
        if key == "company_id" or (key == "" and self._draft is not None):
            field = self.field("company_contact_id")
            if isinstance(field, ChoiceField):
                wanted = field.value if key == "" else ""
                found = self._people(self.field("company_id").value)
                field.set_options(say.as_options(found))
                field.set_value(wanted or found[0][0])

    @on(PickField.Asked)
    def _ask(self, event: PickField.Asked) -> None:
        """Let the broker choose a company."""
        event.stop()
        field = event.field

        def chosen(company_id: str | None) -> None:
            if company_id:
                self._learn(company_id)
                field.put(company_id, self._names[company_id])
                self.focus_next()

        self.app.push_screen(registry.company_picker(_("Which company?"), begin=event.begin), chosen)

    def make(self, values: Mapping[str, str]) -> Saved:
        """A new placement with its first hours, or the changed fields of one."""
        read = Values(values, self.services.clock.now())
        fields: dict[str, Any] = {
            "type": read.needed_code("type"),
            "company_id": read.code("company_id"),
            "company_contact_id": read.code("company_contact_id"),
            "job_title": read.text("job_title"),
            "start": read.needed_day("start"),
            "planned_end": read.day("planned_end"),
            "agreement_on": read.day("agreement_on", "past"),
            "note": read.text("note"),
        }
        minutes = read.minutes("hours")
        read.check()
        self._where = self._names.get(fields["company_id"] or "", "")
        if placement_id := self.args.get("placement_id"):
            return self.services.work.edit_placement(placement_id, fields)
        status: PlacementStatus = "planned" if fields["start"] > self.clock_today else "active"
        placement = Placement(citizen_id=self.about or "", status=status, **fields)
        return self.services.work.add_placement(placement, minutes_per_week=minutes, measure=read.code("measure"))

    def said(self) -> str:
        """Who, where."""
        if self._where:
            return _("{name} placed at {company}").format(name=self._who, company=self._where)
        return _("Placement saved on {name}").format(name=self._who)
