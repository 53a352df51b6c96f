"""The fields of an agreement in one go, each made from its key."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from broker_tui.domain.agreements import PARTIES
from broker_tui.i18n import N_, _
from broker_tui.i18n.programme_words import both
from broker_tui.programmes import forms as shapes
from broker_tui.programmes.loading import DefinitionRefused
from broker_tui.screens import say
from broker_tui.screens.agreement_defaults import NEW
from broker_tui.screens.form_fields import PickField, choice, day, text
from broker_tui.widgets.choice_field import ChoiceField
from broker_tui.widgets.field import Field
from broker_tui.widgets.list_field import ListField
from broker_tui.widgets.note_field import NoteField

WIDTH = 16
"""Cells of a label; longer ones take further lines."""
KINDS = ("internship", "wage_subsidy", "ordinary_employment", "flexjob")


def people_known(people: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Who can be the contact person: those the company has, and somebody new."""
    return [*people[:6], (NEW, _("somebody new"))]


def intervals() -> list[tuple[str, str]]:
    """How often, or on which days."""
    words = (N_("every week"), N_("every other week"), N_("every month"), N_("on these days"))
    return [(code, _(word)) for code, word in zip(("weekly", "fortnightly", "monthly", "dates"), words, strict=True)]


def places() -> list[tuple[str, str]]:
    """Where one follows up."""
    return [("company", _("at the company")), ("jobcenter", _("at the jobcenter")), ("remote", _("at a distance"))]


@dataclass
class Maker:
    """Makes the fields, each with what stands in it."""

    now: datetime
    companies: Mapping[str, str]
    people: Callable[[], list[tuple[str, str]]]
    """Who can be the contact person as the form stands."""
    text: Callable[[str], str]
    """What stands in a field at first."""

    def make(self, key: str) -> Field:
        """The field with that key."""
        value = self.text(key)
        if key in _CHOICES:
            label, pairs = _CHOICES[key]
            return self._choice(key, _(label), pairs())
        if key in _DAYS:
            label, ahead = _DAYS[key]
            made: Field = day(key, _(label), self.now, None, "future" if ahead else "past", label_width=WIDTH)
            made.set_value(value)
            return made
        if key in _NOTES:
            label, sensitive, help_ = _NOTES[key]
            made = NoteField(key, _(label), value=value, label_width=WIDTH, min_rows=1)
            made.set_reactive(Field.help, _(help_))
            return made.veiled() if sensitive else made
        if key == "company_id":
            empty = _("Enter or a letter chooses")
            return PickField(key, _("Company"), names=self.companies, value=value, empty=empty, label_width=WIDTH)
        if key == "company_contact_id":
            return self._choice(key, _("Who"), self.people())
        if key == "agreed_by":
            return ListField(
                key, _("Agreed by"), options=say.as_options(_parties()), value=value, several=True, label_width=WIDTH
            )
        label, hint = _TEXTS[key]
        width = 10 if key == "hours" else 0
        return text(key, _(label), value, hint=_(hint) if hint else "", control_width=width, label_width=WIDTH)

    def _choice(self, key: str, label: str, pairs: Sequence[tuple[str, str]]) -> ChoiceField:
        return choice(key, label, pairs, self.text(key) or None, label_width=WIDTH)


def _parties() -> list[tuple[str, str]]:
    return list(zip(PARTIES, (_("the citizen"), _("the company"), _("the broker")), strict=True))


def _yes_no() -> list[tuple[str, str]]:
    return [("no", _("no")), ("yes", _("yes"))]


def _entered() -> list[tuple[str, str]]:
    return [("no", _("not yet")), ("yes", _("yes"))]


def _of_form(name: str) -> list[tuple[str, str]]:
    """The words of the programme's own agreement form; none when it cannot be used."""
    try:
        field = shapes.forms("fsm2")["F-F7"].fields[name]
    except (KeyError, DefinitionRefused):
        return []
    return [(one.code, both(one)) for one in field.choices]


def _told() -> list[tuple[str, str]]:
    return [("nobody", _("nobody yet")), ("both", _("both")), *_parties()[:2]]


_CHOICES: dict[str, tuple[str, Callable[[], list[tuple[str, str]]]]] = {
    "type": (N_("Kind"), lambda: [pair for kind in KINDS for pair in say.codes("placement_type") if pair[0] == kind]),
    "measure": (N_("Count as"), lambda: say.codes("measure")),
    "released": (N_("May be told"), _yes_no),
    "paid_possible": (N_("Pay later here"), lambda: [*_yes_no()[::-1], ("unknown", _("not known yet"))]),
    "purpose": (N_("Purpose"), lambda: _of_form("internship_purpose")),
    "paid_told": (N_("Told of the goal"), _told),
    "interval": (N_("How often"), intervals),
    "place": (N_("Where"), places),
    "min_plan": ("Min Plan", _entered),
    "vitas": ("VITAS", _entered),
}
_DAYS = {
    "start": (N_("From"), True),
    "planned_end": (N_("Until"), True),
    "signed_on": (N_("Signed on"), False),
    "first": (N_("First"), True),
    "until": (N_("Until"), True),
    "min_plan_on": (N_("Date"), False),
    "vitas_on": (N_("Date"), False),
}
_NOTES = {
    "tasks": (N_("Tasks"), False, N_("One per line; the first one names the job.")),
    "considerations": (N_("Considerations"), True, N_("What the workplace has to mind.")),
    "goals": (N_("Sub-goals"), False, N_("One per line: what is to be mastered here.")),
    "no_paid_reason": (N_("Why no pay yet"), True, N_("Why paid hours are not possible from the start.")),
}
_TEXTS = {
    "new_company": (N_("or a new one"), N_("its name")),
    "hours": (N_("Hours a week"), ""),
    "contact_name": (N_("Name"), ""),
    "contact_title": (N_("Title"), ""),
    "contact_phone": (N_("Phone"), ""),
    "dates": (N_("Days"), N_("24/11, 8/12, …")),
    "what": (N_("What"), ""),
    "min_plan_ref": (N_("Reference"), ""),
    "vitas_ref": (N_("VITAS number"), ""),
}
