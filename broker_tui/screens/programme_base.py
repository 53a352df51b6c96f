"""What a form of a programme is filled in with: its definition and version, the values, names, and how far one is."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from broker_tui.domain.views import CaseCard
from broker_tui.i18n import _
from broker_tui.i18n.programme_words import both
from broker_tui.programmes import forms as shapes
from broker_tui.programmes.forms import FormDefinition, FormField
from broker_tui.screens.form_base import RecordForm
from broker_tui.screens.programme_computed import computed_words
from broker_tui.screens.programme_sheet import FilledSheet, known_of
from broker_tui.screens.programme_values import PREFIX, key_of, typed, value_of
from broker_tui.services.forms import Opened
from broker_tui.widgets.spans import Line, line

VERSION = "_version"
"""Key in a draft's values: the version of the definition it was written under."""


class FilledForm(RecordForm, FilledSheet):
    """`form` is the form's id, `record` what is continued, `focus` a field or `list.field`."""

    FORM = "form"
    definition: FormDefinition
    opened: Opened

    def __init__(
        self,
        citizen_id: str,
        *,
        case_id: str = "",
        form: str = "",
        record: str = "",
        company: str = "",
        focus: str = "",
        draft_key: str | None = None,
    ) -> None:
        """Open on a case of a person; `company` is the one a form about a company is about."""
        about = {"company": company} if company else {}
        super().__init__(citizen_id, draft_key=draft_key, case_id=case_id, form=form, record=record, **about)
        self.wanted = focus
        self.filled: dict[str, Any] = {}
        """Values as far as they can be read, by field."""
        self.computed: dict[str, str] = {}
        self.version: int | None = None
        self.who = ""
        self.named: tuple[str, ...] = ()
        """Who must not be named in it: those on the course team, when all cases of the team share the form."""

    def take_extra(self, values: Mapping[str, Any]) -> None:
        """A draft stays with the version it was written under."""
        self.version = values.get(VERSION)

    def extra_values(self) -> dict[str, Any]:
        """The version written under."""
        return {VERSION: self.definition.version}

    def prepare(self) -> None:
        """Read the form, what is filled in, and the names of what can be picked."""
        case_id = self.args["case_id"]
        record, company = self.args.get("record"), self.args.get("company")
        self.opened = opened = self.services.forms.open(case_id, self.args["form"], record, company)
        programme = str(self.services.programmes.records(case_id).case.record.programme)
        drafted = self.version and shapes.form_version(programme, opened.definition.id, self.version)
        self.definition = drafted or opened.definition
        card = self.services.people.card(self.about or "", self.clock_today)
        self.who = self.whose(card)
        if self.definition.about == "team":
            self.named = self.services.teams.people(self.services.forms.team_of(case_id) or "")
        self.known = known_of(card, self.services.people.colleagues())
        self.noted_about = opened.record_id or case_id
        self.filled = {name: value for name, value in opened.values.items() if name in self.definition.fields}
        self.computed = computed_words(self.services, case_id, self.definition, self.filled, card)

    def whose(self, card: CaseCard) -> str:
        """Whose form it is, as shown now."""
        if self.definition.about == "project":
            return _("the local project")
        if self.definition.about == "company":
            company = self.opened.values.get("company")
            return self._company_name(str(company)) if company else _("a company")
        return _("the course team") if self.definition.about == "team" else self.guard.name(card.citizen.record.name)

    def _company_name(self, company_id: str) -> str:
        return self.services.companies.card(company_id, self.clock_today).company.record.name

    def first_texts(self) -> dict[str, str]:
        """What stands in the fields at first: what is saved or known, and over it what the draft says."""
        now, fields = self.services.clock.now(), self.definition.fields
        texts = {key_of(name): typed(field, self.filled.get(name), now) for name, field in fields.items()}
        if self._draft is not None:
            drafted = {key: text for key, text in self._draft.values.items() if isinstance(text, str)}
            texts |= {key: text for key, text in drafted.items() if key in texts}
        named = {texts[key_of(f.name)] for f in fields.values() if f.type == "company"} - {""}
        if unknown := named - self.known.companies.keys():
            found = {one: self.services.companies.card(one, self.clock_today).company.record.name for one in unknown}
            self.known = replace(self.known, companies={**self.known.companies, **found})
        self.filled = {name: value_of(field, texts[key_of(name)], now) for name, field in fields.items()}
        return texts

    def field_of(self, key: str) -> FormField:
        """The definition of a field."""
        return self.definition.fields[key.removeprefix(PREFIX)]

    def hidden(self) -> set[str]:
        """Keys of the fields that are not asked for with what is filled in."""
        shown = {field.name for field in self.definition.shown(self.filled)}
        return {key_of(name) for name in self.definition.fields if name not in shown}

    @property
    def newer(self) -> FormDefinition | None:
        """The newest definition, when this form is filled in under an older one."""
        newest = self.opened.newer or self.opened.definition
        return newest if newest.version > self.definition.version else None

    def heading(self) -> Line:
        """Which form, and whose."""
        return line((both(self.definition), "strong"), (f"   {self.who}", "name"))

    def progress(self, part: int) -> str:
        """ "Section 2 of 5 · 7 of 12 required filled"."""
        done, asked = progress_of(self.definition, self.filled)
        parts = len(self.definition.section)
        told = [_("Section {number} of {all}").format(number=part + 1, all=parts)] if parts > 1 else []
        if asked:
            told.append(_("{done} of {all} required filled").format(done=done, all=asked))
        return " · ".join(told)


def progress_of(definition: FormDefinition, values: Mapping[str, Any]) -> tuple[int, int]:
    """How many of the required fields that are asked for are filled."""
    asked = [field.name for field in definition.shown(values) if field.required and field.type != "computed"]
    return sum(shapes.filled(values.get(name)) for name in asked), len(asked)
