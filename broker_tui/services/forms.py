"""Forms of the programmes: begun, continued, completed; what they say reaches the rules as facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import msgspec

from broker_tui.domain.views import Entry, FieldError, NotFound, Saved
from broker_tui.programmes import forms as shapes
from broker_tui.programmes.evidence import Evidence, path
from broker_tui.programmes.forms import FormDefinition, Prompt
from broker_tui.services.base import Batch, Service
from broker_tui.services.disclosure import Disclosure, speaks_of_release
from broker_tui.services.programmes import Programmes
from broker_tui.services.twins import kin
from sync.records import types
from sync.records.types import Case, Placement, Programme

_SHARED = ("project", "team", "company")
"""What a form may be about besides a person: all cases of the programme, of the team or at the company share it."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A form with what is filled in of it for one case, newest first."""

    definition: FormDefinition
    filled: tuple[Entry[types.Form], ...]

    @property
    def newest(self) -> Entry[types.Form] | None:
        """The one filled in last."""
        return self.filled[0] if self.filled else None


@dataclass(frozen=True, slots=True)
class Opened:
    """A form ready to be shown.

    Attributes:
        definition: under the version the values were written with.
        newer: the newest definition, when that is another one.
        values: what stands there, or what is known already.
        record_id: the record that is continued, None for a new one.
    """

    definition: FormDefinition
    values: dict[str, Any]
    on: date
    record_id: str | None = None
    newer: FormDefinition | None = None
    complete: bool = False


@dataclass(frozen=True)
class Forms(Service):
    """Everything about forms. `programmes` says what they are for."""

    programmes: Programmes

    def of_case(self, case_id: str) -> list[Offered]:
        """Every form about a person of the case's programme, in the order of the document.

        Raises:
            NotFound: no such case.
        """
        case = self.require(Case, case_id)[1]
        entries = self._entries(case_id)
        return [
            Offered(form, tuple(e for e in entries if e.record.form == form.id))
            for form in shapes.forms(case.programme).values()
            if form.about == "case"
        ]

    def decisions(self, case_id: str) -> list[FormDefinition]:
        """The short decisions that can be taken for a case."""
        case = self.require(Case, case_id)[1]
        return [form for form in shapes.forms(case.programme).values() if form.decision]

    def way_to(self, rule_id: str) -> Evidence | None:
        """Where the evidence of a rule is entered."""
        name = rule_id.partition(".")[0]
        return path(self.programmes.program(name), shapes.forms(name), rule_id)

    def prompts(self, case_id: str, about: str = "citizen") -> list[Prompt]:
        """What to ask this person (or the company) in the step the case stands in."""
        standing = self.programmes.standing(case_id, self.clock.today())
        return shapes.prompts(standing.programme, standing.evaluation.step, about)

    def open(self, case_id: str, form_id: str, record_id: str | None = None, company_id: str | None = None) -> Opened:
        """A form of a case: the named record, the one begun last where there is only one, or a new one.

        A form about the local project, the person's course team or a company (the one named, else where the person is
        placed) is the one all cases share.

        Raises:
            NotFound: no such case, form or record.
        """
        case = self.require(Case, case_id)[1]
        newest = shapes.forms(case.programme).get(form_id)
        if newest is None:
            raise NotFound("form")
        if newest.about in _SHARED:
            company_id = company_id or self._company(case_id) if newest.about == "company" else None
            return self.open_shared(
                case.programme, form_id, self._team(case_id, newest), record_id, company_id=company_id
            )
        if record_id is None and not newest.repeat:
            record_id = next((e.id for e in self._entries(case_id) if e.record.form == form_id), None)
        if record_id is None:
            today = self.clock.today()
            return Opened(newest, self._prefilled(newest, case_id, today), today)
        record = self.require(types.Form, record_id)[1]
        own = shapes.form_version(case.programme, form_id, record.version) or newest
        return Opened(
            own,
            dict(record.values),
            record.on,
            record_id,
            newest if newest.version != own.version else None,
            record.state == "complete",
        )

    def save(
        self,
        case_id: str,
        form_id: str,
        values: Mapping[str, Any],
        *,
        record_id: str | None = None,
        version: int | None = None,
        on: date | None = None,
        complete: bool = False,
    ) -> Saved:
        """Keep what is filled in; as complete only when nothing required is missing.

        Raises:
            NotFound: no such case, form or record.
            InvalidInput: every value that cannot stand, and for a complete form every field that is missing.
        """
        case = self.require(Case, case_id)[1]
        newest = shapes.forms(case.programme).get(form_id)
        form = shapes.form_version(case.programme, form_id, version) if version is not None else newest
        if form is None:
            raise NotFound("form")
        if form.about in _SHARED:
            team = self._team(case_id, form)
            return self.save_shared(
                case.programme, form_id, values, team=team, record_id=record_id, version=version, complete=complete
            )
        plain = {name: msgspec.to_builtins(value) for name, value in values.items() if shapes.filled(value)}
        batch = self.batch()
        for fault in shapes.faults(form, plain, complete=complete):
            batch.faults.append(FieldError(fault.field, fault.code, fault.args))
        batch.faults += self._impossible(form, plain, case.citizen_id)
        day = shapes.day_of(form, plain) or on or self.clock.today()
        told: dict[str, Any] = {
            "values": plain,
            "version": form.version,
            "state": "complete" if complete else "begun",
            "on": day,
        }
        whole = types.Form(
            form=form_id,
            programme=case.programme,
            citizen_id=case.citizen_id,
            case_id=case_id,
            staff_id=self.store.me().staff_id,
            **told,
        )
        if record_id is not None:
            before = self.require(types.Form, record_id)[1].values
            batch.faults += [FieldError(name, "approved") for name in form.locked(before, plain)]
            batch.patch(types.Form, record_id, told)
        else:
            batch.create(whole)
        if speaks_of_release(whole):
            self._call_back(batch, whole, record_id)
        return batch.save()

    def _call_back(self, batch: Batch, form: types.Form, record_id: str | None) -> None:
        """A release withdrawn in a form becomes a follow-up with whoever was told."""
        citizen_id = form.citizen_id or ""
        disclosure = Disclosure(self.store, self.clock)
        after = disclosure.words_with(citizen_id, form, record_id)
        disclosure.call_back(batch, citizen_id, disclosure.words(citizen_id), after)

    def of_project(self, programme: str, team: str | None = None) -> list[Offered]:
        """The forms about a programme's local project, or about one of its course teams.

        Raises:
            KeyError: no such programme.
        """
        return self._offered(programme, "project" if team is None else "team", team)

    def of_company(self, programme: str, company_id: str) -> list[Offered]:
        """The forms of a programme about a company.

        Raises:
            KeyError: no such programme.
        """
        return self._offered(programme, "company", None, company_id)

    def _offered(self, programme: str, about: str, team: str | None, company_id: str | None = None) -> list[Offered]:
        entries = self._shared(programme, team, company_id)
        return [
            Offered(form, tuple(e for e in entries if e.record.form == form.id))
            for form in shapes.forms(programme).values()
            if form.about == about
        ]

    def open_shared(
        self,
        programme: str,
        form_id: str,
        team: str | None = None,
        record_id: str | None = None,
        *,
        company_id: str | None = None,
    ) -> Opened:
        """A form about the local project, a course team or a company: the named record, the one begun last, or a new
        one.

        Raises:
            NotFound: no such form.
        """
        newest = shapes.forms(programme).get(form_id)
        if newest is None:
            raise NotFound("form")
        filled = [entry for entry in self._shared(programme, team, company_id) if entry.record.form == form_id]
        wanted = [entry for entry in filled if entry.id == record_id] if record_id or newest.repeat else filled
        if not wanted:
            today = self.clock.today()
            values = self._prefilled(newest, None, today)
            if company_id is not None and "company" in newest.fields:
                values["company"] = company_id
            return Opened(newest, values, today)
        record = wanted[0].record
        own = shapes.form_version(programme, form_id, record.version) or newest
        newer = newest if newest.version != own.version else None
        return Opened(own, dict(record.values), record.on, wanted[0].id, newer, record.state == "complete")

    def save_shared(
        self,
        programme: str,
        form_id: str,
        values: Mapping[str, Any],
        *,
        team: str | None = None,
        record_id: str | None = None,
        version: int | None = None,
        complete: bool = False,
    ) -> Saved:
        """Keep a form about the local project, a course team or a company (the one named in it); it is read by all
        and names no citizen.

        Raises:
            NotFound: no such form or record.
            InvalidInput: as `save`.
        """
        newest = shapes.forms(programme).get(form_id)
        form = shapes.form_version(programme, form_id, version) if version is not None else newest
        if form is None or form.about == "case":
            raise NotFound("form")
        plain = {name: msgspec.to_builtins(value) for name, value in values.items() if shapes.filled(value)}
        batch = self.batch()
        for fault in shapes.faults(form, plain, complete=complete):
            batch.faults.append(FieldError(fault.field, fault.code, fault.args))
        told: dict[str, Any] = {
            "values": plain,
            "version": form.version,
            "state": "complete" if complete else "begun",
            "on": shapes.day_of(form, plain) or self.clock.today(),
        }
        if form.about == "company":
            told["company_id"] = self._named_company(batch, plain.get("company"))
        if record_id is not None:
            batch.patch(types.Form, record_id, told)
        else:
            me = self.store.me().staff_id
            batch.create(types.Form(form=form_id, programme=cast(Programme, programme), team=team, staff_id=me, **told))
        return batch.save()

    def team_of(self, case_id: str) -> str | None:
        """The course team the person of a case is in."""
        teams = [fact for fact in self.programmes.facts(case_id) if fact.kind == "team_member"]
        found = max(teams, key=lambda fact: fact.on).get("team") if teams else None
        return str(found) if found else None

    def lacks_team(self, case_id: str, form_id: str) -> bool:
        """Whether a form is about a course team the person is not on."""
        case = self.require(Case, case_id)[1]
        form = shapes.forms(case.programme).get(form_id)
        return form is not None and form.about == "team" and self.team_of(case_id) is None

    def _team(self, case_id: str, form: FormDefinition) -> str | None:
        return self.team_of(case_id) if form.about == "team" else None

    def _company(self, case_id: str) -> str | None:
        """Where the person is placed."""
        placement_id = self._current_placement(case_id)
        placement = self.store.entry(Placement, placement_id) if placement_id else None
        return placement.record.company_id if placement is not None else None

    def _named_company(self, batch: Batch, company_id: Any) -> str | None:
        """The company a form names, which must be one of the caseload."""
        known = self.store.entry(types.Company, str(company_id)) if company_id else None
        if known is None or known.deleted:
            batch.fault("company", "required" if not company_id else "not_found")
            return None
        return known.id

    def _shared(self, programme: str, team: str | None, company_id: str | None = None) -> list[Entry[types.Form]]:
        found = self.store.entries(types.Form, where={"citizen_id": None, "programme": programme})
        ids = kin(self.store, company_id) if company_id is not None else [None]
        mine = [entry for entry in found if entry.record.team == team and entry.record.company_id in ids]
        return sorted(mine, key=lambda entry: (entry.record.on, entry.id), reverse=True)

    def withdraw(self, record_id: str) -> Saved:
        """Take a form away that should not be there; undo brings it back."""
        stored, _record = self.require(types.Form, record_id)
        batch = self.batch()
        batch.delete(stored)
        return batch.save()

    def _impossible(self, form: FormDefinition, values: Mapping[str, Any], citizen_id: str) -> list[FieldError]:
        """What only the rest of the caseload can say: a placement of somebody else."""
        found: list[FieldError] = []
        for field in form.fields.values():
            named = values.get(field.name)
            if field.type == "placement" and named:
                placement = self.store.entry(Placement, str(named))
                if placement is None or placement.deleted or placement.record.citizen_id != citizen_id:
                    found.append(FieldError(field.name, "not_found"))
        return found

    def _entries(self, case_id: str) -> list[Entry[types.Form]]:
        found = self.store.entries(types.Form, where={"case_id": case_id})
        return sorted(found, key=lambda entry: (entry.record.on, entry.id), reverse=True)

    def _prefilled(self, form: FormDefinition, case_id: str | None, today: date) -> dict[str, Any]:
        """What is known already: today, who writes, and of a case the current placement and what other forms say."""
        known = self._entries(case_id) if case_id is not None else []
        entries = {entry.record.form: entry.record.values for entry in reversed(known)}
        values: dict[str, Any] = {}
        for field in form.fields.values():
            source, _dot, name = field.prefill.partition(".")
            if source == "today":
                values[field.name] = today.isoformat()
            elif source == "me":
                values[field.name] = self.store.me().staff_id if field.type == "person" else self.store.me().name
            elif source == "current" and case_id is not None:
                values[field.name] = self._current_placement(case_id)
            elif source in entries:
                values[field.name] = entries[source].get(name)
        return {name: value for name, value in values.items() if shapes.filled(value)}

    def _current_placement(self, case_id: str) -> str | None:
        case = self.require(Case, case_id)[1]
        found = [
            entry
            for entry in self.store.entries(Placement, where={"citizen_id": case.citizen_id})
            if entry.record.status in ("planned", "active")
        ]
        return max(found, key=lambda entry: (entry.record.start, entry.id)).id if found else None
