"""A person: new on the caseload, changed, or taken in from a walk-in."""

from collections.abc import Iterable, Mapping
from typing import Any

from textual.widget import Widget

from broker_tui.domain.identity import birth_date, check_cpr, show_cpr
from broker_tui.domain.views import Saved
from broker_tui.i18n import _
from broker_tui.i18n.format import dated
from broker_tui.screens import say
from broker_tui.screens.form_base import RecordForm
from broker_tui.screens.form_fields import LABEL, CprField, Values, choice, day, text
from broker_tui.widgets.note_field import NoteField
from broker_tui.widgets.spans import Line, line
from sync.records.types import Citizen, Contact

LINES = ("name", "cpr", "local_number", "phone", "email", "address", "area", "benefit", "language")


class CitizenForm(RecordForm):
    """A new citizen, a change of one, or (with `contact_id`) a walk-in who is taken in."""

    FORM = "citizen"

    def __init__(
        self, citizen_id: str | None = None, *, contact_id: str | None = None, draft_key: str | None = None
    ) -> None:
        """Open on a person, a walk-in or nobody."""
        super().__init__(citizen_id, draft_key=draft_key, contact_id=contact_id)
        self._former: Citizen | None = None
        self._walk_in: Contact | None = None
        self._said = ""

    def prepare(self) -> None:
        """Read the person or the walk-in."""
        if self.about:
            self._former = self.services.people.card(self.about, self.clock_today).citizen.record
        elif contact_id := self.args.get("contact_id"):
            self._walk_in = self.services.contacts.get(contact_id).entry.record

    def heading(self) -> Line:
        """What happens, and to whom."""
        if self._former:
            return line((_("Edit"), "strong"), (f"   {self.guard.name(self._former.name)}", "name"))
        title = _("Take in on the caseload") if self._walk_in else _("New citizen")
        return line((title, "strong"))

    def fields(self) -> Iterable[Widget]:
        """Who, how to reach, which programme."""
        former, met = self._former, self._walk_in
        name = former.name if former else (met.walk_in_name if met else "")
        yield text("name", _("Name"), name)
        cpr = show_cpr(former.cpr) if former and former.cpr else ""
        yield CprField("cpr", _("CPR no."), value=cpr, control_width=16, label_width=LABEL)
        yield text("local_number", _("Case number"), former and former.local_number, control_width=24)
        if former is None:
            yield choice("programme", _("Programme"), [("", _("none yet")), *say.codes("programme")], "").apart()
            yield day("start", _("Start"), self.services.clock.now(), prefer="past")
        phone = former.phone if former else (met.walk_in_phone if met else "")
        yield text("phone", _("Phone"), phone, control_width=24).apart()
        yield text("email", _("E-mail"), former and former.email)
        yield text("address", _("Address"), former and former.address)
        yield text("area", _("Area"), former.area if former else (met.area if met else ""))
        yield text("benefit", _("Benefit"), former and former.benefit)
        yield text("language", _("Language"), former and former.language)
        yield NoteField("note", _("Note"), value=(former and former.note) or "", label_width=LABEL).apart()

    def changed(self, key: str) -> None:
        """Say the date of birth beside the number."""
        if key in ("", "cpr"):
            checked = check_cpr(self.field("cpr").value)
            born = birth_date(checked.digits) if checked.digits and checked.fault is None else None
            hint = _("born {day}").format(day=dated(born)) if born and not self.guard.on else ""
            self.field("cpr").hint = hint
            odd = key == "cpr" and checked.warning is not None
            self.field("cpr").nudge = _("The check digit does not fit; new numbers may be so.") if odd else ""

    def make(self, values: Mapping[str, str]) -> Saved:
        """A new person, or the changed fields of one."""
        read = Values(values, self.services.clock.now())
        fields: dict[str, Any] = {name: read.text(name) for name in (*LINES, "note")}
        fields["name"] = read.needed("name")
        programme, start = read.code("programme"), read.day("start", "past")
        read.check()
        today = self.clock_today
        name = self.guard.name(fields["name"])
        people = self.services.people
        if self.about and self._former:
            before = {key: getattr(self._former, key) for key in fields}
            self._said = _("Saved on {name}").format(name=name)
            changes = {
                key: value for key, value in fields.items() if value != before[key] and not _same(key, value, before)
            }
            return people.edit_citizen(self.about, changes)
        if contact_id := self.args.get("contact_id"):
            self._said = _("{name} is on the caseload, with the contact").format(name=name)
            return people.take_in(contact_id, Citizen(**fields), programme, today)
        self._said = _("{name} is on the caseload").format(name=name)
        return people.add_citizen(Citizen(**fields), programme, start, today)

    def said(self) -> str:
        """Who."""
        return self._said


def _same(key: str, value: str | None, before: Mapping[str, Any]) -> bool:
    """A CPR number is the same with and without its dash."""
    return key == "cpr" and bool(value) and check_cpr(value or "").digits == before["cpr"]
