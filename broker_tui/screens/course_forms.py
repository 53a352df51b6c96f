"""Short questions about a course or a placement: end it, or begin another."""

from collections.abc import Iterable, Mapping

from textual.widget import Widget

from broker_tui.domain.views import CaseCard, Saved
from broker_tui.i18n import _
from broker_tui.screens import say
from broker_tui.screens.form_base import RecordForm
from broker_tui.screens.form_fields import Values, choice, day, text
from broker_tui.widgets.spans import Line, line


class CourseForm(RecordForm):
    """What short questions about one person have in common."""

    def __init__(self, citizen_id: str, *, draft_key: str | None = None, **args: str) -> None:
        """Open on a person."""
        super().__init__(citizen_id, draft_key=draft_key, **args)
        self.card: CaseCard | None = None

    def prepare(self) -> None:
        """Read the person."""
        self.card = self.services.people.card(self.about or "", self.clock_today)

    @property
    def person(self) -> str:
        """The name as shown now."""
        return self.guard.name(self.card.citizen.record.name) if self.card else ""

    def titled(self, title: str) -> Line:
        """The heading."""
        return line((title, "strong"), (f"   {self.person}", "name"))


class CloseCaseForm(CourseForm):
    """End a course."""

    FORM = "close_case"
    FIRST = "reason"

    def heading(self) -> Line:
        """What ends."""
        return self.titled(_("Close the case"))

    def fields(self) -> Iterable[Widget]:
        """When, why."""
        now = self.services.clock.now()
        yield day("on", _("Closed on"), now, now.date(), "past")
        yield text("reason", _("Why"))

    def make(self, values: Mapping[str, str]) -> Saved:
        """The closed course."""
        read = Values(values, self.services.clock.now())
        on = read.needed_day("on", "past")
        read.check()
        try:
            return self.services.people.close_case(self.args["case_id"], on, read.text("reason"))
        except ValueError as error:
            raise say.renamed(error, {"closed_on": "on", "closed_reason": "reason"}) from error

    def said(self) -> str:
        """Whose."""
        return _("Case closed: {name}").format(name=self.person)


class OpenCaseForm(CourseForm):
    """Begin a course, also beside another one."""

    FORM = "open_case"

    def heading(self) -> Line:
        """What begins."""
        return self.titled(_("Open a case in another programme"))

    def fields(self) -> Iterable[Widget]:
        """Which, since when."""
        now = self.services.clock.now()
        yield choice("programme", _("Programme"), say.codes("programme"))
        yield day("start", _("Start"), now, now.date(), "past")

    def make(self, values: Mapping[str, str]) -> Saved:
        """The new course."""
        read = Values(values, self.services.clock.now())
        programme, start = read.needed_code("programme"), read.day("start", "past")
        read.check()
        return self.services.people.open_case(self.about or "", programme, start, self.clock_today)

    def said(self) -> str:
        """Whose."""
        return _("Case opened: {name}").format(name=self.person)


class EndPlacementForm(CourseForm):
    """End a placement."""

    FORM = "end_placement"

    def heading(self) -> Line:
        """What ends."""
        return self.titled(_("End the placement"))

    def fields(self) -> Iterable[Widget]:
        """When, how."""
        now = self.services.clock.now()
        ends = [(code, word) for code, word in say.codes("placement_status") if code not in ("planned", "active")]
        yield day("on", _("Last day"), now, now.date(), "past")
        yield choice("status", _("How"), ends, "completed")

    def make(self, values: Mapping[str, str]) -> Saved:
        """The ended placement."""
        read = Values(values, self.services.clock.now())
        on, status = read.needed_day("on", "past"), read.needed_code("status")
        read.check()
        try:
            return self.services.work.end_placement(self.args["placement_id"], on, status)
        except ValueError as error:
            raise say.renamed(error, {"actual_end": "on"}) from error

    def said(self) -> str:
        """Whose."""
        return _("Placement ended: {name}").format(name=self.person)
