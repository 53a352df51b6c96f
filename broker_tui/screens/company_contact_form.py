"""A named person at a company."""

from collections.abc import Iterable, Mapping

from textual.widget import Widget

from broker_tui.domain.views import Saved
from broker_tui.i18n import _
from broker_tui.screens.form_base import RecordForm
from broker_tui.screens.form_fields import Values, choice, text
from broker_tui.widgets.spans import Line, line
from sync.records.types import CompanyContact


class CompanyContactForm(RecordForm):
    """A new contact person or a change of one."""

    FORM = "company_contact"

    def __init__(self, company_id: str, *, contact_id: str | None = None, draft_key: str | None = None) -> None:
        """Open on a company."""
        super().__init__(company_id, draft_key=draft_key, contact_id=contact_id)
        self._former: CompanyContact | None = None
        self._company = self._who = ""

    def prepare(self) -> None:
        """Read the company and the person."""
        card = self.services.companies.card(self.about or "", self.clock_today)
        self._company = card.company.record.name
        known = {entry.id: entry.record for entry in card.contacts}
        self._former = known.get(self.args.get("contact_id", ""))

    def heading(self) -> Line:
        """Where the person works."""
        title = _("Edit contact person") if self._former else _("New contact person")
        return line((title, "strong"), (f"   {self._company}", "name"))

    def fields(self) -> Iterable[Widget]:
        """Who, how to reach."""
        former = self._former
        yield text("name", _("Name"), former and former.name)
        yield text("title", _("Title"), former and former.title)
        yield text("phone", _("Phone"), former and former.phone, control_width=24)
        yield text("email", _("E-mail"), former and former.email)
        if former:
            yes_no = (("yes", _("works there")), ("no", _("has left")))
            yield choice("active", _("Now"), yes_no, "yes" if former.active else "no").apart()

    def make(self, values: Mapping[str, str]) -> Saved:
        """A new person, or the changed fields of one."""
        read = Values(values, self.services.clock.now())
        self._who = read.needed("name")
        read.check()
        fields = {"name": self._who, **{key: read.text(key) for key in ("title", "phone", "email")}}
        companies = self.services.companies
        if contact_id := self.args.get("contact_id"):
            return companies.edit_contact(contact_id, {**fields, "active": values.get("active") != "no"})
        return companies.add_contact(
            CompanyContact(
                company_id=self.about or "",
                name=self._who,
                title=fields["title"],
                phone=fields["phone"],
                email=fields["email"],
            )
        )

    def said(self) -> str:
        """Who, where."""
        return _("{name} saved at {company}").format(name=self._who, company=self._company)
