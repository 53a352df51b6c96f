"""What may be told to a company, from consents, releases and agreements; and what a withdrawal sets in motion."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from broker_tui.domain.disclosure import CompanyView, PersonView, Released, Word, holding, withdrawn
from broker_tui.domain.views import Entry
from broker_tui.i18n import N_
from broker_tui.programmes import forms as shapes
from broker_tui.services.base import Batch, Service
from broker_tui.services.twins import kin
from sync.records.types import Citizen, Company, Consent, Fact, FollowUp, Form, Hours, Placement

CONSENTS = {"company_tasks": "tasks", "company_hours": "hours", "company_needs": "considerations"}
"""Kinds of consent about a company, with the item they open."""
RELEASES, GUIDE = "F-F15", "F-M6"
_OF_GUIDE: dict[str, tuple[str, ...]] = {
    "purpose": ("purpose",),
    "meeting_times": ("meeting_times", "weekdays"),
    "hours": ("minutes",),
    "support": ("support", "support_note"),
    "support_when": ("support_when", "support_when_note"),
    "alarms": ("alarms.sign", "alarms.shows"),
    "responses": ("alarms.response", "alarms.response_by"),
    "wishes": ("wishes",),
    "needs": ("needs",),
}
"""Ticks of the agreement guide, with the fields they open; a part after the point is a column of a list."""
TOLD = N_("Tell {company} that what they were told is withdrawn, and take papers back")


@dataclass(frozen=True)
class Disclosure(Service):
    """Reads what holds today; nothing here is stored."""

    def company_view(self, company_id: str) -> CompanyView:
        """What the company may see now, person by person: those planned or working there.

        Raises:
            NotFound: no such company.
        """
        company = self.require(Company, company_id)[1]
        today, people, hidden = self.clock.today(), [], 0
        placed: dict[str, Entry[Placement]] = {}
        ids = kin(self.store, company_id)
        for entry in self.store.entries(Placement, where={"company_id": ids}):
            if entry.record.status in ("planned", "active"):
                placed[entry.record.citizen_id] = entry
        names, called = self.store.names(Citizen, list(placed)), self.store.names(Company, ids)
        for citizen_id, entry in placed.items():
            where = entry.record.company_id or company_id  # the id the person's consent names
            items = tuple(self._items(citizen_id, entry, where, called.get(where, company.name), today))
            if items:
                people.append(PersonView(citizen_id, names.get(citizen_id, ""), items))
            else:
                hidden += 1
        people.sort(key=lambda person: (person.name, person.citizen_id))
        return CompanyView(company_id, company.name, tuple(people), self.store.me().name, hidden)

    def shown(self, view: CompanyView) -> None:
        """Note who was shown what, without its words."""
        for person in view.people:
            items = " ".join(item.item for item in person.items)
            self.store.note_audit("shown_to_company", "citizen", person.citizen_id, f"{view.company_id} {items}")

    def words(self, citizen_id: str) -> list[Word]:
        """Everything the person said about telling companies."""
        return [*self._consents(citizen_id), *self._forms(citizen_id), *self._facts(citizen_id)]

    def words_with(self, citizen_id: str, form: Form, record_id: str | None) -> list[Word]:
        """`words` as they would be with a form saved as `form` (in the place of `record_id`)."""
        entry = Entry(record_id or "~", form, True, False, None, 0, self.clock.now())  # "~": newer than any id
        kept = [word for word in self.words(citizen_id) if word.order.partition(".")[0].rstrip("w") != record_id]
        return [*kept, *self._form_words(entry)]

    def call_back(self, batch: Batch, citizen_id: str, before: Sequence[Word], after: Sequence[Word]) -> list[str]:
        """Add a follow-up for each company that knows something it may not be told any more; the companies' names."""
        today, told = self.clock.today(), []
        for company_id in sorted(self._knowing(citizen_id)):
            company = self.store.entry(Company, company_id)
            if company is None or company.deleted:
                continue
            if not withdrawn(before, after, company_id, company.record.name, today):
                continue
            batch.create(
                FollowUp(
                    what=self._sentence().format(company=company.record.name),
                    due=today,
                    citizen_id=citizen_id,
                    company_id=company_id,
                )
            )
            told.append(company.record.name)
        return told

    def stale(self, citizen_id: str) -> dict[str, date]:
        """Papers of this person that show a company something since withdrawn: form id by record, and since when."""
        found: dict[str, date] = {}
        words = self.words(citizen_id)
        for entry in self._of(Form, citizen_id):
            company = self._company_of(entry.record)
            if company is None:
                continue
            name = self.store.names(Company, [company]).get(company, "")
            known = [w for w in words if (w.on, w.order) <= (entry.record.on, f"{entry.id}~")]
            then = holding(known, company, name, entry.record.on)
            for item in set(then) - set(holding(words, company, name, self.clock.today())):
                ends = [w.on for w in words if w.item == item and not w.given and w.on >= entry.record.on]
                ends += [then[item].until or entry.record.on]
                found[entry.id] = max(found.get(entry.id, date.min), min(ends))
        return found

    # What holds

    def _items(
        self, citizen_id: str, placed: Entry[Placement], company_id: str, company: str, today: date
    ) -> Iterator[Released]:
        words = self.words(citizen_id)
        allowed = holding(words, company_id, company, today)
        record = placed.record
        if record.agreement_on is not None or allowed:
            yield Released("placement", values=((record.type, (record.start, record.planned_end)),))
        if "tasks" in allowed and record.job_title:
            yield Released("tasks", record.job_title)
        if "hours" in allowed and (minutes := self._minutes(citizen_id, placed.id, today)):
            yield Released("hours", values=(("minutes", minutes),))
        if "considerations" in allowed and (text := self._considerations(citizen_id, placed.id)):
            yield Released("considerations", text)
        yield from self._from_guide(citizen_id, allowed)
        for item, word in sorted(allowed.items()):
            if word.text:
                yield Released(item, word.text)

    def _minutes(self, citizen_id: str, placement_id: str, today: date) -> int | None:
        hours = [e.record for e in self._of(Hours, citizen_id) if e.record.placement_id == placement_id]
        known = [h for h in hours if h.start <= today and (h.end is None or today <= h.end)]
        return max(known, key=lambda h: h.start).minutes_per_week if known else None

    def _considerations(self, citizen_id: str, placement_id: str) -> str:
        for entry in reversed(self._of(Form, citizen_id)):
            values = entry.record.values
            if values.get("considerations") and values.get("placement") in (None, placement_id):
                return str(values["considerations"])
        return ""

    def _from_guide(self, citizen_id: str, allowed: Mapping[str, Word]) -> Iterator[Released]:
        guide = self._guide(citizen_id)
        form = shapes.forms("mastery").get(GUIDE) if guide is not None else None
        if guide is None or form is None:
            return
        for tick, names in _OF_GUIDE.items():
            if f"guide:{tick}" in allowed:
                pairs = tuple(_pairs(form, guide.record.values, names))
                if pairs:
                    yield Released(tick, values=pairs)

    # What was said

    def _consents(self, citizen_id: str) -> Iterator[Word]:
        for entry in self._of(Consent, citizen_id):
            yield from word_of(entry.record, entry.id)

    def _forms(self, citizen_id: str) -> Iterator[Word]:
        for entry in self._of(Form, citizen_id):
            yield from self._form_words(entry)

    def _form_words(self, entry: Entry[Form]) -> Iterator[Word]:
        form, values = entry.record.form, entry.record.values
        if form == RELEASES:
            yield from _releases(values, entry.id)
        elif form == GUIDE:
            yield from _guide_words(values, entry)
        elif isinstance(values.get("considerations_released"), bool):
            company = self._company_of(entry.record) or ""
            given = bool(values["considerations_released"])
            yield Word("considerations", given, entry.record.on, entry.id, receiver=company)

    def _facts(self, citizen_id: str) -> Iterator[Word]:
        for entry in self._of(Fact, citizen_id):
            if entry.record.kind == "release":
                values = entry.record.values
                yield from _release(values, entry.record.occurred_on, entry.record.until, entry.id)

    def _guide(self, citizen_id: str) -> Entry[Form] | None:
        found = [entry for entry in self._of(Form, citizen_id) if entry.record.form == GUIDE]
        return found[-1] if found else None

    def _knowing(self, citizen_id: str) -> set[str]:
        """Companies that may have been told something: where the person was placed, and those noted as told."""
        found = {e.record.company_id for e in self._of(Placement, citizen_id) if e.record.status != "cancelled"}
        for entry in self._of(Fact, citizen_id):
            if entry.record.kind == "disclosure":
                found.add(str(entry.record.values.get("company") or "") or None)
        return {company for company in found if company}

    def _company_of(self, form: Form) -> str | None:
        """The company a paper was for."""
        named = form.company_id or form.values.get("company")
        if named:
            return str(named)
        placement = form.values.get("placement")
        entry = self.store.entry(Placement, str(placement)) if placement else None
        return entry.record.company_id if entry is not None else None

    def _of(self, struct: Any, citizen_id: str) -> list[Any]:
        """Standing records about the person, oldest first by their day."""
        found = self.store.entries(struct, where={"citizen_id": citizen_id}, replaced=False)
        return sorted(found, key=lambda entry: (getattr(entry.record, "on", date.min), entry.id))

    def _sentence(self) -> str:
        from broker_tui.i18n import _

        return _(TOLD)


def speaks_of_release(form: Form) -> bool:
    """Whether a form says what may be told."""
    return form.form in (RELEASES, GUIDE) or isinstance(form.values.get("considerations_released"), bool)


def word_of(said: Consent, order: str = "~") -> Iterator[Word]:
    """A consent as a word about telling companies; nothing when it is about somebody else."""
    if said.kind in CONSENTS:
        given = said.state == "given"
        receiver = said.receiver or ""
        yield Word(CONSENTS[said.kind], given, said.stated_on, order, until=said.expires, receiver=receiver)


def _releases(values: Mapping[str, Any], record_id: str) -> Iterator[Word]:
    for number, row in enumerate(values.get("releases") or ()):
        start = date.fromisoformat(row["from"]) if row.get("from") else date.min
        until = date.fromisoformat(row["until"]) if row.get("until") else None
        yield from _release(row, start, until, f"{record_id}.{number:04}")
        if row.get("withdrawn_on"):
            back = {**row, "state": "withdrawn"}
            yield from _release(back, date.fromisoformat(row["withdrawn_on"]), None, f"{record_id}.{number:04}w")


def _release(row: Mapping[str, Any], on: date, until: date | None, order: str) -> Iterator[Word]:
    company = row.get("company")
    for item in (row.get("item"), *(row.get("items") or ())):
        if item:
            yield Word(
                *(str(item), row.get("state", "given") == "given", on, order, str(row.get("text") or ""), until),
                receiver="" if company in (None, "any") else str(company),
            )


def _guide_words(values: Mapping[str, Any], entry: Entry[Form]) -> Iterator[Word]:
    start = date.fromisoformat(values["consent_from"]) if values.get("consent_from") else entry.record.on
    until = date.fromisoformat(values["consent_to"]) if values.get("consent_to") else None
    named = values.get("consent_scope") == "company:named"
    receiver = str(values.get("consent_company") or "-") if named else ""
    ticked = set(values.get("must_know") or ()) if values.get("consent_given") else set()
    for tick in _OF_GUIDE:  # a newer guide without a tick takes the older one back
        item = f"guide:{tick}"
        yield Word(item, tick in ticked, start, entry.id, until=until, receiver=receiver)
        if values.get("withdrawn_on"):
            yield Word(item, False, date.fromisoformat(values["withdrawn_on"]), f"{entry.id}w", receiver=receiver)


def _pairs(form: shapes.FormDefinition, values: Mapping[str, Any], names: Sequence[str]) -> Iterator[tuple[Any, Any]]:
    for name in names:
        whole, _point, part = name.partition(".")
        field, raw = form.fields.get(whole), values.get(whole)
        if field is None or not shapes.filled(raw):
            continue
        if not part:
            yield field, raw
        elif isinstance(raw, list):
            column = next((one for one in field.fields if one.name == part), None)
            for row in raw:
                if column is not None and shapes.filled(row.get(part)):
                    yield column, row[part]
