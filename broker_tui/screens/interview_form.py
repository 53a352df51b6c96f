"""A job interview: where, what came of it, and the next step with its date; it becomes a contact and a follow-up."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from textual import on
from textual.widget import Widget

from broker_tui.domain.views import CaseCard, InvalidInput, Saved
from broker_tui.i18n import N_, _, pgettext
from broker_tui.i18n.format import clock, short_date
from broker_tui.screens import registry, say
from broker_tui.screens.form_base import RecordForm
from broker_tui.screens.form_fields import LABEL, PickField, Values, choice, day, moment_reader, text, typed_day
from broker_tui.widgets.note_field import NoteField
from broker_tui.widgets.spans import Line, line
from broker_tui.widgets.text_fields import DateField
from sync.records.types import Contact, FollowUp

TOPIC = "job_interview"
"""Topic of the contact; the result stands beside it as `interview_yes` and the like."""
_NEXT = {
    "waiting": (N_("Ask for the answer"), 3),
    "yes": (N_("Make the agreement with the company"), 3),
    "second": (N_("Second interview"), 7),
    "no": (N_("Talk about what was learnt, and where to next"), 7),
}
"""The usual next step by result, and in how many days."""
_FIELDS = {"occurred_on": "when", "occurred_at": "when", "follow_up.due": "next", "follow_up.what": "what"}


def results() -> tuple[tuple[str, str], ...]:
    """What can come of an interview."""
    return (
        ("waiting", pgettext("interview", "Not known yet")),
        ("yes", pgettext("interview", "Got the job")),
        ("second", pgettext("interview", "Second round")),
        ("no", pgettext("interview", "Rejected")),
    )


class InterviewForm(RecordForm):
    """A letter chooses the result; the next step follows from it until another one is written."""

    FORM = "interview"

    def __init__(self, citizen_id: str, *, draft_key: str | None = None) -> None:
        """Open on a person."""
        super().__init__(citizen_id, draft_key=draft_key)
        self._card: CaseCard | None = None
        self._names: dict[str, str] = {}
        self._offered = ("", "")
        self._next: date | None = None

    def prepare(self) -> None:
        """Read the person, and the company a draft names."""
        self._card = card = self.services.people.card(self.about or "", self.clock_today)
        self._names |= card.companies
        self._learn(self._draft.values.get("company_id") if self._draft else None)
        self._offered = self._usual("waiting")

    def _learn(self, company_id: str | None) -> None:
        if company_id and company_id not in self._names:
            card = self.services.companies.card(company_id, self.clock_today)
            self._names[company_id] = card.company.record.name

    def _usual(self, result: str) -> tuple[str, str]:
        what, days = _NEXT[result]
        return _(what), typed_day(self.clock_today + timedelta(days=days), self.services.clock.now())

    @property
    def _who(self) -> str:
        return self.guard.name(self._card.citizen.record.name) if self._card else ""

    def heading(self) -> Line:
        """Whose interview."""
        return line((_("Job interview"), "strong"), (f"   {self._who}", "name"))

    def fields(self) -> Iterable[Widget]:
        """Where, what came of it, what was said, what comes next."""
        now = self.services.clock.now()
        what, due = self._offered
        yield PickField("company_id", _("Company"), names=self._names, empty=_("Enter or a letter chooses"))
        yield choice("result", _("Outcome"), results(), "waiting")
        yield NoteField("note", _("Note"), label_width=LABEL)
        yield text("what", _("Next step"), what).apart()
        field = day("next", _("Date"), now)
        field.set_value(due)
        yield field
        how = (("there", _("I was there")), ("told", _("I was told by phone")))
        yield choice("how", _("How"), how, "there").apart()
        told = f"{_('today')} {clock(now)}"
        reader = moment_reader(now, "past")
        yield DateField("when", _("When"), parser=reader, value=told, control_width=22, label_width=LABEL)

    def changed(self, key: str) -> None:
        """The usual next step, as long as no other one was written."""
        if key == "company_id":
            self._learn(self.field("company_id").value)
        if key != "result":
            return
        usual = self._usual(self.field("result").value or "waiting")
        for name, before, now in zip(("what", "next"), self._offered, usual, strict=True):
            if self.field(name).value == before:
                self.field(name).set_value(now)
        self._offered = usual

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
        """One contact, with the next step as an agreed follow-up."""
        read = Values(values, self.services.clock.now())
        result = read.needed_code("result")
        when, due = read.moment("when", "past"), read.day("next")
        if due is not None and due < self.clock_today:
            read.refuse("next", "in_past")
        what = read.needed("what") if due is not None else read.text("what")
        read.check()
        self._next = due
        there = read.code("how") != "told"
        company_id = read.code("company_id")
        how: dict[str, Any] = {"kind": "phone", "place": "remote"}
        if there:
            how = {"kind": "meeting", "place": "company", "company_id": company_id}
        contact = Contact(
            citizen_id=self.about,
            occurred_on=when.day,
            occurred_at=when.moment(self.services.clock.now()),
            outcome="reached",
            two_way=True,
            participants=["citizen", "broker", *(["company_contact"] if there else [])],
            staff_id=self.services.me.staff_id,
            topics=[TOPIC, f"interview_{result}"],
            note=read.text("note"),
            agreed="\n".join(part for part in (self._told(result, company_id), what) if part),
            **how,
        )
        following = None
        if due is not None:
            following = FollowUp(citizen_id=self.about, company_id=company_id, what=what or "", due=due)
        try:
            return self.services.contacts.add(contact, follow_up=following)
        except InvalidInput as error:
            raise say.renamed(error, _FIELDS) from error

    def _told(self, result: str, company_id: str | None) -> str:
        outcome = say.inline(dict(results())[result])
        if company_id is None:
            return _("Job interview: {outcome}").format(outcome=outcome)
        return _("Job interview at {company}: {outcome}").format(company=self._names[company_id], outcome=outcome)

    def said(self) -> str:
        """Whose interview, and what comes next."""
        said = _("Job interview saved on {name}").format(name=self._who)
        return f"{said}, {_('next {day}').format(day=short_date(self._next))}" if self._next else said
