"""The company's part of a visit, corrected; what was written about citizens is corrected on their cases."""

from collections.abc import Iterable, Mapping

import msgspec
from textual.widget import Widget

from broker_tui.domain.nudge import company_nudges
from broker_tui.domain.views import CompanyCard, NotFound, Saved
from broker_tui.i18n import _
from broker_tui.i18n.format import clock
from broker_tui.screens import say
from broker_tui.screens.form_base import RecordForm
from broker_tui.screens.form_fields import Values, moment_reader
from broker_tui.widgets.note_field import NoteField
from broker_tui.widgets.spans import Line, line
from broker_tui.widgets.text_fields import DateField, TextField
from sync.records.types import CompanyVisit


class VisitCorrection(RecordForm):
    """A visit note is never overwritten: the corrected one takes its place, the former stays in the log."""

    FORM = "visit_correction"
    FIRST = "note"

    def __init__(self, company_id: str, *, visit_id: str = "", draft_key: str | None = None) -> None:
        """Open on a visit of a company."""
        super().__init__(company_id, draft_key=draft_key, visit_id=visit_id or None)
        self._card: CompanyCard | None = None
        self._former: CompanyVisit | None = None

    def prepare(self) -> None:
        """Read the company and the visit."""
        self._card = self.services.companies.card(self.about or "", self.clock_today)
        self._former = {e.id: e.record for e in self._card.visits}.get(self.args.get("visit_id", ""))

    @property
    def _company(self) -> str:
        return self._card.company.record.name if self._card else ""

    def heading(self) -> Line:
        """Where."""
        reader = f"   {_('colleagues can read it')}"
        return line((_("Correct visit"), "strong"), (f"   {self._company}", "name"), (reader, "muted"))

    def fields(self) -> Iterable[Widget]:
        """When, how long, what was written and promised."""
        former = self._former
        typed = ""
        if former is not None:
            typed = f"{former.occurred_on.day}/{former.occurred_on.month}/{former.occurred_on.year}"
            typed = f"{typed} {clock(former.occurred_at)}" if former.occurred_at else typed
        now = self.services.clock.now()
        yield DateField("when", _("When"), parser=moment_reader(now, "past"), value=typed, control_width=22)
        minutes = str(former.minutes) if former and former.minutes else ""
        yield TextField("minutes", _("Minutes"), value=minutes, control_width=8)
        yield NoteField("note", _("Note"), value=(former and former.note) or "", min_rows=4, max_rows=8).apart()
        yield TextField("promised", _("Promised"), value=(former and former.promised) or "").apart()

    def changed(self, key: str) -> None:
        """Names and numbers do not belong here."""
        for name in ("note", "promised"):
            known = tuple(self._card.citizens.values()) if self._card else ()
            found = [nudge for nudge in company_nudges(self.field(name).value, known) if nudge.kind in ("name", "cpr")]
            said = _("“{word}” is a citizen; colleagues read this.").format(word=found[0].word) if found else ""
            if found and found[0].kind == "cpr":
                said = _("A CPR number may not stand here: colleagues read it.")
            self.field(name).nudge = said

    def make(self, values: Mapping[str, str]) -> Saved:
        """The corrected visit."""
        if self._former is None:
            raise NotFound(self.args.get("visit_id", ""))
        read = Values(values, self.services.clock.now())
        when, minutes = read.moment("when", "past"), read.whole("minutes")
        read.check()
        visit = msgspec.structs.replace(
            self._former,
            occurred_on=when.day,
            occurred_at=when.moment(self.services.clock.now()),
            minutes=minutes,
            note=read.text("note"),
            promised=read.text("promised"),
        )
        try:
            return self.services.companies.correct_visit(self.args["visit_id"], visit)
        except ValueError as error:
            raise say.renamed(error, {"occurred_on": "when", "occurred_at": "when"}) from error

    def said(self) -> str:
        """Where."""
        return _("Visit corrected on {company}").format(company=self._company)
