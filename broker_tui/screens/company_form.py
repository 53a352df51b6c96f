"""A workplace: new or changed. Colleagues read it too, so no citizen is named in it."""

from collections.abc import Iterable, Mapping
from typing import Any

from textual.widget import Widget

from broker_tui.domain.identity import check_cvr
from broker_tui.domain.nudge import has_cpr
from broker_tui.domain.views import Saved
from broker_tui.i18n import _
from broker_tui.screens import say
from broker_tui.screens.form_base import RecordForm
from broker_tui.screens.form_fields import LABEL, Values, choice, text
from broker_tui.widgets.note_field import NoteField
from broker_tui.widgets.spans import Line, line
from sync.records.types import Company

LINES = ("name", "cvr", "p_number", "phone", "email", "address", "area", "industry", "tasks", "note")


class CompanyForm(RecordForm):
    """A new company or a change of one."""

    FORM = "company"

    def __init__(self, company_id: str | None = None, *, draft_key: str | None = None) -> None:
        """Open on a company or nothing."""
        super().__init__(company_id, draft_key=draft_key)
        self._former: Company | None = None
        self._who = ""

    def prepare(self) -> None:
        """Read the company."""
        if self.about:
            self._former = self.services.companies.card(self.about, self.clock_today).company.record

    def heading(self) -> Line:
        """What happens, and who reads it."""
        title = _("Edit") if self._former else _("New company")
        name = self._former.name if self._former else ""
        return line((title, "strong"), (f"   {name}", "name"), (f"   {_('read by colleagues')}", "muted"))

    def fields(self) -> Iterable[Widget]:
        """Who, where, what."""
        former = self._former
        yield text("name", _("Name"), former and former.name)
        yield text("cvr", _("CVR no."), former and former.cvr, control_width=16)
        yield text("p_number", _("P number"), former and former.p_number, control_width=16)
        yield choice("stage", _("Stage"), say.codes("company_stage"), former.stage if former else "found").apart()
        yield choice("motivation", _("Motivation"), say.codes("motivation"), former.motivation if former else None)
        yield text("phone", _("Phone"), former and former.phone, control_width=24).apart()
        yield text("email", _("E-mail"), former and former.email)
        yield text("address", _("Address"), former and former.address)
        yield text("area", _("Area"), former and former.area)
        yield text("industry", _("Industry"), former and former.industry)
        employees = str(former.employees) if former and former.employees is not None else ""
        yield text("employees", _("Employees"), employees, control_width=10)
        yield NoteField("tasks", _("Tasks"), value=(former and former.tasks) or "", label_width=LABEL).apart()
        yield NoteField("note", _("Note"), value=(former and former.note) or "", label_width=LABEL)

    def changed(self, key: str) -> None:
        """Nudge about numbers."""
        if key in ("", "cvr"):
            typed = self.field("cvr").value
            odd = bool(typed.strip()) and check_cvr(typed).warning is not None
            self.field("cvr").nudge = _("The check digit does not fit. Is the number right?") if odd else ""
        if key in ("", "note"):
            found = has_cpr(self.field("note").value)
            self.field("note").nudge = _("No CPR number may stand here: colleagues read it.") if found else ""

    def make(self, values: Mapping[str, str]) -> Saved:
        """A new company, or the changed fields of one."""
        read = Values(values, self.services.clock.now())
        fields: dict[str, Any] = {name: read.text(name) for name in LINES}
        self._who = fields["name"] = read.needed("name")
        fields["stage"] = read.code("stage") or "found"
        fields["motivation"] = read.code("motivation")
        fields["employees"] = read.whole("employees")
        read.check()
        if self.about and self._former:
            former = self._former
            changes = {key: value for key, value in fields.items() if value != getattr(former, key)}
            return self.services.companies.edit(self.about, changes)
        return self.services.companies.add(Company(**fields))

    def said(self) -> str:
        """Which company."""
        return _("Saved on {name}").format(name=self._who)
