"""An agreement in one go: placement, terms, contact person, follow-up and registrations, part by part in one sheet."""

from collections.abc import Iterable, Mapping
from datetime import date

from textual import events, on
from textual.widget import Widget

from broker_tui.domain.agreements import Agreement
from broker_tui.domain.dates import When
from broker_tui.domain.hours import default_measure
from broker_tui.domain.views import CaseCard, InvalidInput, Saved
from broker_tui.i18n import _
from broker_tui.i18n.format import short_date
from broker_tui.screens import registry, say
from broker_tui.screens.agreement_defaults import PARTS, first_day, first_values, hidden, last_day, planned_end
from broker_tui.screens.agreement_fields import Maker, people_known
from broker_tui.screens.agreement_reading import read_agreement, shown_faults
from broker_tui.screens.form_base import RecordForm
from broker_tui.screens.form_fields import PickField, Values, day_reader, typed_day
from broker_tui.widgets.choice_field import ChoiceField
from broker_tui.widgets.field import Field
from broker_tui.widgets.long_form import LongForm, Part
from broker_tui.widgets.spans import Line, line


class AgreementForm(RecordForm):
    """One save makes all of it, one undo takes it back; PgDn goes to the next part."""

    FORM = "agreement"
    DEFAULT_CSS = """
    AgreementForm LongForm { max-width: 94; }
    """

    _part = 0

    def __init__(self, citizen_id: str, *, company_id: str | None = None, draft_key: str | None = None) -> None:
        """Open on a person, perhaps at a company."""
        super().__init__(citizen_id, draft_key=draft_key, company_id=company_id)
        self._card: CaseCard | None = None
        self._names: dict[str, str] = {}
        self._company = ""
        self._offered: dict[str, str] = {}
        self._made: Agreement | None = None

    @property
    def form(self) -> LongForm:
        """The fields together."""
        return self.query_one(LongForm)

    def prepare(self) -> None:
        """Read the person, and the name of the company."""
        self._card = card = self.services.people.card(self.about or "", self.clock_today)
        self._names |= card.companies
        drafted = self._draft.values.get("company_id") if self._draft else None
        self._learn(drafted or self.args.get("company_id") or "")

    def _learn(self, company_id: str) -> None:
        self._company = company_id
        if company_id and company_id not in self._names:
            card = self.services.companies.card(company_id, self.clock_today)
            self._names[company_id] = card.company.record.name

    @property
    def _case_id(self) -> str | None:
        case = self._card.current_case if self._card else None
        return case.id if case is not None and case.record.status == "open" else None

    @property
    def programme(self) -> str:
        """What the agreement is made under; empty for somebody without an open case."""
        case = self._card.current_case if self._card and self._case_id else None
        return case.record.programme if case is not None else ""

    @property
    def _who(self) -> str:
        return self.guard.name(self._card.citizen.record.name) if self._card else ""

    def heading(self) -> Line:
        """Whose agreement."""
        badge = say.badge(self.programme, None)[0] if self.programme else ""
        return line((_("Agreement in one go"), "strong"), (f"   {self._who}", "name"), (f"   {badge}", "muted"))

    def body(self) -> Iterable[Widget]:
        """The fields, part by part."""
        now, people = self.services.clock.now(), self._people()
        texts = first_values(self.programme, self.clock_today, now, self._company, people[0][0])
        self._offered = dict(texts)
        maker = Maker(now, self._names, self._people, lambda key: form.text(key))
        parts = [Part(_(title), keys, maker.make) for title, keys in PARTS]
        form = LongForm(parts, texts, hidden(texts, self.programme))
        yield form

    def _people(self) -> list[tuple[str, str]]:
        if not self._company:
            return people_known(())
        card = self.services.companies.card(self._company, self.clock_today)
        return people_known([(e.id, e.record.name) for e in card.contacts if e.record.active and not e.deleted])

    # While typing

    def changed(self, key: str) -> None:
        """What is asked for and what is proposed follow from what was chosen."""
        values = self.form.values()
        if key == "company_id":
            self._learn(values["company_id"])
        if key in ("", "company_id"):
            self._offer_people(keep=values["company_contact_id"] if key == "" else "")
        if key in ("type", "start", "interval", "planned_end"):
            self._propose(values)
        self.form.show_without(hidden(self.form.values(), self.programme))

    def _offer_people(self, keep: str) -> None:
        people = self._people()
        wanted = keep if keep in dict(people) else people[0][0]
        field = self.form.fields().get("company_contact_id")
        if isinstance(field, ChoiceField):
            field.set_options(say.as_options(people))
        self.form.set_values({"company_contact_id": wanted})

    def _propose(self, values: Mapping[str, str]) -> None:
        """Dates follow the start and the kind until the broker writes others."""
        now = self.services.clock.now()
        kind, interval = values["type"], values["interval"]
        start = self._day(values["start"]) or self.clock_today
        self._offer("planned_end", typed_day(planned_end(kind, start), now), values)
        self._offer("measure", default_measure(kind) or "", values)
        if interval != "dates":
            self._offer("first", typed_day(first_day(interval, start), now), values)
        end = self._day(self.form.values()["planned_end"])
        self._offer("until", typed_day(end or last_day(start), now), values)

    def _day(self, typed: str) -> date | None:
        when = day_reader(self.services.clock.now())(typed).value
        return when.day if isinstance(when, When) else None

    def _offer(self, key: str, text: str, values: Mapping[str, str]) -> None:
        if values[key] == self._offered.get(key, ""):
            self._offered[key] = text
            self.form.set_values({key: text})

    @on(PickField.Asked)
    def _ask(self, event: PickField.Asked) -> None:
        """Let the broker choose a company."""
        event.stop()
        field = event.field

        def chosen(company_id: str | None) -> None:
            if company_id:
                self._learn(company_id)
                field.put(company_id, self._names[company_id])
                self.form.show_without(hidden(self.form.values(), self.programme))
                self.focus_next()

        self.app.push_screen(registry.company_picker(_("Which company?"), begin=event.begin), chosen)

    @on(Field.Opened)
    def _opened(self, event: Field.Opened) -> None:
        """Note that something hidden was read."""
        event.stop()
        store, about, name = self.services.store, self.about or "", event.field.key
        self.read(
            lambda: store.note_audit("reveal", "agreement", about, name),
            lambda _nothing: None,
            group="audit",
            description="note what was opened",
            alone=False,
        )

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Know which part one is in."""
        self._part = self.form.part_of(event.widget)

    async def action_part(self, step: int) -> None:
        """Go to the first field of another part."""
        await self.form.go_to_part(self._part, step)

    # Saving

    def make(self, values: Mapping[str, str]) -> Saved:
        """All records of the agreement."""
        read = Values(values, self.services.clock.now())
        try:
            self._made = made = read_agreement(values, read, self.about or "", self._case_id, self.programme)
            return self.services.agreements.make(made)
        except InvalidInput as error:
            raise shown_faults(error, values, self.programme) from error

    def said(self) -> str:
        """Who, where, and when the first follow-up is."""
        made = self._made
        if made is None:
            return ""
        where = self._names.get(made.company_id or "", made.new_company or "")
        said = _("Agreement saved: {name} at {company}").format(name=self._who, company=where)
        return f"{said}, {_('next {day}').format(day=short_date(made.plan.days[0]))}"
